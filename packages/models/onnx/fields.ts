import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";

/** The bytes are not the message that they should be: cut off, altered, or something else altogether. */
export class Damaged extends Error {}

/** Messages inside messages: graphs in attributes of nodes of graphs. */
const DEEPEST = 48;

/** One field of a message, to be taken by exactly one of its methods. */
export interface Field {
  number: number;
  /** Refuses a second one: readers of protobuf would merge both, and a check of either would miss the other. */
  once(): this;
  integer(): bigint;
  /** Appends the integers of a repeated field, packed or not, as long as there are fewer than `limit`. @returns at least how many there are */
  integers(into: bigint[], limit: number): number;
  /** Skips the numbers of a repeated field, packed or not. @returns at least how many there are */
  numbers(): number;
  text(): string;
  bytes(): Uint8Array;
  message(read: (field: Field) => void): void;
}

/**
 * Gives the fields of a message one by one; those that nobody takes are skipped.
 * @throws Damaged
 */
export function readFields(bytes: Uint8Array, read: (field: Field) => void, depth = 0): void {
  if (depth > DEEPEST) throw new Damaged(`messages nested deeper than ${DEEPEST}`);
  const reader = new BinaryReader(bytes);
  const seen = new Set<number>();
  while (reader.pos < reader.len) {
    const [number, wire] = attempt(() => reader.tag());
    let taken = false;
    const take = <Value>(expected: WireType, value: () => Value): Value => {
      // Another wire type is another field to protobuf's own readers: they would skip what we read.
      if (wire !== expected) throw new Damaged(`field ${number} has wire type ${wire}`);
      taken = true;
      return attempt(value);
    };
    const field: Field = {
      number,
      once: () => {
        if (seen.has(number)) throw new Damaged(`field ${number} stands there twice`);
        seen.add(number);
        return field;
      },
      integer: () => take(WireType.Varint, () => BigInt(reader.int64())),
      integers: (into, limit) => {
        if (wire !== WireType.LengthDelimited) {
          const one = field.integer();
          if (into.length < limit) into.push(one);
          return 1;
        }
        const packed = new BinaryReader(field.bytes());
        while (packed.pos < packed.len && into.length < limit)
          into.push(attempt(() => BigInt(packed.int64())));
        return packed.len;
      },
      // A number takes a byte at least.
      numbers: () => (wire === WireType.LengthDelimited ? field.bytes().length : 1),
      text: () => take(WireType.LengthDelimited, () => reader.string()),
      bytes: () => take(WireType.LengthDelimited, () => reader.bytes()),
      message: (inner) => readFields(field.bytes(), inner, depth + 1),
    };
    read(field);
    if (!taken) attempt(() => reader.skip(wire, number));
  }
}

function attempt<Value>(work: () => Value): Value {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof Damaged) throw cause;
    throw new Damaged(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}
