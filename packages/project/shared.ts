import { MODEL_NAME, tableReference } from "@mlops-actions/core";
import { section as validation } from "@mlops-actions/validation";
import { z } from "zod";

const column = z.string().min(1);

const label = z
  .strictObject({
    column: column.meta({ description: "The column with the true answers" }),
    positive: z
      .union([z.string(), z.number(), z.boolean()])
      .optional()
      .meta({ description: "Binary: the value that counts as positive" }),
    classes: z
      .array(z.union([z.string(), z.number().transform(String)]))
      .min(2)
      .optional()
      .meta({ description: "Multiclass: all classes, in the order of the scores" }),
  })
  .meta({ description: "What the model predicts" });

const data = z
  .strictObject({
    fetch: z.string().min(1).optional().meta({
      description:
        "Command that brings the tables here before anything is read, with the credentials of its job",
    }),
    train: tableReference.optional(),
    test: tableReference.optional(),
    key: z
      .union([column.transform((name) => [name]), z.array(column).min(1)])
      .default([])
      .meta({ description: "The column, or the columns, that name a row. Absent: a digest of the row" }),
    label: label.optional(),
    ...validation.shape,
  })
  .meta({ description: "The tables, paths relative to this file" });

const predict = z
  .union([
    z.strictObject({
      run: z.string().min(1).meta({
        description:
          "Command that answers for a model that is not ONNX: reads `MLOPS_INPUT` and `MLOPS_MODEL`, writes `MLOPS_OUTPUT`",
      }),
    }),
    z.strictObject({
      features: z.array(column).min(1).meta({
        description: "ONNX: columns in the order of the one matrix that the model takes",
      }),
    }),
  ])
  .meta({ description: "How the model answers" });

/** The part of `mlops.yml` that every stage reads. */
export const shared = z.strictObject({
  model: z.string().regex(MODEL_NAME).meta({
    description: "The model's name, unique in the repository: a-z, 0-9, `-`, `_`, at most 64 characters",
  }),
  task: z
    .enum(["binary", "multiclass", "regression"])
    .meta({ description: "What kind of answer the model gives" }),
  paths: z.array(z.string().min(1)).min(1).optional().meta({
    description:
      "Globs of what the model is made of besides its own folder, relative to this file; in the repository's root they stand for it. Nothing of it touched: the change does not affect the model",
  }),
  data,
  predict: predict.optional(),
});
export type Shared = z.infer<typeof shared>;

export interface Contradiction {
  path: (string | number)[];
  message: string;
  remedy: string;
}

/** What each key allows and all of them together do not. */
export function contradiction({
  task,
  data: { key, label },
}: Pick<Shared, "task" | "data">): Contradiction | undefined {
  const twice = key.find((name, i) => key.indexOf(name) !== i);
  if (twice !== undefined)
    return {
      path: ["data", "key"],
      message: `\`${twice}\` is in the key twice`,
      remedy: "Name each column once.",
    };
  if (label === undefined) return undefined;
  const path = ["data", "label"];
  const { positive, classes } = label;
  if (key.includes(label.column))
    return {
      path: [...path, "column"],
      message: `\`${label.column}\` is the label and part of the key`,
      remedy: "Take it out of `data.key`: the answer must not name the row.",
    };
  if (task === "binary" && positive === undefined)
    return {
      path,
      message: "A binary label needs `positive`",
      remedy: `Write \`label: { column: ${label.column}, positive: … }\` with the value that counts as positive.`,
    };
  if (task === "multiclass" && classes === undefined)
    return {
      path,
      message: "A multiclass label needs `classes`",
      remedy: `Write \`label: { column: ${label.column}, classes: [a, b, c] }\`, in the order of the scores.`,
    };
  if (task !== "binary" && positive !== undefined)
    return {
      path: [...path, "positive"],
      message: `\`positive\` has no meaning for ${task}`,
      remedy: "Take it out.",
    };
  if (task !== "multiclass" && classes !== undefined)
    return {
      path: [...path, "classes"],
      message: `\`classes\` has no meaning for ${task}`,
      remedy: "Take it out.",
    };
  const double = classes?.find((name, i) => classes.indexOf(name) !== i);
  if (double !== undefined)
    return {
      path: [...path, "classes"],
      message: `Class \`${double}\` is named twice`,
      remedy: "Name each class once.",
    };
  return undefined;
}
