import type { Issue } from "@mlops-actions/core";
import { describe, expect, it } from "vitest";
import type { Details, Entry, Severity } from "../details.ts";
import { episodeFact, planOf } from "./plan.ts";

const day = (n: number) => `2026-11-${String(n).padStart(2, "0")}T06:00:00.000Z`;
const entry = (n: number, severity: Severity, severe: string[] = []): Entry => ({
  at: day(n),
  severity,
  severe,
  warn: [],
  rows: 1000,
  version: "1.4.0",
  run: n,
  wants: false,
  retrained: false,
});

/** Details as far as the issue looks at them: the newest entry is this check. */
function found(history: Entry[], more: Partial<Details> = {}): Details {
  const [now] = history;
  const columns = (now?.severe ?? []).map((name) => ({ name, severity: "severe" }));
  return {
    severity: now?.severity,
    history,
    columns,
    answers: [],
    version: { number: "1.4.0", tag: "m@v1.4.0", environment: "production" },
    episode: { began: day(1), quiet: 0, quietSince: null },
    ended: null,
    issue: { coolDown: 7 * 86_400, labels: [], assign: [] },
    ...more,
  } as Details;
}
const issue = (more: Partial<Issue> = {}): Issue => ({
  number: 1,
  url: "",
  title: "",
  body: "",
  state: "open",
  facts: { began: episodeFact(day(1)) },
  closed: null,
  duplicates: [],
  ...more,
});
const closedByPerson = (at: string) => issue({ state: "closed", closed: { at, byOurselves: false } });
const at = (n: number) => new Date(day(n));

describe("the issue of a drift", () => {
  it("is opened by severe drift alone", () => {
    expect(planOf(found([entry(1, "severe", ["a"])]), undefined, at(1))).toEqual({ kind: "open" });
    for (const severity of ["warn", "quiet", "unclear"] as const)
      expect(planOf(found([entry(1, severity)], { episode: null }), undefined, at(1))).toEqual({
        kind: "none",
      });
  });

  it("is kept up to date without a word while nothing changes, with one where its severity does", () => {
    expect(planOf(found([entry(2, "severe", ["a"]), entry(1, "severe", ["a"])]), issue(), at(2))).toEqual({
      kind: "update",
    });
    expect(planOf(found([entry(2, "warn"), entry(1, "severe", ["a"])]), issue(), at(2))).toEqual({
      kind: "update",
      comment: "Now not severe any more, before severe.",
    });
  });

  it("is closed when it is over, with what ended it", () => {
    const history = [entry(5, "quiet"), entry(4, "quiet"), entry(3, "quiet"), entry(1, "severe", ["a"])];
    const over = found(history, {
      episode: null,
      ended: { began: day(1), quietSince: day(3) },
      version: { number: "1.5.0", tag: "m@v1.5.0", environment: "production" },
    });
    expect(planOf(over, issue(), at(5))).toEqual({
      kind: "update",
      state: "closed",
      comment: "✅ over: quiet since 3 Nov (3 checks). Open for 2 days; recovered by `v1.5.0`.",
    });
  });

  it("stays closed where a person has acknowledged it, until the cool-down is over", () => {
    const history = [entry(3, "severe", ["a"]), entry(2, "severe", ["a"]), entry(1, "severe", ["a"])];
    expect(planOf(found(history), closedByPerson(day(2)), at(3))).toEqual({
      kind: "acknowledged",
      until: at(9),
    });
    expect(planOf(found(history), closedByPerson(day(2)), at(9))).toMatchObject({
      kind: "update",
      state: "open",
      comment: "Opened again: it was closed on 2 Nov, and the drift is still there.",
    });
  });

  it("is opened again where another column follows, or what was mild becomes severe", () => {
    const more = [entry(3, "severe", ["a", "b"]), entry(2, "severe", ["a"])];
    expect(planOf(found(more), closedByPerson(day(2)), at(3))).toMatchObject({
      state: "open",
      comment: "Opened again: 1 column more has drifted severely since it was closed.",
    });
    const worse = [entry(3, "severe", ["a"]), entry(2, "warn"), entry(1, "severe", ["a"])];
    expect(planOf(found(worse), closedByPerson(day(2)), at(3))).toMatchObject({
      comment: "Opened again: it has become severe since it was closed.",
    });
  });

  it("is a new one for the next drift, whoever closed the last", () => {
    const again = found([entry(9, "severe", ["a"])], {
      episode: { began: day(9), quiet: 0, quietSince: null },
    });
    expect(planOf(again, closedByPerson(day(8)), at(9))).toEqual({ kind: "open" });
  });

  it("that nobody remembers the reason of is closed when all is quiet", () => {
    expect(planOf(found([entry(9, "quiet")], { episode: null }), issue(), at(9))).toMatchObject({
      state: "closed",
    });
  });
});
