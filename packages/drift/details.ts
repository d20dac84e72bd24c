import { z } from "zod";

const count = z.int().nonnegative();

const severity = z
  .enum(["quiet", "unclear", "warn", "severe"])
  .describe("`unclear`: nothing was found, and so few rows would not have shown it.");
export type Severity = z.infer<typeof severity>;

const interval = z.object({ low: z.number(), high: z.number(), level: z.number() });

/** How far the values of a column are from the reference's, as the share of rows that has moved. */
const distribution = z.object({
  measure: z
    .enum(["kolmogorov-smirnov", "total-variation"])
    .describe("Ordered values; categories. Both are shares of rows, 0 to 1."),
  of: z.enum(["values", "lengths"]).describe("`lengths`: of text whose values no profile shows."),
  n: z.object({ reference: count, current: count }),
  distance: z.number(),
  effect: z.number().describe("The distance without what chance adds to it."),
  interval: interval.describe(
    "Distribution-free, of the true distance (Dvoretzky, Kiefer, Wolfowitz; McDiarmid). Its lower end decides about `severe`.",
  ),
  p: z.number(),
  q: z.number().describe("Benjamini and Hochberg over all tests of the run."),
  detectable: z.number().describe("The distance that so many rows would show in four of five cases."),
  reported: z
    .object({
      psi: z.number(),
      jensenShannon: z.number(),
      wasserstein: z.number().nullable(),
    })
    .describe("As other tools tell it; decides nothing."),
});
export type Distribution = z.infer<typeof distribution>;

const share = z.object({ successes: count, n: count });

const missing = z.object({
  kind: z.enum(["missing", "empty", "nan", "infinite"]),
  reference: share,
  current: share,
  change: z.number(),
  interval: interval.describe("Newcombe's, of the change of the share."),
  p: z.number(),
  q: z.number(),
  severity,
});
export type MissingChange = z.infer<typeof missing>;

const unseen = z.object({
  share: z.number(),
  n: count,
  atLeast: z.number().describe("One-sided bound of 99 % (Clopper and Pearson)."),
  expected: z.number().describe("What the reference lets expect (Good and Turing)."),
  severity,
});
export type Unseen = z.infer<typeof unseen>;

const finding = z.object({
  name: z.string(),
  important: z.boolean(),
  rows: count.describe("Current rows, with those in which it is missing."),
  severity,
  since: z.iso.datetime().nullable().describe("The first of the checks in a row that have found it."),
  cause: z
    .enum(["shift", "missing", "new-values", "unit", "schema"])
    .nullable()
    .describe("`missing`, `unit` and `schema` are faults of the data: no retrain mends them."),
  distribution: distribution.optional(),
  missing: z.array(missing),
  unseen: unseen.optional(),
  ratio: z
    .number()
    .nullable()
    .describe("The factor that all values seem to be multiplied with; `null` where none explains it."),
  means: z.object({ reference: z.number(), current: z.number() }).nullable(),
  schema: z.string().nullable().describe("What has changed about the column itself."),
});
export type Finding = z.infer<typeof finding>;

const quality = z.object({
  cohort: z.object({
    rows: count.describe("Answers that are old enough to have a label."),
    labelled: count,
    until: z.iso.datetime().nullable().describe("The newest answer that has one."),
  }),
  metrics: z.array(
    z.object({
      metric: z.string(),
      value: z.number(),
      interval,
      n: count,
      released: z.number().nullable().describe("As the version was evaluated."),
    }),
  ),
  lost: z.boolean().describe("A guardrail on realised quality has failed."),
});

const entry = z.object({
  at: z.iso.datetime(),
  severity,
  severe: z.array(z.string()),
  warn: z.array(z.string()),
  rows: count,
  version: z.string().nullable(),
  run: z.int().nullable(),
  wants: z.boolean().describe("All that a retrain asks for was there."),
  retrained: z.boolean(),
});
export type Entry = z.infer<typeof entry>;

/** `details` of the evidence of `drift`. */
export const details = z.object({
  severity,
  current: z.object({
    label: z.string(),
    rows: count.describe("Rows that were judged."),
    read: count,
    outside: count.describe("Rows outside of the window."),
    ofOthers: z.array(z.object({ version: z.string(), rows: count })),
    from: z.iso.datetime().nullable(),
    to: z.iso.datetime().nullable(),
  }),
  reference: z.object({
    kind: z.enum(["version", "rows"]),
    name: z.string(),
    of: z.enum(["train", "test"]).nullable(),
    rows: count,
  }),
  version: z.object({ number: z.string(), tag: z.string(), environment: z.string().nullable() }).nullable(),
  columns: z.array(finding),
  answers: z.array(finding).describe("The model's outputs, against its answers to the test rows."),
  skipped: z.array(z.object({ name: z.string(), why: z.string() })),
  cluster: z.object({ column: z.string(), clusters: count, rows: count, without: count }).nullable(),
  repeats: z
    .object({ column: z.string(), values: count, rows: count, like: z.string(), correlation: z.number() })
    .nullable()
    .describe("Rows that belong together and are judged as if they did not."),
  quality: quality.nullable(),
  retrain: z.object({
    policy: z.enum(["never", "warn", "severe"]),
    decision: z.enum(["none", "dispatch", "advised", "waiting", "refused"]),
    why: z.string(),
  }),
  episode: z
    .object({ began: z.iso.datetime(), quiet: count, quietSince: z.iso.datetime().nullable() })
    .nullable()
    .describe("From the first severe check until three in a row were quiet."),
  ended: z
    .object({ began: z.iso.datetime(), quietSince: z.iso.datetime() })
    .nullable()
    .describe("The episode that this check has ended."),
  history: z.array(entry).describe("This check and those before it, the newest first, at most 60."),
  schedule: z.object({ every: z.number().positive().describe("Seconds."), next: z.iso.datetime() }),
  issue: z.object({
    coolDown: z.number().nonnegative().describe("Seconds."),
    labels: z.array(z.string()),
    assign: z.array(z.string()),
  }),
  seed: z.string(),
});
export type Details = z.infer<typeof details>;
