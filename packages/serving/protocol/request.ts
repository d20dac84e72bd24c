import type { Batch } from "@mlops-actions/core";
import { listed, shown } from "@mlops-actions/core";
import { z } from "zod";
import { binaryData } from "./binary.ts";
import { type Gathered, gathered, type Signature } from "./columns.ts";
import { Refusal } from "./refusal.ts";
import { type InputTensor, parameters, tensor } from "./tensor.ts";

/** A request as it was meant. */
export interface Inference extends Pick<Gathered, "given" | "carried"> {
  id: string | undefined;
  batch: Batch;
  /** Those that the caller wants, in that order, and which of them as bytes. */
  outputs: readonly { name: string; binary: boolean }[];
}

const envelope = z.object({
  id: z.string().max(200).optional(),
  parameters,
  inputs: z.array(tensor).min(1).max(10_000),
  outputs: z.array(z.object({ name: z.string(), parameters })).optional(),
});

/**
 * Reads an inference request of the Open Inference Protocol.
 * @param jsonBytes how much of the body is JSON, where binary data follow
 * @throws Refusal that names the field
 */
export function readRequest(body: Buffer, jsonBytes: number | undefined, signature: Signature): Inference {
  const request = parsed(jsonBytes === undefined ? body : body.subarray(0, jsonBytes));
  const tail = jsonBytes === undefined ? undefined : body.subarray(jsonBytes);
  const flat = flattened(request.inputs, tail);
  const { columns, given, carried, rows } = gathered(request.inputs, flat, signature);
  const wantsBytes = request.parameters?.binary_data_output === true;
  return {
    id: request.id,
    batch: { rows, columns },
    given,
    carried,
    outputs: outputsOf(request.outputs, wantsBytes, signature),
  };
}

function parsed(body: Buffer): z.infer<typeof envelope> {
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    throw new Refusal("", "The body is not UTF-8, as JSON is.");
  }
  try {
    value = JSON.parse(text);
  } catch (error) {
    const isNan =
      /(?:NaN|Infinity)/.test(error instanceof Error ? error.message : "") ||
      /[[,:]\s*-?(?:NaN|Infinity)\b/.test(text);
    throw new Refusal(
      "",
      isNan
        ? "The body is no JSON: JSON has no NaN and no Infinity. Write null for a missing number."
        : `The body is no JSON: ${shown(error instanceof Error ? error.message : String(error), 160)}.`,
    );
  }
  const read = envelope.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const field = pathOf(issue?.path ?? []);
  throw new Refusal(
    field,
    `${field === "" ? "The request" : `\`${field}\``}: ${issue?.message ?? "is not valid"}.`,
  );
}

function pathOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (said, part) =>
      typeof part === "number"
        ? `${said}[${part}]`
        : said === ""
          ? shownKey(part)
          : `${said}.${shownKey(part)}`,
    "",
  );
}

function shownKey(key: PropertyKey): string {
  return String(key)
    .replaceAll(/[^\w$-]/gu, "·")
    .slice(0, 60);
}

/** The values of each tensor, row by row. */
function flattened(inputs: readonly InputTensor[], tail: Buffer | undefined): (readonly unknown[])[] {
  let at = 0;
  const flat = inputs.map((input, index) => {
    const field = `inputs[${index}]`;
    const size = input.shape.reduce((product, one) => product * one, 1);
    const bytes = input.parameters?.binary_data_size;
    if (bytes !== undefined) {
      if (tail === undefined)
        throw new Refusal(
          `${field}.parameters.binary_data_size`,
          "`binary_data_size` needs the header Inference-Header-Content-Length.",
        );
      const values = binaryData(input, bytes, tail.subarray(at), size, field);
      at += Number(bytes);
      return values;
    }
    return flatData(input, size, field);
  });
  if (tail !== undefined && at !== tail.length)
    throw new Refusal("", `${tail.length - at} bytes after the JSON belong to no input.`);
  return flat;
}

function flatData({ data, shape }: InputTensor, size: number, field: string): readonly unknown[] {
  if (!Array.isArray(data)) throw new Refusal(`${field}.data`, `\`${field}.data\` is not a list.`);
  let flat: readonly unknown[] = data;
  const width = shape[1];
  if (width !== undefined && Array.isArray(data[0])) {
    const bad = data.findIndex((row) => !Array.isArray(row) || row.length !== width);
    if (bad !== -1)
      throw new Refusal(
        `${field}.data[${bad}]`,
        `\`${field}.data[${bad}]\` is not a list of ${width}, as \`shape\` says.`,
      );
    flat = data.flat();
  }
  if (flat.length === size) return flat;
  throw new Refusal(
    `${field}.data`,
    `\`${field}.data\` has ${flat.length} values, and \`shape\` [${shape.join(", ")}] says ${size}.`,
  );
}

function outputsOf(
  wanted: z.infer<typeof envelope>["outputs"],
  wantsBytes: boolean,
  { outputs }: Signature,
): Inference["outputs"] {
  if (wanted === undefined || wanted.length === 0)
    return outputs.map((name) => ({ name, binary: wantsBytes }));
  return wanted.map(({ name, parameters }, index) => {
    if (!outputs.includes(name))
      throw new Refusal(
        `outputs[${index}].name`,
        `\`outputs[${index}]\` is called ${shown(name)}; the model answers ${listed(outputs, 20)}.`,
      );
    const own = parameters?.binary_data;
    return { name, binary: typeof own === "boolean" ? own : wantsBytes };
  });
}
