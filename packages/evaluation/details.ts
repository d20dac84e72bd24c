import { estimate, judged, verdict } from "@mlops-actions/core";
import { z } from "zod";

const count = z.int().nonnegative();

/** One metric of the candidate, of what it is compared with, and the change between them on the same rows. */
const row = z.object({
  metric: z.string(),
  own: estimate,
  baseline: estimate.optional(),
  change: estimate.optional(),
});

/** How the rows of the test table and of the predictions met. */
const rows = z.object({
  test: count.describe("Rows of the test table."),
  unlabelled: count.describe("Test rows without a label: they cannot be judged."),
  candidate: count,
  baseline: count.nullable(),
  common: count.describe("Rows that were judged: labelled, and predicted by every model asked."),
  leftOut: count.describe("Test rows that the candidate left unanswered. With any, nothing passes."),
  unknown: z
    .object({ candidate: count, baseline: count.nullable() })
    .describe("Predictions for keys that the test table does not have."),
  unknownAnswers: z
    .object({ candidate: count, baseline: count.nullable() })
    .describe("Answers that are none of the classes. They count as wrong."),
  changedFeatures: count.describe(
    "Rows of the base that the change has given other features: the candidate answered about those. With any, nothing passes.",
  ),
  differing: count
    .nullable()
    .describe("Judged rows on which candidate and baseline do not say exactly the same."),
});
export type RowCounts = z.infer<typeof rows>;

const answers = z
  .enum(["asked", "again", "stored"])
  .describe(
    "`asked`: the model ran here on these rows. `again`: its own code asked it about these rows, in a job of its own. `stored`: by the predictions that came with it.",
  );

/** `details` of the evidence of `evaluate`. */
export const details = z.object({
  task: z.enum(["binary", "multiclass", "regression"]),
  confidence: z.number().gt(0).lt(1),
  threshold: z
    .object({ candidate: z.number().nullable(), baseline: z.number().nullable() })
    .describe(
      "Binary scores decide for the positive class from here on, each model by its own; `null` where labels were given, and where there is no baseline.",
    ),
  candidate: z.object({ name: z.string() }),
  baseline: z
    .discriminatedUnion("kind", [
      z.object({ kind: z.literal("file"), name: z.string() }),
      z.object({ kind: z.literal("base"), commit: z.string(), answers }),
      z.object({
        kind: z.literal("version"),
        asked: z.string().describe("As the rules name it: an environment, `latest`, a number."),
        number: z.string(),
        tag: z.string(),
        record: z.string(),
        how: z.enum(["exact", "fallback"]),
        since: z.iso.datetime().describe("Since when it is what was asked for."),
        doubted: z
          .array(z.object({ tag: z.string(), why: z.string() }))
          .describe("Newer tags that nobody vouches for: they were passed over."),
        answers,
      }),
      z.object({
        kind: z.literal("trivial"),
        answer: z.string(),
        because: z.enum(["none", "nothing-yet", "first-version"]),
      }),
    ])
    .describe(
      "`trivial`: there is nothing to compare with, so the candidate is held against a constant answer. `fallback`: nothing was ever assigned to that environment, so the newest version stands in.",
    ),
  rows,
  seed: z.string().describe("Seeds every resampling; made of the digests of the files that were judged."),
  metrics: z.array(row).describe("Every metric that these predictions allow."),
  slices: z
    .array(
      z.object({
        column: z.string(),
        value: z.string().nullable(),
        n: count,
        own: estimate,
        baseline: estimate.optional(),
        change: estimate.optional(),
        finding: z
          .enum(["better", "worse", "unclear", "too-small"])
          .describe("Told only with Holm's correction over all slices."),
      }),
    )
    .describe("The primary metric by the values of the declared slices."),
  turned: z
    .object({ harm: count, help: count })
    .optional()
    .describe(
      "Rows whose answer turned: `harm` from right to wrong, `help` from wrong to right. Classification with a baseline.",
    ),
  inconclusive: z
    .enum(["review", "allow", "block"])
    .describe("What an inconclusive verdict does on a pull request, by the rules that count."),
  promote: z
    .enum(["block", "allow"])
    .optional()
    .describe("Whether a model with an inconclusive verdict may become a version; absent: it may not."),
  detectable: z
    .number()
    .positive()
    .nullable()
    .describe("Smallest true difference of the primary metric that these rows would show with 80 % power."),
  proposed: z
    .discriminatedUnion("kind", [
      z.object({ kind: z.literal("measured"), verdict, judged: z.array(judged) }),
      z.object({ kind: z.literal("error"), message: z.string() }),
    ])
    .optional()
    .describe("The same predictions under the rules that the change proposes."),
  testRows: z
    .object({ added: count, removed: count, relabelled: count })
    .optional()
    .describe("How the test table of the change differs from the one that counts."),
});
export type Details = z.infer<typeof details>;
