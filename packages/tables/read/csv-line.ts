import { createReadStream } from "node:fs";

/** The line, from 0, at which record `index` (from 0) of a scanned copy begins: quoted values may span lines. */
export async function lineOfRecord(copy: string, index: number): Promise<number> {
  let line = 0;
  let record = 0;
  let quoted = false;
  let atStart = true;
  for await (const chunk of createReadStream(copy)) {
    for (const byte of chunk as Buffer) {
      if (record === index) return line;
      // A quote opens only at the start of a field; doubled ones open and close again.
      if (byte === 34 && (quoted || atStart)) quoted = !quoted;
      else if (byte === 34 && !quoted) quoted = false;
      atStart = byte === 44 || byte === 10 || (byte === 34 && !quoted);
      if (byte === 10) {
        line += 1;
        if (!quoted) record += 1;
      }
    }
  }
  return line;
}
