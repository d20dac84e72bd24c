import type { OnnxGraph, OnnxTensor } from "../onnx/model.ts";

const INT64 = 7;
const INT32 = 6;
const STRING = 8;

/** The constants of a graph by the name under which nodes use them. */
export function constantsOf(graph: OnnxGraph): ReadonlyMap<string, OnnxTensor> {
  const initial = graph.constants.map((tensor) => [tensor.name, tensor] as const);
  const made = graph.nodes.flatMap(({ operator, outputs, attributes }) =>
    operator === "Constant"
      ? attributes.flatMap(({ tensors }) => tensors.map((tensor) => [outputs[0] ?? "", tensor] as const))
      : [],
  );
  return new Map([...initial, ...made]);
}

/** Those of them that are short lists of integers: shapes. */
export function constantIntegers(graph: OnnxGraph): ReadonlyMap<string, readonly bigint[]> {
  const listed = [...constantsOf(graph)].map(([name, tensor]) => [name, integersOf(tensor)] as const);
  return new Map(listed.filter((one): one is [string, readonly bigint[]] => one[1] !== undefined));
}

export function integersOf({ type, raw, integers }: OnnxTensor): readonly bigint[] | undefined {
  if (type === INT64) return raw === undefined ? integers : unpacked(raw, 8);
  if (type === INT32 && raw !== undefined) return unpacked(raw, 4);
  return undefined;
}

/** The values of a short list of texts or integers, as texts: names of classes. */
export function textsOf(tensor: OnnxTensor): readonly string[] | undefined {
  return tensor.type === STRING ? tensor.texts : integersOf(tensor)?.map(String);
}

function unpacked(raw: Uint8Array, width: 4 | 8): readonly bigint[] | undefined {
  if (raw.length > 800_000) return undefined;
  const view = new DataView(raw.buffer, raw.byteOffset, raw.length - (raw.length % width));
  return Array.from({ length: view.byteLength / width }, (_, at) =>
    width === 8 ? view.getBigInt64(at * 8, true) : BigInt(view.getInt32(at * 4, true)),
  );
}
