import { z } from "zod";
import { unit } from "../estimate.ts";

const argument = z.union([
  z.object({ column: z.string() }),
  z.object({ number: z.number() }),
  z.object({ quoted: z.string() }),
]);

/** A metric with everything that decides its value and nothing of how it was written. */
export const quantity = z.object({
  source: z.enum(["own", "baseline", "stable", "released"]),
  name: z.string(),
  args: z.array(argument),
  where: z.array(
    z.object({
      column: z.string(),
      op: z.enum([">", ">=", "<", "<=", "=", "!="]),
      value: z.union([z.string(), z.number()]),
    }),
  ),
  over: z.object({ how: z.enum(["gap", "worst"]), by: z.array(z.array(z.string())) }).optional(),
});
export type Quantity = z.infer<typeof quantity>;

/**
 * A comparison brought to the form `sum(weight * metric) op limit`, in base units (seconds, bytes, proportions).
 *
 * A ratio of two positive metrics, `a / b op c`, is the contrast `a - c * b op 0`. Because the same inequality decides both,
 * its estimate may be told on the scale of the ratio: `ratio` says so, and `limit` is then `c`.
 */
export const contrast = z.object({
  id: z.string().describe("The canonical text of the left side; equal contrasts have equal ids."),
  terms: z.array(z.object({ weight: z.number(), quantity })),
  op: z.enum([">", ">=", "<", "<=", "=", "!="]),
  limit: z.number(),
  unit,
  percent: z
    .boolean()
    .optional()
    .describe(
      "The limit was written in `%`: reports print this contrast in per cent, and its changes in points.",
    ),
  ratio: z.object({ numerator: quantity, denominator: quantity }).optional(),
  neutral: z
    .number()
    .nullable()
    .describe(
      "The value at which candidate and baseline are equal: 0 for a difference, 1 for a ratio, `null` where there is no pair.",
    ),
  tolerance: z
    .number()
    .positive()
    .optional()
    .describe("Largest half-width that the condition accepts (`+/-`)."),
});
export type Contrast = z.infer<typeof contrast>;
