import type { Values } from "@mlops-actions/core";
import type { Datatype } from "./datatype.ts";
import { Refusal } from "./refusal.ts";
import type { InputTensor } from "./tensor.ts";

// The protocol's binary tensor data: little-endian, texts each with their length before them.

const READ: Readonly<
  Partial<Record<Datatype, { bytes: number; at(of: DataView, offset: number): unknown }>>
> = {
  BOOL: { bytes: 1, at: (of, offset) => of.getUint8(offset) !== 0 },
  UINT8: { bytes: 1, at: (of, offset) => of.getUint8(offset) },
  UINT16: { bytes: 2, at: (of, offset) => of.getUint16(offset, true) },
  UINT32: { bytes: 4, at: (of, offset) => of.getUint32(offset, true) },
  UINT64: { bytes: 8, at: (of, offset) => of.getBigUint64(offset, true) },
  INT8: { bytes: 1, at: (of, offset) => of.getInt8(offset) },
  INT16: { bytes: 2, at: (of, offset) => of.getInt16(offset, true) },
  INT32: { bytes: 4, at: (of, offset) => of.getInt32(offset, true) },
  INT64: { bytes: 8, at: (of, offset) => of.getBigInt64(offset, true) },
  FP32: { bytes: 4, at: (of, offset) => of.getFloat32(offset, true) },
  FP64: { bytes: 8, at: (of, offset) => of.getFloat64(offset, true) },
};

/** The values of one tensor, at the start of what follows the JSON. @param size how many its shape says @throws Refusal */
export function binaryData(
  { datatype }: InputTensor,
  bytes: unknown,
  tail: Buffer,
  size: number,
  field: string,
): readonly unknown[] {
  const at = `${field}.parameters.binary_data_size`;
  if (!Number.isInteger(bytes) || (bytes as number) < 0 || (bytes as number) > tail.length)
    throw new Refusal(at, `\`${at}\` is not the number of bytes that follow the JSON.`);
  const own = tail.subarray(0, bytes as number);
  if (datatype === "BYTES") return texts(own, size, field);
  const reading = READ[datatype];
  if (reading === undefined)
    throw new Refusal(`${field}.datatype`, `\`${field}\`: ${datatype} is not read as binary data.`);
  if (own.length !== size * reading.bytes)
    throw new Refusal(
      at,
      `\`${at}\` is ${own.length}, and ${size} values of ${datatype} have ${size * reading.bytes} bytes.`,
    );
  const view = new DataView(own.buffer, own.byteOffset, own.byteLength);
  return Array.from({ length: size }, (_, one) => reading.at(view, one * reading.bytes));
}

function texts(own: Buffer, size: number, field: string): string[] {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const found: string[] = [];
  let at = 0;
  while (at + 4 <= own.length) {
    const end = at + 4 + own.readUInt32LE(at);
    if (end > own.length) break;
    try {
      found.push(decoder.decode(own.subarray(at + 4, end)));
    } catch {
      throw new Refusal(`${field}.data[${found.length}]`, `\`${field}.data[${found.length}]\` is not UTF-8.`);
    }
    at = end;
  }
  if (at === own.length && found.length === size) return found;
  throw new Refusal(`${field}.data`, `\`${field}\`: its bytes are not ${size} texts, each after its length.`);
}

/** An answer's column as bytes. */
export function asBinary(values: Values): Buffer {
  if (Array.isArray(values))
    return Buffer.concat(
      values.flatMap((value) => {
        const text = Buffer.from(value);
        const length = Buffer.alloc(4);
        length.writeUInt32LE(text.length);
        return [length, text];
      }),
    );
  const bytes = Buffer.alloc(values.length * 8);
  for (const [at, value] of values.entries()) bytes.writeDoubleLE(Number(value), at * 8);
  return bytes;
}
