import type { Estimate } from "@mlops-actions/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { csv, judgeFiles, type MeasuredSaid, measured, told } from "./folder-project.ts";

interface Row {
  y: boolean;
  own: number;
  baseline: number;
  group: string;
}

const RUNS = { numRuns: 6, seed: 20260101 };
const row = fc.record({
  y: fc.boolean(),
  own: fc.integer({ min: 0, max: 20 }).map((k) => k / 20),
  baseline: fc.integer({ min: 0, max: 20 }).map((k) => k / 20),
  group: fc.constantFrom("a", "b", "b", "c", "c", "c"),
});
const rows = fc
  .array(row, { minLength: 60, maxLength: 160 })
  // Both classes in every group, so that no value is undefined by the draw.
  .map((drawn): Row[] => [
    ...drawn,
    ...["a", "b", "c"].flatMap((group) =>
      [true, false].flatMap((y) => [
        { y, own: 0.9, baseline: 0.3, group },
        { y, own: 0.2, baseline: 0.8, group },
      ]),
    ),
  ]);

/** The stage on these rows; the order in which the file has them is not the order of their keys. */
async function judgeRows(
  given: readonly Row[],
  { conditions = ["accuracy >= 0"], threads = 2, order = (n: number) => n, more = "" } = {},
): Promise<MeasuredSaid> {
  const keyed = given.map((row, id) => ({ ...row, id })).sort((a, b) => order(a.id) - order(b.id));
  const scores = (side: "own" | "baseline") =>
    csv(
      ["id", "score"],
      keyed.map((row) => [row.id, row[side]]),
    );
  return measured(
    await judgeFiles(
      {
        "mlops.yml": `model: tiny
task: binary
data: { test: test.csv, key: id, label: { column: y, positive: true } }
evaluate:
  candidate: { predictions: new.csv }
  baseline: { predictions: old.csv }
  primary: accuracy - baseline.accuracy > -0.05
  min_rows: 1
${more}  guardrails:
${conditions.map((condition) => `    - '${condition}'`).join("\n")}
`,
        "test.csv": csv(
          ["id", "y", "group"],
          keyed.map(({ id, y, group }) => [id, String(y), group]),
        ),
        "new.csv": scores("own"),
        "old.csv": scores("baseline"),
      },
      threads,
    ),
  );
}

const bounds = (estimate: Estimate | undefined) =>
  estimate?.kind === "sampled" ? estimate.interval : { low: null, high: null };
const valueOfEstimate = (estimate: Estimate | undefined) =>
  estimate === undefined || estimate.kind === "missing" ? null : estimate.value;

test("swapping candidate and baseline negates every change and mirrors its interval", async () => {
  await fc.assert(
    fc.asyncProperty(rows, async (given) => {
      const there = await judgeRows(given);
      const back = await judgeRows(given.map((row) => ({ ...row, own: row.baseline, baseline: row.own })));
      for (const [i, { metric, own, change }] of there.details.metrics.entries()) {
        const other = back.details.metrics[i];
        if (change === undefined || other?.change === undefined) continue;
        expect(valueOfEstimate(other.baseline), metric).toBe(valueOfEstimate(own));
        if (change.kind === "missing") {
          expect(other.change.kind).toBe("missing");
          continue;
        }
        expect(valueOfEstimate(other.change), metric).toBeCloseTo(-(valueOfEstimate(change) ?? 0), 12);
        // A margin of AUC is mapped at the baseline, and the bootstrap of average precision draws by the files: no mirror there.
        if (metric === "auc" || metric === "average_precision") continue;
        const [one, two] = [bounds(change), bounds(other.change)];
        expect(two.low, metric).toBeCloseTo(-(one.high ?? 0), 6);
        expect(two.high, metric).toBeCloseTo(-(one.low ?? 0), 6);
      }
    }),
    RUNS,
  );
});

test("twice the rows, narrower intervals around the same values", async () => {
  await fc.assert(
    fc.asyncProperty(rows, async (given) => {
      const once = await judgeRows(given);
      const four = await judgeRows([...given, ...given, ...given, ...given]);
      for (const [i, { metric, own, change }] of once.details.metrics.entries()) {
        const more = four.details.metrics[i];
        expect(valueOfEstimate(more?.own) ?? 0, metric).toBeCloseTo(valueOfEstimate(own) ?? 0, 9);
        for (const [before, after] of [
          [own, more?.own],
          [change, more?.change],
        ]) {
          const [wide, narrow] = [bounds(before), bounds(after)];
          if (wide.low === null || wide.high === null || narrow.low === null || narrow.high === null)
            continue;
          const ratio = (narrow.high - narrow.low) / (wide.high - wide.low);
          if (wide.high - wide.low > 1e-9) expect(ratio, metric).toBeLessThan(0.75);
        }
      }
    }),
    RUNS,
  );
});

/** All that the evidence says, but for the digests of the files and what they seed. */
function saidOf({ evidence, details }: MeasuredSaid, seeded: "with" | "without") {
  const { outcome } = evidence.predicate;
  if (outcome.kind === "error") throw new Error(outcome.fault.message);
  const all = { ...outcome, details: { ...details, seed: "" } };
  if (seeded === "with") return JSON.stringify({ ...all, seed: details.seed });
  return JSON.stringify({
    ...all,
    details: {
      ...all.details,
      metrics: details.metrics.filter(({ metric }) => !["average_precision", "ece", "mce"].includes(metric)),
    },
  });
}

const CONDITIONS = [
  "auc - baseline.auc > -0.1",
  "gap(recall by group) - baseline.gap(recall by group) <= 20%",
  "worst(auc by group) >= 0.2",
  "log_loss / baseline.log_loss < 2",
  "f1 - baseline.f1 > -0.2",
  "brier - baseline.brier < 0.2",
];

test("neither the number of threads nor the order of rows changes a bit of the evidence", async () => {
  await fc.assert(
    fc.asyncProperty(rows, async (given) => {
      const asked = { conditions: CONDITIONS, more: "  slices: [group]\n" };
      const one = await judgeRows(given, { ...asked, threads: 1 });
      for (const threads of [2, 3, 4])
        expect(saidOf(await judgeRows(given, { ...asked, threads }), "with")).toBe(saidOf(one, "with"));
      const order = (id: number) => (id * 7919) % 10007;
      expect(saidOf(await judgeRows(given, { ...asked, order }), "without")).toBe(saidOf(one, "without"));
    }),
    { ...RUNS, numRuns: 3 },
  );
});

test("any rising function of the scores keeps what only ranks", async () => {
  await fc.assert(
    fc.asyncProperty(rows, async (given) => {
      const plain = await judgeRows(given);
      const bent = await judgeRows(
        given.map((row) => ({ ...row, own: row.own ** 3 / 2, baseline: Math.sqrt(row.baseline) })),
      );
      const auc = ({ details }: MeasuredSaid) => details.metrics.find(({ metric }) => metric === "auc");
      expect(auc(bent)).toEqual(auc(plain));
      expect(told(bent, "average_precision")).toBe(told(plain, "average_precision"));
    }),
    RUNS,
  );
});

const SLICED = ["accuracy", "recall", "precision", "f1", "mcc", "auc", "log_loss", "brier", "selection_rate"];

test("a slice is the metric on the rows of the slice", async () => {
  await fc.assert(
    fc.asyncProperty(rows, async (given) => {
      const sliced = await judgeRows(given, {
        conditions: SLICED.map(
          (metric) => `${metric}[group = "b"] - baseline.${metric}[group = "b"] > -2 * 0.4`,
        ),
      });
      const alone = await judgeRows(given.filter(({ group }) => group === "b"));
      for (const [i, metric] of SLICED.entries()) {
        const { estimate } = sliced.judged[i + 1] ?? {};
        const expected = alone.details.metrics.find((row) => row.metric === metric)?.change;
        expect(estimate?.kind, metric).toBe(expected?.kind);
        expect(valueOfEstimate(estimate) ?? 0, metric).toBeCloseTo(valueOfEstimate(expected) ?? 0, 12);
        expect(bounds(estimate).low ?? 0, metric).toBeCloseTo(bounds(expected).low ?? 0, 9);
        expect(bounds(estimate).high ?? 0, metric).toBeCloseTo(bounds(expected).high ?? 0, 9);
      }
    }),
    RUNS,
  );
});

/** Share of the rows for which a thing is so. */
const share = (of: readonly Row[], so: (row: Row) => boolean) => of.filter(so).length / of.length;
const accuracyOf = (side: "own" | "baseline") => (of: readonly Row[]) =>
  share(of, (row) => row[side] >= 0.5 === row.y);
const recallOf = (side: "own" | "baseline") => (of: readonly Row[]) =>
  share(
    of.filter(({ y }) => y),
    (row) => row[side] >= 0.5,
  );

test("gap and worst are what every pair and every group say", async () => {
  const big = fc.array(row, { minLength: 500, maxLength: 700 });
  await fc.assert(
    fc.asyncProperty(big, async (given) => {
      const groups = [...Map.groupBy(given, ({ group }) => group).values()];
      const gap = (of: (rows: readonly Row[]) => number) => {
        const values = groups.map(of);
        return Math.max(...values.flatMap((a) => values.map((b) => a - b)));
      };
      const worst = (of: (rows: readonly Row[]) => number) => Math.min(...groups.map(of));
      const said = await judgeRows(given, {
        conditions: [
          "gap(accuracy by group) <= 0.5",
          "worst(accuracy by group) >= 0.1",
          "gap(recall by group) - baseline.gap(recall by group) <= 0.5",
          "worst(recall by group) - baseline.worst(recall by group) >= -0.5",
        ],
      });
      const expected = [
        gap(accuracyOf("own")),
        worst(accuracyOf("own")),
        gap(recallOf("own")) - gap(recallOf("baseline")),
        worst(recallOf("own")) - worst(recallOf("baseline")),
      ];
      for (const [i, value] of expected.entries()) {
        const { estimate, condition } = said.judged[i + 1] ?? {};
        expect(valueOfEstimate(estimate), condition).toBeCloseTo(value, 12);
        const { low, high } = bounds(estimate);
        expect(low, condition).toBeLessThanOrEqual(value);
        expect(high, condition).toBeGreaterThanOrEqual(value);
      }
    }),
    RUNS,
  );
});

test("errors of a regression are not confined to [0, 1]: neither is their gap", async () => {
  const given = Array.from({ length: 400 }, (_, i) => [
    i,
    i % 2 === 0 ? "near" : "far",
    100,
    (i % 2 === 0 ? 101 : 140) + (i % 5),
  ]);
  const said = measured(
    await judgeFiles({
      "mlops.yml": `model: tiny
task: regression
data: { test: test.csv, label: { column: y } }
evaluate:
  candidate: { predictions: test.csv, prediction: q }
  primary: gap(mae by group) <= 20
  guardrails: [worst(mae by group) <= 20]
`,
      "test.csv": csv(["id", "group", "y", "q"], given),
    }),
  );
  expect(said.verdict).toBe("fail");
  expect(said.judged.map(({ verdict }) => verdict)).toEqual(["fail", "fail"]);
  expect(said.judged[0]?.estimate).toMatchObject({ value: expect.closeTo(39, 6) });
  expect(bounds(said.judged[0]?.estimate).low).toBeGreaterThan(38);
  expect(bounds(said.judged[0]?.estimate).high).toBeLessThan(40);
});

test("a slice without a change does not move the findings of the others", async () => {
  // The baseline never says yes in `b`: its precision has no value there, and no test is made of it.
  const given: Row[] = ["a", "b", "c"].flatMap((group) =>
    Array.from({ length: 400 }, (_, i) => ({
      y: i % 2 === 0,
      own: i % 2 === 0 || i % 20 === 1 ? 0.9 : 0.1,
      baseline: group === "b" ? 0.1 : i % 2 === 0 || (group === "c" && i % 4 === 1) ? 0.9 : 0.1,
      group,
    })),
  );
  const keyed = given.map((row, id) => ({ ...row, id }));
  const said = measured(
    await judgeFiles({
      "mlops.yml": `model: tiny
task: binary
data: { test: test.csv, key: id, label: { column: y, positive: true } }
evaluate:
  candidate: { predictions: new.csv }
  baseline: { predictions: old.csv }
  primary: precision - baseline.precision > -0.2
  slices: [group]
`,
      "test.csv": csv(
        ["id", "y", "group"],
        keyed.map(({ id, y, group }) => [id, String(y), group]),
      ),
      "new.csv": csv(
        ["id", "score"],
        keyed.map(({ id, own }) => [id, own]),
      ),
      "old.csv": csv(
        ["id", "score"],
        keyed.map(({ id, baseline }) => [id, baseline]),
      ),
    }),
  );
  const findings = Object.fromEntries(said.details.slices.map(({ value, finding }) => [value, finding]));
  expect(findings).toEqual({ a: "worse", b: "unclear", c: "better" });
});
