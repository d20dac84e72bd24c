import { z } from "zod";

const path = z.string().min(1);

/** `train:` in `mlops.yml`. */
export const section = z.strictObject({
  run: z.string().min(1).meta({
    description:
      "The command, in any language. It finds its data in `MLOPS_DATA_TRAIN` and writes the files named under `outputs`",
  }),
  outputs: z
    .strictObject({
      model: path.meta({ description: "The model: a file, or a folder, which travels as one archive" }),
      threshold: path.optional().meta({
        description: "JSON: the score from which on a binary model decides for the positive class",
      }),
      classes: path.optional().meta({ description: "JSON: all classes, in the order of the scores" }),
      predictions: path.optional().meta({
        description: "Answers for the test rows that training has made itself: Parquet or CSV",
      }),
    })
    .meta({ description: "What training leaves behind, paths relative to this file" }),
  budget: z
    .strictObject({
      time: z
        .string()
        .default("6 h")
        .meta({ description: "How long a command may run; then everything that it started is ended" }),
    })
    .default({ time: "6 h" })
    .meta({ description: "What training may cost" }),
  env: z.array(z.string()).default([]).meta({
    description:
      "Variables of the job that pass on, besides a short list without secrets: names, or beginnings such as `AWS_*`",
  }),
  seed: z.int().nonnegative().default(1).meta({ description: "Comes as `MLOPS_SEED`" }),
  gpu: z
    .strictObject({
      min_memory: z
        .string()
        .meta({ description: "Memory that one GPU must have before anything starts: `40 GB`" }),
    })
    .optional()
    .meta({ description: "What the machine must have" }),
});
export type Section = z.infer<typeof section>;
