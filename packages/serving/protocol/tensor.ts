import { z } from "zod";
import { datatype } from "./datatype.ts";

/** The protocol's `parameters`: those that we do not know are nobody's mistake. */
export const parameters = z.record(z.string(), z.unknown()).optional();

/** One input of a request. Its data are looked at where its type is known. */
export const tensor = z.object({
  name: z.string(),
  shape: z.array(z.int().nonnegative()).max(2, "a column has one size, a matrix two"),
  datatype,
  parameters,
  data: z.unknown().optional(),
});
export type InputTensor = z.infer<typeof tensor>;
