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
  /** Rows of the test table. */
  test: count,
  /** Test rows without a label: they cannot be judged. */
  unlabelled: count,
  candidate: count,
  baseline: count.nullable(),
  /** Rows that were judged: labelled, and predicted by every model asked. */
  common: count,
  /** Test rows that the candidate left unanswered. With any, nothing passes. */
  leftOut: count,
  /** Predictions for keys that the test table does not have. */
  unknown: z.object({ candidate: count, baseline: count.nullable() }),
});
export type RowCounts = z.infer<typeof rows>;

/** `details` of the evidence of `evaluate`. */
export const details = z.object({
  task: z.enum(["binary", "multiclass", "regression"]),
  confidence: z.number().gt(0).lt(1),
  /** Binary scores decide for the positive class from here on; `null` where labels were given. */
  threshold: z.number().nullable(),
  candidate: z.object({ name: z.string() }),
  /** `trivial`: there is nothing to compare with, so the candidate is held against a constant answer. */
  baseline: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("predictions"), name: z.string() }),
    z.object({ kind: z.literal("trivial"), answer: z.string(), because: z.enum(["none", "nothing-yet"]) }),
  ]),
  rows,
  /** Seeds every resampling; made of the digests of the files that were judged. */
  seed: z.string(),
  /** Every metric that these predictions allow. */
  metrics: z.array(row),
  /** The primary metric by the values of the declared slices. */
  slices: z.array(
    z.object({
      column: z.string(),
      value: z.string().nullable(),
      n: count,
      own: estimate,
      baseline: estimate.optional(),
      change: estimate.optional(),
      /** Told only with Holm's correction over all slices. */
      finding: z.enum(["better", "worse", "unclear", "too-small"]),
    }),
  ),
  /** Rows whose answer turned: `harm` from right to wrong, `help` from wrong to right. Classification with a baseline. */
  turned: z.object({ harm: count, help: count }).optional(),
  /** What an inconclusive verdict does on a pull request, by the rules that count. */
  inconclusive: z.enum(["review", "allow", "block"]),
  /** Smallest true difference of the primary metric that these rows would show with 80 % power. */
  detectable: z.number().positive().nullable(),
  /** The same predictions under the rules that the change proposes. */
  proposed: z
    .discriminatedUnion("kind", [
      z.object({ kind: z.literal("measured"), verdict, judged: z.array(judged) }),
      z.object({ kind: z.literal("error"), message: z.string() }),
    ])
    .optional(),
  /** How the test table of the change differs from the one that counts. */
  testRows: z.object({ added: count, removed: count, relabelled: count }).optional(),
});
export type Details = z.infer<typeof details>;
