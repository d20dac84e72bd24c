import { rm } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "@mlops-actions/core";
import { differences } from "../record/contents.ts";
import { digestOf } from "../record/digest.ts";
import type { Asset, Release, Releases } from "../releases.ts";
import { settled } from "../settled.ts";
import type { Listed } from "../tag/message.ts";
import { type Supplied, withFile } from "./supply.ts";

const TRIES = 3;

/**
 * Fills a draft of ours until it holds exactly these assets, every digest read back. What is there already and right is not sent
 * again; what broke off or differs is removed first.
 * @throws UserError `upload-failed` where the server keeps other bytes than were sent
 */
export async function fill(
  releases: Releases,
  id: string,
  supplied: readonly Supplied[],
  scratch: string,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const release = await existing(releases, id);
    const wrong = await mistakes(releases, release, supplied, scratch);
    if (wrong.length === 0) return;
    if (attempt > TRIES)
      throw new UserError("upload-failed", `\`${wrong[0]?.name}\` of ${release.tag} ${wrong[0]?.what}`, {
        remedy: "Run this again: nothing is published yet, and what is there and right is kept.",
      });
    for (const { name } of wrong) {
      const there = release.assets.find((asset) => asset.name === name);
      if (there !== undefined) await removeAsset(releases, id, there);
      const asset = supplied.find((wanted) => wanted.name === name);
      if (asset !== undefined) await send(releases, id, asset, scratch);
    }
  }
}

// An upload whose answer was lost is not an error here: what the draft holds is read back before anything is sent again.
async function send(releases: Releases, id: string, asset: Supplied, scratch: string): Promise<void> {
  await withFile(asset, scratch, (path) =>
    settled<unknown>(
      () => releases.upload(id, { name: asset.name, path, size: asset.size }),
      async () => (await releases.get(id))?.assets.find(({ name }) => name === asset.name),
    ),
  );
}

async function removeAsset(releases: Releases, id: string, { id: asset }: Asset): Promise<void> {
  await settled<unknown>(
    () => releases.removeAsset(id, asset),
    async () => {
      const release = await releases.get(id);
      return release !== undefined && !release.assets.some((found) => found.id === asset)
        ? release
        : undefined;
    },
  );
}

async function existing(releases: Releases, id: string): Promise<Release> {
  const release = await releases.get(id);
  if (release?.draft === true) return release;
  throw new UserError("draft-gone", "The draft that is being filled was removed or published by somebody", {
    remedy: "Run this again.",
  });
}

/** How the assets of a release differ from what is wanted; where the server says no digest, its bytes are fetched and hashed. */
export async function mistakes(
  releases: Releases,
  release: Release,
  wanted: readonly Listed[],
  scratch: string,
): Promise<{ name: string; what: string }[]> {
  const assets: Asset[] = [];
  for (const asset of release.assets)
    assets.push(
      asset.sha256 === null && asset.state === "uploaded" ? await hashed(releases, asset, scratch) : asset,
    );
  return differences(wanted, assets);
}

async function hashed(releases: Releases, asset: Asset, scratch: string): Promise<Asset> {
  const path = join(scratch, `check-${asset.name}`);
  await rm(path, { force: true });
  try {
    await releases.download(asset, path);
    return { ...asset, ...(await digestOf(path)) };
  } finally {
    await rm(path, { force: true });
  }
}
