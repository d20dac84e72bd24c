import { manifest, subject } from "@mlops-actions/core";
import { z } from "zod";
import type { Ended } from "./command/run.ts";

const count = z.int().nonnegative();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** What a command has used; `null` where the machine could not tell. */
const usage = z.object({
  wallSeconds: z.number().nonnegative(),
  cpuSeconds: z.number().nonnegative().nullable(),
  peakMemoryBytes: count
    .nullable()
    .describe("Of all its processes together, as it was looked at several times a second."),
  gpus: z.array(
    z.object({
      name: z.string(),
      peakMemoryBytes: count.describe("Of the whole GPU, whoever held it."),
      meanUtilization: z.number(),
    }),
  ),
});

const command = z.object({
  run: z.string().describe("As the project writes it."),
  exit: z.int().describe("Its exit code: 0, or there were no model."),
  usage,
  outputBytes: count.describe("What it printed, shown or not."),
  leftovers: count.describe("Processes that outlived it and were ended."),
});

/** `details` of the evidence of `train`. */
export const details = z.object({
  manifest: manifest.describe("What the model is; the file of the same bytes is a subject."),
  train: command
    .optional()
    .describe(
      "Absent where a registered model was asked again: nothing was trained, and its files did not travel.",
    ),
  predict: command.optional(),
  seed: count,
  budget: z.object({ timeSeconds: z.number().positive() }),
  environment: z.array(z.string()).describe("Names of the variables that passed to the project's code."),
  inputs: sha256.describe("Digest of everything that made the model, the same on every machine."),
  predictions: z
    .object({
      name: z.enum(["predictions.parquet", "predictions.csv"]),
      size: count,
      sha256,
      by: z.enum(["command", "training"]).describe("`predict.run`, or training itself."),
    })
    .nullable()
    .describe("Answers for the test rows; `null` for a model that is asked where it is judged."),
  links: z
    .array(z.object({ title: z.string(), url: z.string() }))
    .describe("Where else this training is recorded, by its own account."),
  isolation: z
    .enum(["own-job", "none"])
    .describe("`own-job`: the project's code ran in a job that may write nothing."),
  testLabelsReadable: z
    .boolean()
    .describe("Whether the test rows with their labels lay in the workspace while training ran."),
  data: z.array(subject).describe("The training data."),
});
export type Details = z.infer<typeof details>;

/** A command as evidence tells it. */
export function told(
  run: string,
  { code, usage, outputBytes, leftovers }: Ended,
): NonNullable<Details["predict"]> {
  return { run, exit: code ?? 0, usage: { ...usage, gpus: [...usage.gpus] }, outputBytes, leftovers };
}
