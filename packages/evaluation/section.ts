import { fileReference, tableReference } from "@mlops-actions/core";
import { z } from "zod";

const predictions = z
  .strictObject({
    predictions: tableReference,
    score: z
      .string()
      .optional()
      .meta({ description: "Binary: column with the score of the positive class, in 0..1" }),
    decision: z
      .string()
      .optional()
      .meta({ description: "Column with the predicted label, instead of scores" }),
    prediction: z
      .string()
      .optional()
      .meta({ description: "Regression: column with the predicted number. Default: `prediction`" }),
  })
  .meta({ description: "Predictions of one model for the test rows, paired with them by `data.key`" });

const model = z
  .strictObject({ model: fileReference })
  .meta({ description: "An ONNX file of this repository, asked about the test rows here" });

/** What a baseline may be called: `none`, `base`, `latest`, a version's number, or else an environment. */
const reference = z.string().regex(/^(v?\d+\.\d+\.\d+|[a-z0-9][a-z0-9_-]{0,63})$/);

const outcome = z.enum(["review", "allow", "block"]);

const share = z
  .union([z.number().gt(0.5).lt(1), z.string().regex(/^\d{2}(\.\d+)?%$/)])
  .transform((value) => (typeof value === "number" ? value : Number.parseFloat(value) / 100));

/** `evaluate:` in `mlops.yml`. */
export const section = z.strictObject({
  candidate: z
    .union([predictions, model])
    .optional()
    .meta({ description: "The model of this change. Default: the one that `train` has made" }),
  baseline: z.union([reference, predictions, model]).optional().meta({
    description:
      "What it is compared with: an environment, `latest`, a version, `base` (the base commit, trained by `train`), or files. `none`: never, and every report says so. Default: `production` for a model that `train` has made, else nothing yet",
  }),
  primary: z
    .string()
    .optional()
    .meta({ description: "The condition that decides, in the condition language" }),
  guardrails: z.array(z.string()).default([]).meta({ description: "Conditions that must hold as well" }),
  slices: z
    .array(z.string())
    .default([])
    .meta({ description: "Columns by whose values the report breaks the primary metric down" }),
  threshold: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.5)
    .meta({ description: "Binary: a score of at least this much decides for the positive class" }),
  min_rows: z
    .int()
    .positive()
    .default(100)
    .meta({ description: "Groups with fewer rows are named, not judged" }),
  confidence: share
    .default(0.95)
    .meta({ description: "Two-sided level of every interval, the one that is printed and decides" }),
  inconclusive: z
    .union([
      outcome,
      z.strictObject({
        pull_request: outcome.default("review"),
        promote: z.enum(["block", "allow"]).default("block"),
      }),
    ])
    .default({ pull_request: "review", promote: "block" })
    .meta({ description: "What follows when the rows cannot tell" }),
});
export type Section = z.infer<typeof section>;
/** Predictions of one model as a file, paired with the test rows by `data.key`. */
export type Predictions = z.infer<typeof predictions>;

/** What an inconclusive verdict does on a pull request. */
export function onPullRequest({ inconclusive }: Section): "review" | "allow" | "block" {
  return typeof inconclusive === "string" ? inconclusive : inconclusive.pull_request;
}

/** Whether what is inconclusive may be registered and promoted. */
export function onPromotion({ inconclusive }: Section): "block" | "allow" {
  if (typeof inconclusive !== "string") return inconclusive.promote;
  return inconclusive === "allow" ? "allow" : "block";
}
