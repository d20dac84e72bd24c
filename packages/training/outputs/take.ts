import { lstat, stat } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { ASSET_NAME, type Manifest, UserError } from "@mlops-actions/core";
import { packFolder } from "./archive.ts";
import { contentOf } from "./content.ts";
import { copyPlain } from "./copy.ts";
import { type Declared, pathOf } from "./output-path.ts";

/** The model as it travels, and as it can be asked on this machine. */
export interface Taken {
  file: Manifest["files"][number];
  /** Absolute: a file or a folder of our own copies. */
  model: string;
  isOnnx: boolean;
}

/** Names that a candidate has of its own. */
const TAKEN = /^(?:manifest\.json|train\.intoto\.json|predictions\.(?:parquet|csv))$/i;

/**
 * Copies the model into the candidate and looks at the copy.
 * @throws UserError where there is none, or one that cannot travel, or is not what its name says
 */
export async function takeModel(declared: Declared, into: string, scratch: string): Promise<Taken> {
  const { written, at } = declared;
  const path = pathOf(declared);
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw await absent(declared, path);
  const name = `${basename(path)}${found.isDirectory() ? ".tar.gz" : ""}`;
  if (!ASSET_NAME.test(name) || TAKEN.test(name))
    throw new UserError("output-name", `A model cannot be called \`${name}\``, {
      remedy:
        "Use letters, digits, `.`, `_` and `-`, and no name that a candidate has itself, such as `manifest.json`.",
      at,
    });
  const copy = join(into, name);
  if (found.isDirectory()) {
    if ((await lstat(path)).isSymbolicLink())
      throw new UserError("output-refused", `\`${written}\` is a link to a folder`, {
        remedy: "Name the folder itself.",
        at,
      });
    const model = join(scratch, basename(path));
    const { executesCode, ...packed } = await packFolder(path, copy, model, declared);
    const file = { role: "model" as const, name, ...packed, archive: "tar.gz" as const };
    return { file: { ...file, ...(executesCode && { executesCode }) }, model, isOnnx: false };
  }
  const copied = await copyPlain(path, copy, declared, written);
  const { kind, executesCode } = await contentOf(copy);
  const isNamedOnnx = extname(name).toLowerCase() === ".onnx";
  if (isNamedOnnx && kind !== "other")
    throw new UserError("not-onnx", `\`${written}\` is called ONNX and is ${WORDS[kind]}`, {
      remedy:
        "Export the model to ONNX, or give the file its own ending and say how it answers: `predict: { run: COMMAND }`.",
      at,
    });
  const file = { role: "model" as const, name, ...copied, ...(executesCode && { executesCode }) };
  return { file, model: copy, isOnnx: isNamedOnnx };
}

const WORDS = {
  pickle: "a pickle, which runs code when it is loaded",
  zip: "a zip file, as PyTorch's own format is",
  compressed: "a compressed file",
  tar: "a tar file",
  numpy: "a NumPy array",
  hdf5: "an HDF5 file",
} as const;

/** @throws never; says why a declared output is not there */
export async function absent({ written, at, role }: Declared, path: string): Promise<UserError> {
  const isBroken = (await lstat(path).catch(() => undefined))?.isSymbolicLink() === true;
  return new UserError(
    "no-output",
    isBroken ? `\`${written}\` is a link to nothing` : `Training has ended and \`${written}\` is not there`,
    {
      remedy: `Let it write the file, or correct \`train.outputs.${role}\`: the path is relative to \`mlops.yml\`, and \`MLOPS_OUT\` is the folder of the model.`,
      at,
    },
  );
}
