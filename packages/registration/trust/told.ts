import { estimate } from "@mlops-actions/core";
import { z } from "zod";

/** What this stage reads of an evaluation's details; the rest is passed on unread. */
export const evaluation = z.looseObject({
  confidence: z.number(),
  baseline: z.looseObject({ kind: z.string(), name: z.string().optional(), tag: z.string().optional() }),
  rows: z.looseObject({ test: z.int(), common: z.int() }),
  metrics: z.array(
    z.looseObject({
      metric: z.string(),
      own: estimate,
      baseline: estimate.optional(),
      change: estimate.optional(),
    }),
  ),
  slices: z.array(
    z.looseObject({ column: z.string(), value: z.string().nullable(), n: z.int(), own: estimate }),
  ),
  promote: z.enum(["block", "allow"]).default("block"),
});
export type Evaluation = z.infer<typeof evaluation>;

/** What the candidate was compared with, in a word; `null` where there was nothing. */
export function baselineName({ baseline: { kind, tag, name } }: Evaluation): string | null {
  return kind === "trivial" ? null : (tag ?? name ?? "baseline");
}

/** What this stage reads of a training's details: by its own account, so nothing depends on it. */
export const training = z.looseObject({
  train: z.looseObject({ run: z.string(), usage: z.looseObject({ wallSeconds: z.number() }) }),
  seed: z.int(),
  isolation: z.string(),
  testLabelsReadable: z.boolean(),
});
export type Training = z.infer<typeof training>;
