import { z } from "zod";

/** Element types by the protocol's names. */
export const datatype = z.enum([
  "BOOL",
  "UINT8",
  "UINT16",
  "UINT32",
  "UINT64",
  "INT8",
  "INT16",
  "INT32",
  "INT64",
  "FP16",
  "FP32",
  "FP64",
  "BYTES",
]);
export type Datatype = z.infer<typeof datatype>;

export function isNumeric(type: Datatype): boolean {
  return type !== "BOOL" && type !== "BYTES";
}

const OF_ONNX: Readonly<Record<string, Datatype>> = {
  float: "FP32",
  double: "FP64",
  int64: "INT64",
  int32: "INT32",
  bool: "BOOL",
  string: "BYTES",
};

/** What the protocol calls a type that models are fed with. */
export function ofOnnx(type: string): Datatype {
  const found = OF_ONNX[type];
  if (found === undefined) throw new Error(`No input has the type ${type}`);
  return found;
}
