import { createHash } from "node:crypto";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type Evidence,
  type Files,
  type Manifest,
  manifest as manifestShape,
  type Publication,
  UserError,
} from "@mlops-actions/core";
import { type Located, located } from "./reference.ts";
import { type Accepted, MANIFEST } from "./trust/accepted.ts";

type File = Publication["files"][number];

/** What is published beside the model's own files. */
export const OURS = {
  manifest: MANIFEST,
  profile: "profile.json",
  card: "card.md",
  train: "train.intoto.jsonl",
  evaluate: "evaluate.intoto.jsonl",
  drift: "drift.intoto.jsonl",
} as const;

/** The manifest that the evidence names, from its bytes. */
export async function readManifest({ manifest }: Accepted, files: Files): Promise<Manifest> {
  const bytes = await readFile(await located(manifest, files));
  if (sha256(bytes) === manifest.digest.sha256) {
    const read = manifestShape.safeParse(jsonOf(bytes.toString("utf8")));
    if (read.success) return read.data;
  }
  throw new UserError("bad-manifest", `\`${MANIFEST}\` cannot be read as a manifest`, {
    remedy: "train the model again with the version of mlops-actions that registers",
  });
}

/** The model's files, each with the size and digest that its manifest says. */
export async function modelFiles({ files: listed }: Manifest, files: Files): Promise<File[]> {
  const found: File[] = [];
  for (const { name, size, sha256 } of listed) {
    const subject = { name, digest: { sha256 } };
    const file = await fileOf({ subject, path: await located(subject, files) });
    if (file.size !== size)
      throw new UserError("other-bytes", `\`${name}\` has ${file.size} bytes, its manifest says ${size}`, {
        remedy: "register the candidate that was evaluated, unchanged",
      });
    found.push(file);
  }
  return found;
}

export async function fileOf({ subject, path }: Located): Promise<File> {
  return { ...subject, path, size: (await stat(path)).size };
}

/** Writes texts by name as new files of a folder. */
export async function writeFiles(into: string, texts: Readonly<Record<string, string>>): Promise<File[]> {
  return Promise.all(
    Object.entries(texts).map(async ([name, text]) => {
      const path = join(into, name);
      await writeFile(path, text);
      return fileOf({ subject: { name, digest: { sha256: sha256(text) } }, path });
    }),
  );
}

/** One statement a line, as attestation stores have them. */
export function lineOf(statement: Evidence): string {
  return `${JSON.stringify(statement)}\n`;
}

function sha256(bytes: string | Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** @returns `undefined` for what is no JSON */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
