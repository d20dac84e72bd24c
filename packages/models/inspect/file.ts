import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import type { ModelSource } from "@mlops-actions/core";
import { modelFault } from "../fault.ts";

/** Opens a plain file with one name, and nothing else: no link, no device. */
export type OpenFile = (path: string, label: string) => Promise<FileHandle>;

/** Protobuf's own limit for one message. */
const LARGEST = 2 ** 31 - 1;

/** All bytes of a model, read once: what is digested and checked is what is run. */
export async function readModelFile(
  open: OpenFile,
  model: ModelSource,
): Promise<{ bytes: Uint8Array; sha256: string }> {
  const file = await open(model.file, model.label);
  try {
    const { size, mtimeMs } = await file.stat();
    if (size > LARGEST) {
      throw modelFault(
        "model-too-large",
        model,
        `has ${size} bytes; an ONNX file has at most 2 GiB.`,
        "Store the weights in a smaller type, or predict with a command of your own (`predict.run`).",
      );
    }
    const bytes = Buffer.allocUnsafe(size);
    for (let done = 0; done < size; ) {
      const { bytesRead } = await file.read(bytes, done, Math.min(size - done, 1 << 30));
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    const after = await file.stat();
    if (after.size !== size || after.mtimeMs !== mtimeMs) {
      throw modelFault(
        "file-changed",
        model,
        "changed while it was read.",
        "Wait until whatever writes it has finished, then run again.",
      );
    }
    return { bytes, sha256: createHash("sha256").update(bytes).digest("hex") };
  } finally {
    await file.close();
  }
}
