import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Publication } from "@mlops-actions/core";

const digest = (content: string | Uint8Array) => createHash("sha256").update(content).digest("hex");

/** A trained model on disk, ready to be registered: its bytes decide which model it is. */
export async function candidate(
  folder: string,
  {
    model = "census-income",
    bytes = "weights",
    bump = "minor",
    run,
    said = "{}",
  }: {
    model?: string;
    bytes?: string | Uint8Array;
    bump?: Publication["bump"];
    run?: Publication["run"];
    /** What the evaluation says, which differs from run to run. */
    said?: string;
  } = {},
): Promise<Publication> {
  const place = join(folder, digest([model, digest(bytes), said].join("\0")).slice(0, 16));
  await mkdir(place, { recursive: true });
  const file = async (name: string, content: string | Uint8Array) => {
    const path = join(place, name);
    await writeFile(path, content);
    return { name, path, size: Buffer.byteLength(content), digest: { sha256: digest(content) } };
  };
  const onnx = await file("model.onnx", bytes);
  const own = { role: "model" as const, name: onnx.name, size: onnx.size, sha256: onnx.digest.sha256 };
  return {
    manifest: {
      _type: "https://mlops-actions.dev/manifest/v1",
      model,
      task: "binary",
      files: [own],
      interface: { by: "onnx", positive: ">50K", threshold: 0.5 },
      training: {
        commit: null,
        code: digest("code"),
        inputs: digest(`inputs of ${digest(bytes)}`),
        data: [],
      },
    },
    files: [onnx, await file("card.md", `# ${model}\n`), await file("evaluate.intoto.jsonl", `${said}\n`)],
    bump,
    run,
  };
}
