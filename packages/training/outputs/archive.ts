import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { UserError } from "@mlops-actions/core";
import { create } from "tar";
import { contentOf } from "./content.ts";
import { type Copied, copyPlain, diskFull } from "./copy.ts";
import type { Declared } from "./output-path.ts";

const MAX_FILES = 10_000;
const MAX_BYTES = 50e9;

/**
 * Packs a folder into one archive whose bytes depend on its files alone: names, bytes and the right to execute; sorted, without times
 * and owners.
 * @param staging a folder that is not there yet, for the copies
 * @throws UserError for links, for what is no file, for too many or too much, for a folder without a file
 */
export async function packFolder(
  folder: string,
  archive: string,
  staging: string,
  declared: Declared,
): Promise<Copied & { executesCode: boolean }> {
  const { written, at } = declared;
  const paths = await filesOf(folder, declared);
  let bytes = 0;
  let executesCode = false;
  for (const path of paths) {
    await mkdir(dirname(join(staging, path)), { recursive: true });
    bytes += (await stat(join(folder, path))).size;
    if (bytes > MAX_BYTES)
      throw new UserError("output-too-large", `\`${written}\` has more than ${MAX_BYTES / 1e9} GB`, {
        remedy: "Leave out what is not needed for answering: checkpoints, states of optimisers.",
        at,
      });
    // Empty files are common inside of folders, such as `__init__.py`.
    await copyInto(folder, path, staging, declared);
    executesCode ||= (await contentOf(join(staging, path))).executesCode;
  }
  try {
    // A leading `@` would name an archive to the library.
    const names = paths.map((path) => (path.startsWith("@") ? `./${path}` : path));
    await create(
      {
        file: archive,
        cwd: staging,
        gzip: { level: 6 },
        portable: true,
        noMtime: true,
        noDirRecurse: true,
        strict: true,
      },
      names,
    );
  } catch (error) {
    throw diskFull(error) ?? error;
  }
  const hash = createHash("sha256");
  await pipeline(createReadStream(archive), hash);
  return { size: (await stat(archive)).size, sha256: hash.digest("hex"), executesCode };
}

async function copyInto(folder: string, path: string, staging: string, declared: Declared): Promise<void> {
  const shown = `${declared.written.replace(/\/$/, "")}/${path}`;
  await copyPlain(join(folder, path), join(staging, path), declared, shown).catch((error: unknown) => {
    if (!(error instanceof UserError && error.code === "no-output")) throw error;
  });
}

async function filesOf(folder: string, { written, at }: Declared): Promise<string[]> {
  const refuse = (what: string) =>
    new UserError("output-refused", what, { remedy: "Let training write plain files there.", at });
  const found: string[] = [];
  const open = [""];
  for (let below = open.pop(); below !== undefined; below = open.pop()) {
    for (const entry of await readdir(join(folder, below), { withFileTypes: true })) {
      const path = below === "" ? entry.name : `${below}/${entry.name}`;
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused here
      if (/[\u0000-\u001f\u007f\\]/.test(entry.name))
        throw refuse(`\`${written}\` has a file with an odd name`);
      if (entry.isDirectory()) open.push(path);
      else if (entry.isFile()) found.push(path);
      else throw refuse(`\`${written}\` has a link or a special file: \`${path}\``);
      if (found.length + open.length > MAX_FILES)
        throw refuse(`\`${written}\` has more than ${MAX_FILES} files`);
    }
  }
  if (found.length === 0)
    throw new UserError("no-output", `\`${written}\` has no file in it`, {
      remedy: "Let training write the model there before it ends.",
      at,
    });
  return found.sort();
}
