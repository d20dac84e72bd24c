import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";

/** SHA-256 and size of a file, which is read as a stream. `also` sees the same bytes. */
export async function digestOf(path: string, also?: Hash): Promise<{ sha256: string; size: number }> {
  const hash = createHash("sha256");
  let size = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    also?.update(chunk);
    size += chunk.length;
  }
  return { sha256: hash.digest("hex"), size };
}
