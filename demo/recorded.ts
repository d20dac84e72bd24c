import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type { ChangeName } from "./change.ts";

/**
 * The predictions that the example's own script made on its author's machine.
 * @throws Error when the bytes are not those that `SHA256SUMS` names
 */
export async function recordedPredictions(folder: string, name: ChangeName): Promise<Uint8Array> {
  const file = `${name}.csv.gz`;
  const packed = await readFile(join(folder, "recorded", file));
  const sums = await readFile(join(folder, "recorded", "SHA256SUMS"), "utf8");
  const expected = sums.split("\n").find((line) => line.endsWith(`  ${file}`));
  const digest = createHash("sha256").update(packed).digest("hex");
  if (expected?.startsWith(`${digest} `) !== true)
    throw new Error(
      `recorded/${file} has the SHA-256 ${digest}, which is not the one in recorded/SHA256SUMS`,
    );
  return promisify(gunzip)(packed);
}
