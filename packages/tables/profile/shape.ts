import { subject } from "@mlops-actions/core";
import { z } from "zod";

const count = z.int().nonnegative();

const presence = z
  .strictObject({
    rows: count,
    missing: count,
    empty: count,
    nan: count,
    infinite: count,
    present: count,
  })
  .describe("Every row is in exactly one of these; all other counts of the column are of `present`.");

const counts = z.array(count).min(1).describe("Rows by bin: one more than there are edges.");
const numericEdges = z
  .array(z.number())
  .describe(
    "Upper edges of all bins but the last, ascending: a value belongs to the first bin whose edge it does not exceed.",
  );

const common = { name: z.string(), presence };

const numbers = z.strictObject({
  ...common,
  kind: z.literal("number"),
  type: z.enum(["integer", "number"]),
  edges: numericEdges,
  counts,
  mean: z.number().nullable(),
  sd: z.number().nullable().describe("Standard deviation, divisor n - 1."),
  ends: z
    .strictObject({ low: z.number(), high: z.number() })
    .nullable()
    .describe("The 0.5 % and 99.5 % quantiles, moved inwards until enough rows lie outside."),
});

const dates = z.strictObject({
  ...common,
  kind: z.literal("date"),
  type: z.enum(["date", "timestamp"]),
  edges: z.array(z.iso.date()).describe("As for numbers, in whole days."),
  counts,
});

const categories = z.strictObject({
  ...common,
  kind: z.literal("category"),
  type: z.enum(["string", "boolean"]),
  values: z
    .array(z.strictObject({ value: z.string(), count: count.min(10) }))
    .max(50)
    .describe("The commonest first. Empty where the column has too many values to be shown."),
  other: z
    .strictObject({ count, distinct: count, singletons: count })
    .describe("Rows and values that are not shown; `singletons`: values that only one row has."),
  lengths: z
    .strictObject({ edges: numericEdges, counts })
    .nullable()
    .describe("Characters of the values, where the values themselves are not shown."),
});

const column = z.discriminatedUnion("kind", [numbers, dates, categories]);
export type ColumnProfile = z.infer<typeof column>;

const table = z.strictObject({
  rows: count,
  files: z.array(subject),
  columns: z.array(column),
});
export type TableProfile = z.infer<typeof table>;

/** The frozen distribution of a version's reference data: enough to measure drift, and no row of anybody. */
export const profile = z.strictObject({
  _type: z.literal("https://mlops-actions.dev/profile/v1"),
  reference: table.extend({ of: z.enum(["train", "test"]).describe("Which rows of the project these are.") }),
  predictions: table.nullable().describe("The model's answers to the test rows."),
});
export type Profile = z.infer<typeof profile>;
