import { createHash, randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { RECORD_COMMIT, type Refs, type Release, type Releases, type Tag } from "@mlops-actions/registry";

/** What a repository and its releases hold, for tests that ask thousands of times. Held to the same contract as the real ones. */
export class Memory {
  readonly tags = new Map<string, Tag | "lightweight">();
  readonly records = new Map<string, ReadonlyMap<string, Uint8Array>>();
  readonly stored = new Map<string, Release>();
  readonly bytes = new Map<string, Uint8Array>();
  #made = 0;

  readonly refs: Refs = {
    list: async (prefix) =>
      [...this.tags].flatMap(([name, tag]) =>
        tag !== "lightweight" && name.startsWith(prefix) ? [{ name, object: tag.object }] : [],
      ),
    read: async (name) => this.#tag(name),
    create: async ({ name, target, message, date }) => {
      if (this.tags.get(name) === "lightweight") throw new Error(`${name} is lightweight`);
      const there = this.#tag(name);
      if (there !== undefined) return { kind: "exists", tag: there };
      const object = sha1("tag", Buffer.from([name, target, message, date].join("\0"))).toString("hex");
      const tag = { name, object, target, message, tagger: { name: "Ada", email: "ada@example.org", date } };
      this.tags.set(name, tag);
      return { kind: "created", tag };
    },
    writeRecord: async (files) => {
      const entries = [...files].map(([name, bytes]) =>
        Buffer.concat([Buffer.from(`100644 ${name}\0`), sha1("blob", bytes)]),
      );
      const tree = sha1("tree", Buffer.concat(entries)).toString("hex");
      const { author, message } = RECORD_COMMIT;
      const who = `${author.name} <${author.email}> 0 +0000`;
      const text = `tree ${tree}\nauthor ${who}\ncommitter ${who}\n\n${message}`;
      const commit = sha1("commit", Buffer.from(text)).toString("hex");
      this.records.set(commit, files);
      return commit;
    },
    readRecord: async (commit) => this.records.get(commit),
  };

  readonly releases: Releases = {
    list: async () => [...this.stored.values()].toReversed(),
    ofTag: async (tag) => [...this.stored.values()].find((release) => !release.draft && release.tag === tag),
    get: async (id) => this.stored.get(id),
    draft: async ({ tag, title, body }) => {
      this.#made += 1;
      const created = new Date(this.#made * 1000).toISOString();
      return this.#keep({ id: randomUUID(), tag, title, body, draft: true, created, assets: [] });
    },
    upload: async (id, { name, path }) => {
      const release = this.#known(id);
      if (release.assets.some((asset) => asset.name === name)) throw new Error(`${name} is there`);
      const bytes = await readFile(path);
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      const asset = { id: randomUUID(), name, size: bytes.length, sha256, state: "uploaded" as const };
      this.bytes.set(asset.id, bytes);
      const now = this.#known(id);
      this.#keep({ ...now, assets: [...now.assets, asset] });
      return asset;
    },
    removeAsset: async (id, asset) => {
      const release = this.#known(id);
      this.#keep({ ...release, assets: release.assets.filter((found) => found.id !== asset) });
    },
    rename: async (id, to) => this.#keep({ ...this.#known(id), ...to }),
    publish: async (id) => {
      const release = this.#known(id);
      const there = await this.releases.ofTag(release.tag);
      if (there !== undefined && there.id !== id) throw new Error(`${release.tag} is published`);
      return this.#keep({ ...this.#known(id), draft: false });
    },
    remove: async (id) => {
      if (!this.#known(id).draft) throw new Error(`${id} is published`);
      this.stored.delete(id);
    },
    download: async ({ id }, into) => {
      const bytes = this.bytes.get(id);
      if (bytes === undefined) throw new Error(`no asset ${id}`);
      await writeFile(into, bytes, { flag: constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL });
    },
  };

  #tag(name: string): Tag | undefined {
    const tag = this.tags.get(name);
    return tag === "lightweight" ? undefined : tag;
  }

  #known(id: string): Release {
    const release = this.stored.get(id);
    if (release === undefined) throw new Error(`no release ${id}`);
    return release;
  }

  #keep(release: Release): Release {
    this.stored.set(release.id, release);
    return release;
  }
}

function sha1(type: string, bytes: Uint8Array): Buffer {
  return createHash("sha1").update(`${type} ${bytes.length}\0`).update(bytes).digest();
}
