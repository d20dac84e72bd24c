import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { UserError, type Version } from "@mlops-actions/core";
import { differences, type Held } from "../record/contents.ts";
import { digestOf } from "../record/digest.ts";
import type { Refs } from "../refs.ts";
import type { Release, Releases } from "../releases.ts";
import type { Listed } from "../tag/message.ts";
import { readVersion } from "./version.ts";

/**
 * Fetches files of a version into a folder. A file that is there is whole and has the digest that the version names: it is checked
 * under another name first.
 * @returns absolute paths by name
 */
export async function download(
  options: { refs: Refs; releases: Releases },
  version: Version,
  names: readonly string[],
  into: string,
): Promise<ReadonlyMap<string, string>> {
  const read = await readVersion(options, version.model, version.number);
  if (read === undefined || read.version.record !== version.record)
    throw new UserError("version-gone", `${version.tag} is not the version any more that it was`, {
      remedy: "Somebody removed or moved its tag: resolve it again.",
    });
  const { held, release } = read;
  if (release === undefined)
    throw new UserError("version-gone", `${version.tag} has no published release`, {
      remedy: "Its release was removed: name another version.",
    });
  await mkdir(into, { recursive: true });
  const folder = await mkdtemp(join(into, ".download-"));
  try {
    const paths = new Map<string, string>();
    for (const name of new Set(names)) {
      const file = held.find((found) => found.file.name === name);
      if (file === undefined) throw noSuchFile(version, name);
      const part = await fetched(options.releases, release, file, folder);
      const path = join(into, name);
      await rename(part, path);
      paths.set(name, path);
    }
    return paths;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Brings one file into an empty folder, joined from its parts, every digest checked.
 * @throws UserError `bytes-differ`, `bytes-missing`, which name the asset
 */
export async function fetched(
  releases: Releases,
  release: Release,
  { file, assets }: Held,
  folder: string,
): Promise<string> {
  const path = join(folder, `${file.name}.part`);
  const [only] = assets;
  if (assets.length === 1 && only !== undefined) {
    await fetchAsset(releases, release, only, path);
    return path;
  }
  const whole = createHash("sha256");
  for (const asset of assets) {
    const piece = join(folder, `${asset.name}.piece`);
    await fetchAsset(releases, release, asset, piece);
    await pipeline(createReadStream(piece), createWriteStream(path, { flags: "a" }));
    for await (const chunk of createReadStream(piece) as AsyncIterable<Buffer>) whole.update(chunk);
    await rm(piece);
  }
  const sha256 = whole.digest("hex");
  if (sha256 !== file.sha256)
    throw differs(
      release,
      file.name,
      `joined from its parts it has sha256 ${sha256} instead of ${file.sha256}`,
    );
  return path;
}

async function fetchAsset(releases: Releases, release: Release, wanted: Listed, path: string): Promise<void> {
  const asset = release.assets.find(({ name }) => name === wanted.name);
  const [wrong] = differences([wanted], asset === undefined ? [] : [asset]);
  if (asset === undefined || wrong?.what === "is missing") throw missing(release, wanted.name);
  if (wrong !== undefined) throw differs(release, wanted.name, `it ${wrong.what}`);
  await releases.download(asset, path);
  const { sha256, size } = await digestOf(path);
  if (sha256 !== wanted.sha256)
    throw differs(release, wanted.name, `${size} bytes came, sha256 ${sha256} instead of ${wanted.sha256}`);
}

function missing({ tag }: Release, name: string): UserError {
  return new UserError("bytes-missing", `\`${name}\` of ${tag} is missing from its release`, {
    remedy: "Somebody removed it: name another version.",
  });
}

function differs({ tag }: Release, name: string, how: string): UserError {
  return new UserError("bytes-differ", `\`${name}\` of ${tag} is not what its tag names: ${how}`, {
    remedy: "Somebody replaced it, or the transfer was damaged: try once more, then name another version.",
  });
}

function noSuchFile({ tag, assets }: Version, name: string): UserError {
  return new UserError("no-such-file", `${tag} holds no file \`${name}\``, {
    remedy: `It holds ${assets.map((asset) => `\`${asset.name}\``).join(", ")}.`,
  });
}
