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
      const got = await fetched(options.releases, release, file, folder);
      if ("what" in got) throw notThatFile(version, got);
      const path = join(into, name);
      await rename(got.path, path);
      paths.set(name, path);
    }
    return paths;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What is wrong with a file: of which asset, and how. */
export interface Damage {
  asset: string;
  what: string;
}

/** Brings one file into an empty folder, joined from its parts, every digest checked. */
export async function fetched(
  releases: Releases,
  release: Release,
  { file, assets }: Held,
  folder: string,
): Promise<{ path: string } | Damage> {
  const path = join(folder, `${file.name}.part`);
  const [only] = assets;
  if (assets.length === 1 && only !== undefined)
    return (await fetchAsset(releases, release, only, path)) ?? { path };
  const whole = createHash("sha256");
  for (const asset of assets) {
    const piece = join(folder, `${asset.name}.piece`);
    const damage = await fetchAsset(releases, release, asset, piece);
    if (damage !== undefined) return damage;
    await pipeline(createReadStream(piece), createWriteStream(path, { flags: "a" }));
    await digestOf(piece, whole);
    await rm(piece);
  }
  const sha256 = whole.digest("hex");
  if (sha256 === file.sha256) return { path };
  return {
    asset: file.name,
    what: `is joined from its parts to other bytes: sha256 ${sha256} instead of ${file.sha256}`,
  };
}

async function fetchAsset(
  releases: Releases,
  release: Release,
  wanted: Listed,
  path: string,
): Promise<Damage | undefined> {
  const asset = release.assets.find(({ name }) => name === wanted.name);
  const [said] = differences([wanted], asset === undefined ? [] : [asset]);
  if (asset === undefined || said !== undefined)
    return { asset: wanted.name, what: said?.what ?? "is missing" };
  await releases.download(asset, path);
  const { sha256, size } = await digestOf(path);
  const [came] = differences([wanted], [{ ...asset, sha256, size }]);
  return came && { asset: wanted.name, what: came.what };
}

function notThatFile({ tag }: Version, { asset, what }: Damage): UserError {
  return new UserError("bytes-differ", `\`${asset}\` of ${tag} ${what}`, {
    remedy: "Try once more; if it stays, somebody changed the release: name another version.",
  });
}

function noSuchFile({ tag, assets }: Version, name: string): UserError {
  return new UserError("no-such-file", `${tag} holds no file \`${name}\``, {
    remedy: `It holds ${assets.map((asset) => `\`${asset.name}\``).join(", ")}.`,
  });
}
