import { z } from "zod";
import { subject } from "./evidence.ts";
import { MODEL_NAME } from "./model-name.ts";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** The grammar of a file that travels with a version: GitHub renames anything else when it becomes an asset. */
export const ASSET_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/;

const column = z.string().min(1);

/** One input or output of a model; `null` is a size that the model leaves open. */
export const tensor = z.object({
  name: z.string(),
  type: z.string().describe("Element type by ONNX's name: `float`, `int64`, `string` …"),
  shape: z.array(z.int().nonnegative().nullable()),
});
export type Tensor = z.infer<typeof tensor>;

/** How a model is asked and how its answers are read: these belong to a version, not to the project of today. */
export const modelInterface = z.object({
  by: z
    .enum(["onnx", "command"])
    .describe("`onnx`: we run it as data. `command`: only its own project's `predict.run` can."),
  inputs: z.array(tensor).optional(),
  outputs: z.array(tensor).optional(),
  features: z
    .array(column)
    .optional()
    .describe(
      "Columns in the order of the one matrix that the model takes; absent: an input for each column.",
    ),
  classes: z
    .array(z.string())
    .refine((names) => new Set(names).size === names.length, "a class is named twice")
    .optional()
    .describe("Multiclass: all classes, in the order of the scores."),
  positive: z.string().optional().describe("Binary: the value that the score is about."),
  threshold: z
    .number()
    .optional()
    .describe("Binary: a score of at least this much decides for the positive class."),
});
export type ModelInterface = z.infer<typeof modelInterface>;

/**
 * What a model is: its bytes, how it is asked, and what it was made of. Without number, time or run, so that the same model is the
 * same manifest wherever it was made; training writes it, a version's record holds it.
 */
export const manifest = z.object({
  _type: z.literal("https://mlops-actions.dev/manifest/v1"),
  model: z.string().regex(MODEL_NAME),
  task: z.enum(["binary", "multiclass", "regression"]),
  files: z
    .array(
      z.object({
        role: z.enum(["model", "other"]),
        name: z.string().regex(ASSET_NAME),
        size: z.int().nonnegative(),
        sha256,
        archive: z
          .literal("tar.gz")
          .optional()
          .describe("The file is a folder, packed: its paths are relative to that folder."),
        executesCode: z
          .literal(true)
          .optional()
          .describe("Loading it runs code that it brings (pickle and its kin)."),
      }),
    )
    .min(1),
  interface: modelInterface,
  training: z.object({
    commit: z.string().nullable().describe("The commit that was trained; `null` outside a repository."),
    code: sha256.describe("Digest of the tree under `paths`, without the data."),
    inputs: sha256.describe("Digest of everything that made it: code, data, project file, locks."),
    data: z.array(subject),
  }),
});
export type Manifest = z.infer<typeof manifest>;
