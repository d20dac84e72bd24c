import { z } from "zod";

/** `native` is the label's own unit (RMSE, MAE); `ratio` is one quantity divided by another. */
export const unit = z.enum(["proportion", "ratio", "count", "second", "byte", "USD", "native"]);
export type Unit = z.infer<typeof unit>;

/** A two-sided interval; `null` is unbounded, since JSON has no infinity. */
export const interval = z.object({
  low: z.number().nullable(),
  high: z.number().nullable(),
  level: z.number().gt(0).lt(1),
});
export type Interval = z.infer<typeof interval>;

/** Whether the method keeps its error rate at these counts. Where it does not, nothing passes on it. */
export const promise = z.discriminatedUnion("holds", [
  z.object({ holds: z.literal(true) }),
  z.object({ holds: z.literal(false), reason: z.string(), has: z.number(), needs: z.number() }),
]);
export type Promised = z.infer<typeof promise>;

const exact = z.object({
  kind: z.literal("exact"),
  value: z.number(),
  unit,
  n: z.int().nonnegative(),
});

const sampled = z.object({
  kind: z.literal("sampled"),
  value: z.number(),
  unit,
  n: z.int().nonnegative(),
  of: z.enum(["row", "cluster", "query", "request", "block"]),
  method: z.string().describe("The method by name, as the literature calls it."),
  seed: z.string().optional(),
  interval,
  p: z
    .object({ below: z.number(), above: z.number() })
    .optional()
    .describe('One-sided p-values of "the truth is at or below the limit" and "at or above the limit".'),
  promise,
  groups: z
    .object({
      extreme: z.array(z.string()),
      judged: z.int().nonnegative(),
      tooSmall: z.array(z.object({ group: z.string(), n: z.int().nonnegative(), needs: z.int().positive() })),
    })
    .optional()
    .describe("For `gap` and `worst`: the groups that make the value, and those too small to judge."),
});

const reported = z.object({ kind: z.literal("reported"), value: z.number(), unit, from: z.string() });

const missing = z.object({
  kind: z.literal("missing"),
  reason: z.enum(["no-rows", "too-few", "one-class", "no-labels", "no-traffic", "undefined"]),
  detail: z.string().describe("One sentence in the words of the metric."),
  n: z.int().nonnegative(),
});

/** One number and what chance can do to it. */
export const estimate = z.discriminatedUnion("kind", [exact, sampled, reported, missing]);
export type Estimate = z.infer<typeof estimate>;
export type SampledEstimate = z.infer<typeof sampled>;
export type ExactEstimate = z.infer<typeof exact>;
export type MissingEstimate = z.infer<typeof missing>;
