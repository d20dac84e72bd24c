import { z } from "zod";

/** Which files a table is made of, and how they are read. */
export const tableShape = {
  files: z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
    .meta({ description: "Path, glob, or a list of them" }),
  format: z
    .enum(["csv", "parquet", "json"])
    .optional()
    .meta({ description: "Default: by the file's ending" }),
  header: z.boolean().optional().meta({
    description: "CSV: the first line names the columns. Default: true, unless `names` is given",
  }),
  names: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .meta({ description: "CSV: the columns' names, in order" }),
  missing: z
    .array(z.string())
    .optional()
    .meta({ description: "Texts that mean `no value`, besides the empty field" }),
} as const;

/** A table as `mlops.yml` names it: a path or glob relative to the project's folder, or that with how to read it. */
export const tableReference = z
  .union([z.string().min(1), z.strictObject(tableShape)])
  .meta({ description: "A table: Parquet, CSV or JSON lines" });
/** A file that is no table, as `mlops.yml` names it. The loader knows it by identity: a copy with another description is another schema. */
export const fileReference = z
  .string()
  .min(1)
  .meta({ description: "A file: a path relative to the project's folder" });

export type TableReference = z.infer<typeof tableReference>;
