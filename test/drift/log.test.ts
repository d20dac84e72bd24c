import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Evidence } from "@mlops-actions/core";
import { xoshiro256 } from "@mlops-actions/statistics";
import { profileOf } from "@mlops-actions/tables";
import { temporaryFolder } from "@mlops-actions/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Circumstances, check, released, withTables } from "./checked.ts";
import { log } from "./rows.ts";

const PROJECT = `model: churn
task: binary
data: { key: id, label: { column: churned, positive: "yes" } }
drift:
  current: { files: log-*.jsonl, time: time, version: version, window: 7 d }
  labels: { files: labels.csv, key: key, delay: 10 d }
  retrain: severe
`;
const NOW = new Date("2026-11-21T06:00:00Z");
const DAY = 86_400_000;

/** Thirty days of a reference server's log, and the labels of those that are ten days old. */
function served(
  of: { shift?: (day: number) => number; noise?: number; version?: string; perDay?: number } = {},
) {
  const random = xoshiro256(7n);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const { shift = () => 0, noise = 0, version = "1.4.0", perDay = 200 } = of;
  const lines: string[] = [];
  const labels = ["key,churned"];
  for (let day = 30; day >= 1; day--)
    for (let row = 0; row < perDay; row++) {
      const time = new Date(NOW.getTime() - day * DAY + row * 1000).toISOString();
      const key = `${day}-${row}`;
      const usage = 100 + 20 * (normal() + shift(day));
      const score = 1 / (1 + Math.exp(-(usage - 100) / 20 - 0.3 * normal()));
      lines.push(
        JSON.stringify({
          time,
          key,
          version,
          slot: "stable",
          latency: 0.002,
          score,
          usage,
          plan: random() < 0.3 ? "pro" : "basic",
        }),
      );
      const truth = random() < noise ? random() < 0.5 : random() < score;
      if (day >= 10) labels.push(`${key},${truth ? "yes" : "no"}`);
    }
  return { "log-1.jsonl": `${lines.join("\n")}\n`, "labels.csv": `${labels.join("\n")}\n` };
}

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let on: Circumstances;
/** The same of a model that takes `usage` alone: nothing is published of the values of `plan`. */
let ofUsage: Circumstances;
beforeAll(async () => {
  folder = await temporaryFolder("version");
  await writeFile(join(folder.path, "reference.csv"), log({ rows: 5_000, seed: 1n }));
  const profileWith = (shown?: readonly string[]) =>
    withTables(async (tables) => {
      const table = await tables.open("reference", {
        files: [join(folder.path, "reference.csv")],
        label: "reference",
      });
      const of = (names: readonly string[]) => ({
        ...table,
        columns: table.columns.filter(({ name }) => names.includes(name)),
      });
      return profileOf(tables, {
        reference: { of: "train", table: of(["usage", "plan"]), without: [], shown },
        predictions: { table: of(["score"]), without: [] },
      });
    });
  const own = {
    kind: "sampled",
    value: 0.78,
    unit: "proportion",
    n: 5_000,
    of: "row",
    method: "DeLong",
    interval: { low: 0.77, high: 0.79, level: 0.95 },
    promise: { holds: true },
  };
  const statement: Evidence = {
    _type: "https://in-toto.io/Statement/v1",
    predicateType: "https://mlops-actions.dev/evaluate/v1",
    subject: [],
    predicate: {
      project: { path: ".", model: "churn" },
      policy: { commit: null, from: "working-tree", digest: "0".repeat(64), changedHere: [] },
      materials: [],
      run: {
        commit: null,
        clean: true,
        tool: "test",
        started: NOW.toISOString(),
        finished: NOW.toISOString(),
      },
      outcome: {
        kind: "measured",
        verdict: "pass",
        judged: [],
        details: { metrics: [{ metric: "auc", own }] },
      },
    },
  };
  const assets = async (shown?: readonly string[]) => ({
    "profile.json": JSON.stringify(await profileWith(shown)),
    "evaluate.intoto.jsonl": `${JSON.stringify(statement)}\n`,
  });
  on = { now: NOW, versions: await released(folder.path, await assets(), ["usage", "plan"]) };
  const other = join(folder.path, "usage");
  await mkdir(other);
  ofUsage = { now: NOW, versions: await released(other, await assets(["usage"]), ["usage"]) };
});
afterAll(() => folder[Symbol.asyncDispose]());

describe("a prediction log against the version that answered", () => {
  it("is judged in its window, answers too; labels by the answers that are old enough to have them", async () => {
    const { details, document } = await check({ "mlops.yml": PROJECT, ...served() }, on);
    expect(details).toMatchObject({
      severity: "quiet",
      version: { number: "1.4.0", environment: "production" },
      reference: { kind: "version", name: "churn@v1.4.0", of: "train" },
      current: { rows: 1_400, read: 6_000, outside: 4_600, ofOthers: [] },
      quality: { lost: false, cohort: { rows: 1_401, labelled: 1_401, until: "2026-11-11T06:00:00.000Z" } },
    });
    expect(details.columns.map(({ name }) => name)).toEqual(["usage", "plan"]);
    expect(details.answers.map(({ name }) => name)).toEqual(["score"]);
    const [auc] = details.quality?.metrics ?? [];
    expect(auc).toMatchObject({ metric: "auc", n: 1_401, released: 0.78 });
    expect(auc?.interval.low).toBeLessThan(auc?.value ?? 0);
    expect(JSON.stringify(document)).toContain("Real labels reach until 11 Nov");
  });

  it.each([
    ["ahead of", "+05:00", 5],
    ["behind", "-0530", -5.5],
  ])("says its times in any zone: %s UTC", async (_where, zone, hours) => {
    const files = served();
    const elsewhere = files["log-1.jsonl"].replaceAll(/"time":"([^"]+)"/g, (_, time) => {
      const there = new Date(Date.parse(time) + hours * 3_600_000).toISOString().replace("Z", zone);
      return `"time":"${there}"`;
    });
    const [here, there] = [
      await check({ "mlops.yml": PROJECT, ...files }, on),
      await check({ "mlops.yml": PROJECT, ...files, "log-1.jsonl": elsewhere }, on),
    ];
    expect(there.details.current).toEqual(here.details.current);
    expect(there.details.quality).toEqual(here.details.quality);
  });

  it("is compared in what the model takes: of other columns a version's profile tells no values, and who names one is told so", async () => {
    const drifted = served({ shift: (day) => (day <= 7 ? 1 : 0) });
    const { details } = await check({ "mlops.yml": PROJECT, ...drifted }, ofUsage);
    expect(details).toMatchObject({
      severity: "severe",
      skipped: [{ name: "plan", why: "the model does not take it: its values are not in the profile" }],
    });
    expect(details.columns.map(({ name }) => name)).toEqual(["usage"]);
    const named = PROJECT.replace("drift:\n", "drift:\n  columns: [usage, plan]\n");
    const refused = check({ "mlops.yml": named, ...drifted }, ofUsage);
    await expect(refused).rejects.toMatchObject({ code: "no-values", at: { line: 5 } });
  });

  it("whose times are none is refused, though an engine would read them", async () => {
    const files = served();
    const odd = files["log-1.jsonl"].replace(/"time":"[^"]+"/, '"time":"infinity"');
    await expect(check({ "mlops.yml": PROJECT, ...files, "log-1.jsonl": odd }, on)).rejects.toMatchObject({
      code: "not-a-time",
    });
  });

  it("that has drifted in inputs and answers asks for a retrain in the second check", async () => {
    const files = { "mlops.yml": PROJECT, ...served({ shift: (day) => (day <= 7 ? 1 : 0) }) };
    const first = await check(files, { ...on, run: 1 });
    expect(first.details.columns[0]).toMatchObject({ name: "usage", severity: "severe", important: true });
    expect(first.details.retrain).toMatchObject({ decision: "waiting" });
    const upstream = [first.evidence];
    const sameRun = await check(files, { ...on, upstream, run: 1 });
    expect(sameRun.details.retrain.decision).toBe("waiting");
    const tomorrow = new Date(NOW.getTime() + DAY);
    expect((await check(files, { ...on, now: tomorrow, upstream, run: 2 })).details.retrain.decision).toBe(
      "dispatch",
    );
    const soon = new Date(NOW.getTime() + DAY / 4);
    expect((await check(files, { ...on, now: soon, upstream, run: 2 })).details.retrain.decision).toBe(
      "waiting",
    );
  });

  it("whose labels show that it has become worse has lost quality, without any drift of its inputs", async () => {
    const { details, document, evidence } = await check(
      { "mlops.yml": PROJECT, ...served({ noise: 0.6 }) },
      on,
    );
    expect(details.quality).toMatchObject({ lost: true });
    expect(details.severity).toBe("severe");
    expect(document.title).toBe("severe: quality was lost");
    const { outcome } = evidence.predicate;
    expect(outcome.kind === "measured" && outcome.judged).toMatchObject([
      { condition: "auc - released.auc > -0.02", verdict: "fail", estimate: { kind: "sampled", n: 1_401 } },
    ]);
    expect(details.retrain.decision).toBe("none");
  });

  it("of another version is not judged as this one, and one that has stopped is no quiet", async () => {
    await expect(check({ "mlops.yml": PROJECT, ...served({ version: "1.3.2" }) }, on)).rejects.toMatchObject({
      code: "no-current-rows",
      message: 'none of 6000 rows were answered by version 1.4.0; most are of "1.3.2"',
    });
    const later = { ...on, now: new Date(NOW.getTime() + 9 * DAY) };
    await expect(check({ "mlops.yml": PROJECT, ...served() }, later)).rejects.toMatchObject({
      code: "no-current-rows",
    });
  });

  it("with too few rows in the window cannot tell", async () => {
    const { details, evidence } = await check({ "mlops.yml": PROJECT, ...served({ perDay: 20 }) }, on);
    expect(details.severity).toBe("unclear");
    expect(evidence.predicate.outcome).toMatchObject({ verdict: "inconclusive" });
  });

  it("counts users, not answers, where rows belong together: quality too", async () => {
    const files = served();
    const users = files["log-1.jsonl"].replaceAll(
      /"key":"(\d+)-(\d+)"/g,
      (text, _day, row) => `${text},"user":${Number(row) % 150}`,
    );
    const project = PROJECT.replace("  retrain", "  cluster: user\n  retrain");
    const { details } = await check({ "mlops.yml": project, ...files, "log-1.jsonl": users }, on);
    expect(details.cluster).toMatchObject({ clusters: 150, rows: 1_400 });
    expect(details.quality?.cohort.labelled).toBe(1_401);
    expect(details.quality?.metrics[0]?.n).toBe(150);
  });

  it("whose delay nobody could tell is refused", async () => {
    const project = PROJECT.replace("time: time, version: version, window: 7 d", "version: version");
    await expect(check({ "mlops.yml": project, ...served() }, on)).rejects.toMatchObject({
      code: "delay-without-time",
    });
  });

  it("whose labels name a row twice is refused", async () => {
    const files = served();
    const labels = `${files["labels.csv"]}30-0,yes\n`;
    await expect(check({ "mlops.yml": PROJECT, ...files, "labels.csv": labels }, on)).rejects.toMatchObject({
      code: "label-twice",
      at: { file: "mlops.yml", line: 6 },
    });
  });
});
