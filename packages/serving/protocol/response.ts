import type { MadeColumn } from "@mlops-actions/core";
import { asBinary } from "./binary.ts";
import type { Datatype } from "./datatype.ts";
import type { Inference } from "./request.ts";

/** The columns that a model made of a request's rows. */
export type Answered = readonly (Float64Array | string[])[];

export interface Written {
  body: Buffer;
  /** How much of the body is JSON, where binary data follow. */
  jsonBytes: number | undefined;
}

export function datatypeOf({ type }: MadeColumn): Datatype {
  return type === "number" ? "FP64" : "BYTES";
}

/** The protocol's answer. What a model made of a missing number may be no number: it is null in JSON. */
export function writeResponse(
  { model, version }: { model: string; version: string },
  { id, batch: { rows }, outputs }: Inference,
  made: readonly MadeColumn[],
  answered: Answered,
): Written {
  const tails: Buffer[] = [];
  const tensors = outputs.map(({ name, binary }) => {
    const at = made.findIndex((one) => one.name === name);
    const values = answered[at] as Float64Array | string[];
    const described = { name, datatype: datatypeOf(made[at] as MadeColumn), shape: [rows] };
    if (!binary) return { ...described, data: Array.from(values as ArrayLike<number | string>) };
    const bytes = asBinary(values);
    tails.push(bytes);
    return { ...described, parameters: { binary_data_size: bytes.length } };
  });
  const json = Buffer.from(
    JSON.stringify({
      model_name: model,
      model_version: version,
      ...(id !== undefined && { id }),
      outputs: tensors,
    }),
  );
  return tails.length === 0
    ? { body: json, jsonBytes: undefined }
    : { body: Buffer.concat([json, ...tails]), jsonBytes: json.length };
}
