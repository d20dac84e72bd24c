import { z } from "zod";

/** `6%` or 0.06, kept as it is written: rows are counted, and no share is rounded on the way. */
const share = z.union([z.number().min(0).lt(1), z.string().regex(/^(?:100|\d{1,2}(?:\.\d+)?)\s?%$/)]);
const bound = z.union([z.number(), z.string()]);
const length = z.int().nonnegative();

const column = z
  .strictObject({
    type: z.enum(["integer", "number", "string", "boolean", "date", "timestamp"]).optional().meta({
      description: "What its values are. A value of another kind breaks this rule",
    }),
    max_missing: share.optional().meta({
      description: "The largest share of rows without a value: `6%`. Default: 0%",
    }),
    min: bound.optional().meta({ description: "The smallest value allowed; of dates, `2020-01-31`" }),
    max: bound
      .optional()
      .meta({ description: "The largest value allowed; of dates, `2020-01-31`, or `now`" }),
    values: z
      .array(z.union([z.string(), z.number(), z.boolean()]))
      .min(1)
      .optional()
      .meta({ description: "All values allowed" }),
    pattern: z
      .string()
      .optional()
      .meta({ description: "A regular expression (RE2) that the whole value matches" }),
    min_length: length.optional().meta({ description: "The fewest characters" }),
    max_length: length.optional().meta({ description: "The most characters" }),
    unique: z.literal(true).optional().meta({ description: "No value stands in two rows" }),
    max_outside: share.optional().meta({
      description:
        "The largest share of rows that may break one of `min`, `max`, `values`, `pattern` or the lengths. Default: 0%",
    }),
    table: z
      .enum(["train", "test"])
      .optional()
      .meta({ description: "The one table that has this column. Default: each has" }),
  })
  .meta({ description: "What every value of the column must be" });
export type ColumnSection = z.infer<typeof column>;
export type Share = z.infer<typeof share>;

/** The keys of `data:` in `mlops.yml` that only the validation reads; the others of that mapping belong to all stages. */
export const section = z.strictObject({
  columns: z
    .record(z.string().min(1), column)
    .default({})
    .meta({ description: "Rules for the values of columns, by their names" }),
  checks: z.array(z.string()).optional().meta({
    description:
      "Conditions on the tables, in the condition language. Default: no two rows have one key, no row of the test is one of the training (where that has the key as well), no training row lacks its label",
  }),
  show: z.array(z.string().min(1)).default([]).meta({
    description:
      "Columns whose values reports and evidence may show. Rows are otherwise named by their place in the table alone",
  }),
});
export type Section = z.infer<typeof section>;
