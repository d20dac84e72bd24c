import { isAscii, isUtf8 } from "node:buffer";

/** Checks a stream of bytes for UTF-8 without NUL; says at which offset of the chunk the first fault's line begins. */
export function utf8Check(): { push(chunk: Buffer): Fault | undefined; end(): Fault | undefined } {
  let rest: Buffer = Buffer.alloc(0);
  return {
    push(chunk) {
      const nul = chunk.indexOf(0);
      if (nul !== -1) return { what: "a NUL byte", linesBefore: newlines(chunk.subarray(0, nul)) };
      if (rest.length === 0 && isAscii(chunk)) return undefined;
      const all = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const whole = all.length - unfinished(all);
      rest = Buffer.from(all.subarray(whole));
      const checked = all.subarray(0, whole);
      return isUtf8(checked)
        ? undefined
        : { what: "bytes that are not UTF-8", linesBefore: firstBadLine(checked) };
    },
    end() {
      return rest.length === 0 ? undefined : { what: "bytes that are not UTF-8", linesBefore: 0 };
    },
  };
}

export interface Fault {
  what: string;
  /** Line ends in this chunk before the fault. */
  linesBefore: number;
}

/** How many bytes at the end begin a character that the next chunk finishes. */
function unfinished(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back ? back : 0;
  }
  return 0;
}

function newlines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) count += 1;
  return count;
}

function firstBadLine(bytes: Buffer): number {
  let lines = 0;
  for (let from = 0; ; lines += 1) {
    const to = bytes.indexOf(10, from);
    if (to === -1 || !isUtf8(bytes.subarray(from, to))) return lines;
    from = to + 1;
  }
}
