import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

export type Part = readonly [field: number, value: number | bigint | string | Uint8Array];

/** A protobuf message of fields in the order given, whether or not any reader would accept it. */
export function message(...parts: readonly Part[]): Uint8Array {
  const writer = new BinaryWriter();
  for (const [field, value] of parts) {
    if (typeof value === "string") writer.tag(field, WireType.LengthDelimited).string(value);
    else if (typeof value === "object") writer.tag(field, WireType.LengthDelimited).bytes(value);
    else writer.tag(field, WireType.Varint).int64(value);
  }
  return writer.finish();
}

/** Numbers of element types in ONNX. */
export const ELEMENT = { float: 1, int32: 6, int64: 7, string: 8, bool: 9, double: 11 } as const;

/** Parts of ONNX models, for models that no exporter would write. */
export const onnxBytes = {
  opset: (domain: string, version = 17) => message([1, domain], [2, version]),
  /** By default of one input `x` and one output `y`. */
  node: (operator: string, domain = "", ...more: readonly Part[]) =>
    message(
      ...(more.some(([field]) => field === 1) ? [] : [[1, "x"] as const]),
      ...(more.some(([field]) => field === 2) ? [] : [[2, "y"] as const]),
      [4, operator],
      ...more,
      [7, domain],
    ),
  /** A size that is a text is a name: left open. */
  value: (name: string, sizes: readonly (number | string)[] = [], element: number = ELEMENT.float) => {
    const shape = message(
      ...sizes.map(
        (size) => [1, typeof size === "string" ? message([2, size]) : message([1, size])] as const,
      ),
    );
    return message([1, name], [2, message([1, message([1, element], [2, shape])])]);
  },
  tensor: (...parts: readonly Part[]) => message([8, "w"], ...parts),
  /** An attribute that is a whole number. */
  integer: (name: string, value: number): Part => [5, message([1, name], [3, value], [20, 2])],
  graph: (...parts: readonly Part[]) => message([2, "g"], ...parts),
  model: (graph: Uint8Array, ...more: readonly Part[]) =>
    message([1, 8], [7, graph], [8, message([1, ""], [2, 17])], ...more),
};
