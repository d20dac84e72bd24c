import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";

/** SHA-256 of a file, which may be larger than memory. */
export async function fileDigest(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const part of createReadStream(path)) hash.update(part as Buffer);
  return hash.digest("hex");
}
