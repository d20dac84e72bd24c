import { describe, expect, it } from "vitest";
import type { Entry, Finding } from "../details.ts";
import { decideRetrain, wantsRetrain } from "./retrain.ts";

const column = (more: Partial<Finding> = {}): Finding => ({
  name: "a",
  important: true,
  rows: 1_000,
  severity: "severe",
  since: null,
  cause: "shift",
  missing: [],
  ratio: null,
  means: null,
  schema: null,
  ...more,
});
const moved = [column({ name: "score", severity: "warn" })];
const grounds = { columns: [column()], answers: moved, lostQuality: false, repeats: false };

describe("a retrain is wanted", () => {
  it("for severe drift in an important column together with moved answers or lost quality", () => {
    expect(wantsRetrain(grounds).wants).toBe(true);
    expect(wantsRetrain({ ...grounds, answers: [], lostQuality: true }).wants).toBe(true);
  });

  it.each([
    ["inputs alone", { ...grounds, answers: [] }],
    ["a column that does not matter", { ...grounds, columns: [column({ important: false })] }],
    ["drift that is not severe", { ...grounds, columns: [column({ severity: "warn" })] }],
    ["answers that moved by themselves", { ...grounds, columns: [], answers: [column()] }],
    ["missing values", { ...grounds, columns: [column(), column({ cause: "missing" })] }],
    ["another schema", { ...grounds, columns: [column(), column({ cause: "schema", important: false })] }],
    ["a change of unit", { ...grounds, columns: [column({ cause: "unit" })] }],
    ["rows that belong together", { ...grounds, repeats: true }],
  ] as const)("not for %s", (_, asked) => {
    expect(wantsRetrain(asked).wants).toBe(false);
  });
});

describe("a retrain is started", () => {
  const day = (n: number) => new Date(Date.UTC(2026, 10, n, 6));
  const entry = (n: number, more: Partial<Entry> = {}): Entry => ({
    at: day(n).toISOString(),
    severity: "severe",
    severe: ["a"],
    warn: [],
    rows: 1_000,
    version: "1.4.0",
    run: n,
    wants: true,
    retrained: false,
    ...more,
  });
  const on = (
    n: number,
    history: Entry[],
    policy: "never" | "warn" | "severe" = "severe",
    canStart = true,
  ) => {
    const now = { at: day(n), version: "1.4.0" };
    const asked = { policy, history, now, every: 86_400, coolDown: 7 * 86_400, canStart };
    return decideRetrain({ wants: true, why: "both" }, asked).decision;
  };

  it("in the second check in a row, and only where the rules say so", () => {
    expect(on(1, [])).toBe("waiting");
    expect(on(2, [entry(1)])).toBe("dispatch");
    expect(on(2, [entry(1)], "warn")).toBe("advised");
    expect(on(2, [entry(1)], "never")).toBe("none");
    // A check at a terminal can only say so.
    expect(on(2, [entry(1)], "severe", false)).toBe("advised");
    expect(on(3, [entry(2, { wants: false }), entry(1)])).toBe("waiting");
  });

  it("not by two looks at the same rows, nor across versions", () => {
    const anHourAgo = entry(2, { at: new Date(day(2).getTime() - 3_600_000).toISOString() });
    expect(on(2, [anHourAgo])).toBe("waiting");
    expect(on(2, [entry(1, { version: "1.3.0" })])).toBe("waiting");
  });

  it("once a cool-down", () => {
    expect(on(3, [entry(2, { retrained: true }), entry(1)])).toBe("waiting");
    expect(on(9, [entry(8), entry(2, { retrained: true })])).toBe("dispatch");
  });
});
