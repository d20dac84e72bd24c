import { createHash, randomUUID } from "node:crypto";
import { constants, createReadStream, createWriteStream } from "node:fs";
import { copyFile, link, mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { UserError } from "@mlops-actions/core";
import type { Asset, Release, Releases } from "@mlops-actions/registry";
import { z } from "zod";

const ID = /^[0-9a-f-]{36}$/;
const TAG_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.@#!-]*$/;
const ASSET_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

const description = z.object({
  tag: z.string().regex(TAG_NAME),
  title: z.string(),
  body: z.string(),
  created: z.string(),
});

/**
 * The Releases side of the registry in a folder, which may lie on a shared disk:
 *
 * - `<id>/release.json` title, body and tag; `<id>/assets/<name>` the bytes; `<id>/sha256/<name>` their digest when they came
 * - `published/<tag>` the id of the release that is published: made once, by a link that only one can make
 * @param now the clock, for when a draft was made
 */
export function folderReleases(folder: string, now: () => Date): Releases {
  const published = join(folder, "published");
  const at = (id: string, ...names: string[]) => {
    if (!ID.test(id)) throw new Error(`${id} is no id of a release`);
    return join(folder, id, ...names);
  };

  const idOfTag = async (tag: string): Promise<string | undefined> => {
    if (!TAG_NAME.test(tag)) return undefined;
    const id = (await absent(readFile(join(published, tag), "utf8")))?.trim();
    return id !== undefined && ID.test(id) ? id : undefined;
  };

  async function get(id: string): Promise<Release | undefined> {
    if (!ID.test(id)) return undefined;
    const text = await absent(readFile(at(id, "release.json"), "utf8"));
    if (text === undefined) return undefined;
    const { tag, title, body, created } = parsed(text, at(id, "release.json"));
    const draft = (await idOfTag(tag)) !== id;
    const names = ((await absent(readdir(at(id, "assets")))) ?? []).sort();
    const assets = await Promise.all(names.map((name) => asset(id, name)));
    return { id, tag, title, body, draft, created, assets: assets.filter((found) => found !== undefined) };
  }

  async function asset(id: string, name: string): Promise<Asset | undefined> {
    const found = await absent(stat(at(id, "assets", name)));
    if (found === undefined) return undefined;
    const sha256 = (await absent(readFile(at(id, "sha256", name), "utf8")))?.slice(0, 64) ?? null;
    return { id: `${id}/${name}`, name, size: found.size, sha256, state: "uploaded" };
  }

  const known = async (id: string): Promise<Release> => (await get(id)) ?? gone(id);
  const knownDraft = async (id: string): Promise<Release> => {
    const release = await known(id);
    if (!release.draft) throw refusal(`Release ${release.tag} is published: it is not changed any more`);
    return release;
  };

  async function describe(id: string, release: z.input<typeof description>): Promise<void> {
    if (!TAG_NAME.test(release.tag)) throw new Error(`${release.tag} is no name of a tag of ours`);
    const part = at(id, `release.json.${randomUUID()}`);
    await writeFile(part, `${JSON.stringify(release, null, 2)}\n`);
    await rename(part, at(id, "release.json"));
  }

  return {
    get,
    async list() {
      const names = ((await absent(readdir(folder))) ?? []).filter((name) => ID.test(name));
      const releases: Release[] = [];
      for (const id of names) releases.push(...[await get(id)].filter((found) => found !== undefined));
      return releases.sort((a, b) => b.created.localeCompare(a.created) || a.id.localeCompare(b.id));
    },
    async ofTag(tag) {
      const id = await idOfTag(tag);
      const release = id === undefined ? undefined : await get(id);
      return release?.tag === tag ? release : undefined;
    },
    async draft({ tag, title, body }) {
      const id = randomUUID();
      for (const part of ["assets", "sha256"]) await mkdir(at(id, part), { recursive: true });
      await describe(id, { tag, title, body, created: now().toISOString() });
      return known(id);
    },
    async upload(id, { name, path }) {
      if (!ASSET_NAME.test(name)) throw new Error(`${name} is no name of an asset`);
      await knownDraft(id);
      const part = at(id, `upload.${randomUUID()}`);
      try {
        const digest = await copyHashed(path, part);
        const beside = `${part}.sha256`;
        await writeFile(beside, `${digest}  ${name}\n`);
        // A link is made only where there is none of that name: an upload never replaces another's bytes.
        await link(part, at(id, "assets", name)).catch((cause) => {
          if (cause.code === "EEXIST") throw refusal(`An asset ${name} is there already`);
          throw cause;
        });
        await rename(beside, at(id, "sha256", name));
      } finally {
        for (const rest of [part, `${part}.sha256`]) await rm(rest, { force: true });
      }
      return (await asset(id, name)) ?? gone(`${id}/${name}`);
    },
    async removeAsset(id, asked) {
      const name = basename(asked);
      await knownDraft(id);
      for (const place of ["assets", "sha256"]) await rm(at(id, place, name), { force: true });
    },
    async rename(id, to) {
      const { created } = await knownDraft(id);
      await describe(id, { ...to, created });
      return known(id);
    },
    async publish(id) {
      const { tag } = await known(id);
      await mkdir(published, { recursive: true });
      const part = join(folder, `published.${randomUUID()}`);
      try {
        await writeFile(part, `${id}\n`);
        await link(part, join(published, tag));
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code !== "EEXIST") throw cause;
        if ((await idOfTag(tag)) !== id) throw refusal(`A release of ${tag} is published already`);
      } finally {
        await rm(part, { force: true });
      }
      return known(id);
    },
    async remove(id) {
      await knownDraft(id);
      // Out of sight at once: a removal that is broken off leaves nothing that looks like a release.
      await rm(at(id, "release.json"), { force: true });
      await rm(at(id), { recursive: true, force: true });
    },
    async download({ id }, into) {
      const [release = "", name = ""] = id.split("/");
      if (!ASSET_NAME.test(name)) throw new Error(`${id} is no id of an asset`);
      await copyFile(at(release, "assets", name), into, constants.COPYFILE_EXCL);
    },
  };
}

async function copyHashed(from: string, to: string): Promise<string> {
  const hash = createHash("sha256");
  const through = new Transform({
    transform(chunk, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  await pipeline(createReadStream(from), through, createWriteStream(to, { flags: "wx", flush: true }));
  return hash.digest("hex");
}

function parsed(text: string, file: string): z.infer<typeof description> {
  try {
    return description.parse(JSON.parse(text));
  } catch (cause) {
    throw new UserError("registry-damaged", `${file} is not what describes a release`, {
      remedy: "Restore that folder from where it was copied.",
      cause,
    });
  }
}

async function absent<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw cause;
  }
}

function gone(what: string): never {
  throw refusal(`There is no release ${what} any more`);
}

function refusal(message: string): UserError {
  return new UserError("release-refused", message, {
    remedy: "Run this again: it goes on from what is there.",
  });
}
