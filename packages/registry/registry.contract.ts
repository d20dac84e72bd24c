import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Refs } from "./refs.ts";
import type { Releases } from "./releases.ts";

/** A pair of adapters over an empty registry: a repository without tags and releases. */
export interface OpenedPair extends AsyncDisposable {
  refs: Refs;
  releases: Releases;
  /** Makes a lightweight tag behind the adapters' back. */
  lightweightTag(name: string, commit: string): Promise<void>;
  /** GitHub takes no empty files. */
  refusesEmptyFiles?: boolean;
}

const DATE = "2026-03-01T09:30:00Z";
/** The record of `RECORD`, whichever adapter writes it. */
const RECORD = new Map([["manifest.json", Buffer.from('{\n  "model": "census-income"\n}\n')]]);
const RECORD_SHA1 = "1a17fb15b77282d1807efd66b5d192fa92989235";

/** What every pair of Refs and Releases promises, on GitHub or in a folder. */
export function registryContract(called: string, open: () => Promise<OpenedPair>): void {
  describe(`Refs and Releases ${called}`, () => {
    let pair: OpenedPair;
    let refs: Refs;
    let releases: Releases;
    let folder: string;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), "registry-contract-"));
      pair = await open();
      ({ refs, releases } = pair);
    });
    afterEach(async () => {
      await pair[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    });

    const tagged = async (name: string, message = "first line", date = DATE) => {
      const target = await refs.writeRecord(RECORD);
      return refs.create({ name, target, message, date });
    };
    const file = async (name: string, content: string | Uint8Array) => {
      const path = join(folder, name);
      await writeFile(path, content);
      return { name, path, size: Buffer.byteLength(content) };
    };
    const draftOf = (tag: string, title = tag) => releases.draft({ tag, title, body: `about ${tag}` });
    const publishedOf = async (tag: string) => {
      await tagged(tag);
      return releases.publish((await draftOf(tag)).id);
    };

    describe("records", () => {
      it("are the same commit for the same files, whoever writes them", async () => {
        const first = await refs.writeRecord(RECORD);
        expect(await refs.writeRecord(RECORD)).toBe(first);
        expect(first).toBe(RECORD_SHA1);
        const other = await refs.writeRecord(new Map([["manifest.json", Buffer.from("{}\n")]]));
        expect(other).not.toBe(first);
      });

      it("come back byte for byte", async () => {
        const files = new Map([
          ["manifest.json", Buffer.from('{"é":"\\u0000","end":"no line end"}')],
          ["other.bin", Buffer.from([0, 255, 10, 13, 0])],
        ]);
        const read = await refs.readRecord(await refs.writeRecord(files));
        expect([...(read ?? [])].map(([name, bytes]) => [name, Buffer.from(bytes)]).sort()).toEqual([
          ...files,
        ]);
      });

      it("are absent where there is no such commit", async () => {
        expect(await refs.readRecord("0123456789012345678901234567890123456789")).toBeUndefined();
      });
    });

    describe("tags", () => {
      it("are created with message and date, and read back as they were written", async () => {
        const message = "census-income 1.0.0\n\n# ünïcode <b> `x` 'y' \"z\"\nKey: value\n\n  indented";
        const made = await tagged("census-income@v1.0.0", message);
        expect(made.kind).toBe("created");
        expect(made.tag).toMatchObject({
          name: "census-income@v1.0.0",
          target: RECORD_SHA1,
          message,
          tagger: { date: DATE },
        });
        expect(made.tag.object).toMatch(/^[0-9a-f]{40}$/);
        expect(await refs.read("census-income@v1.0.0")).toEqual(made.tag);
        expect(await refs.readRecord(made.tag.target)).toBeDefined();
      });

      it.each(["m@v1.0.0!", "census-income#production#7", "a_b-c@v10.20.30"])(
        "may be called %s",
        async (name) => {
          const { tag } = await tagged(name);
          expect(await refs.read(name)).toEqual(tag);
          expect(await refs.list("")).toEqual([{ name, object: tag.object }]);
        },
      );

      it("are created once: the second is told what is there, and changes nothing", async () => {
        const { tag } = await tagged("m@v1.0.0", "mine");
        const second = await tagged("m@v1.0.0", "theirs", "2026-03-02T00:00:00Z");
        expect(second).toEqual({ kind: "exists", tag });
        expect(await refs.read("m@v1.0.0")).toEqual(tag);
      });

      it("have one creator where many try at once", async () => {
        const answers = await Promise.all(
          Array.from({ length: 6 }, (_, index) => tagged("m#production#1", `creator ${index}`)),
        );
        expect(answers.filter(({ kind }) => kind === "created")).toHaveLength(1);
        expect(new Set(answers.map(({ tag }) => tag.object)).size).toBe(1);
      });

      it("are listed by how their name begins", async () => {
        const names = ["m@v1.0.0", "m@v1.0.0!", "m@v10.0.0", "m#staging#1", "m2@v1.0.0", "other@v1.0.0"];
        for (const [index, name] of names.entries()) await tagged(name, `number ${index}`);
        const listed = async (prefix: string) => (await refs.list(prefix)).map(({ name }) => name).sort();
        expect(await listed("")).toEqual([...names].sort());
        expect(await listed("m@")).toEqual(["m@v1.0.0", "m@v1.0.0!", "m@v10.0.0"]);
        expect(await listed("m#")).toEqual(["m#staging#1"]);
        expect(await listed("none@")).toEqual([]);
        const read = await refs.read("m2@v1.0.0");
        expect(await refs.list("m2")).toEqual([{ name: "m2@v1.0.0", object: read?.object }]);
      });

      it("are left out where they are lightweight", async () => {
        const { tag } = await tagged("m@v1.0.0");
        await pair.lightweightTag("m@v2.0.0", tag.target);
        expect(await refs.read("m@v2.0.0")).toBeUndefined();
        expect((await refs.list("m@")).map(({ name }) => name)).toEqual(["m@v1.0.0"]);
      });

      it("refuse the name of a lightweight tag instead of calling it theirs", async () => {
        await pair.lightweightTag("m@v1.0.0", await refs.writeRecord(RECORD));
        await expect(tagged("m@v1.0.0")).rejects.toThrow();
      });

      it("are absent where nothing has that name", async () => {
        expect(await refs.read("m@v1.0.0")).toBeUndefined();
        expect(await refs.list("m@")).toEqual([]);
      });
    });

    describe("releases", () => {
      it("are drafts first: found by id and in the list, not by their tag", async () => {
        const draft = await draftOf("m@v1.0.0", "m 1.0.0");
        expect(draft).toMatchObject({
          tag: "m@v1.0.0",
          title: "m 1.0.0",
          body: "about m@v1.0.0",
          draft: true,
          assets: [],
        });
        expect(await releases.get(draft.id)).toEqual(draft);
        expect(await releases.list()).toEqual([draft]);
        expect(await releases.ofTag("m@v1.0.0")).toBeUndefined();
      });

      it("may be several drafts of one tag, each its own", async () => {
        const drafts = [await draftOf("m@v1.0.0", "one"), await draftOf("m@v1.0.0", "two")];
        expect(new Set(drafts.map(({ id }) => id)).size).toBe(2);
        expect((await releases.list()).map(({ title }) => title).sort()).toEqual(["one", "two"]);
        await releases.upload(drafts[0]?.id ?? "", await file("a.txt", "a"));
        expect((await releases.get(drafts[1]?.id ?? ""))?.assets).toEqual([]);
      });

      it("are found by their tag once published, with the same id", async () => {
        const published = await publishedOf("m@v1.0.0");
        expect(published.draft).toBe(false);
        expect(await releases.ofTag("m@v1.0.0")).toEqual(published);
        expect(await releases.get(published.id)).toEqual(published);
        expect(await releases.publish(published.id)).toEqual(published);
      });

      it("are published once for a tag: the second draft is refused and stays a draft", async () => {
        const first = await publishedOf("m@v1.0.0");
        const second = await draftOf("m@v1.0.0");
        await expect(releases.publish(second.id)).rejects.toThrow();
        expect((await releases.get(second.id))?.draft).toBe(true);
        expect((await releases.ofTag("m@v1.0.0"))?.id).toBe(first.id);
      });

      it("take another tag, title and body while they are drafts", async () => {
        const draft = await draftOf("m@v1.0.0");
        await releases.upload(draft.id, await file("a.txt", "a"));
        const to = { tag: "m@v1.0.1", title: "renamed", body: "body\n\nof two paragraphs" };
        const renamed = await releases.rename(draft.id, to);
        expect(renamed).toMatchObject({ ...to, id: draft.id, draft: true });
        expect(renamed.assets).toHaveLength(1);
        expect(await releases.get(draft.id)).toEqual(renamed);
      });

      it("are gone when a draft is removed, and nothing else is", async () => {
        const [one, two] = [await draftOf("m@v1.0.0"), await draftOf("m@v1.0.0")];
        await releases.remove(one.id);
        expect(await releases.get(one.id)).toBeUndefined();
        expect((await releases.list()).map(({ id }) => id)).toEqual([two.id]);
      });

      it("are absent where there is none", async () => {
        expect(await releases.list()).toEqual([]);
        expect(await releases.ofTag("m@v1.0.0")).toBeUndefined();
        const draft = await draftOf("m@v1.0.0");
        await releases.remove(draft.id);
        expect(await releases.get(draft.id)).toBeUndefined();
      });

      it("list published ones and drafts together", async () => {
        await publishedOf("m@v1.0.0");
        await publishedOf("n@v1.0.0");
        await draftOf("n@v1.1.0");
        const listed = (await releases.list()).map(({ tag, draft }) => `${tag} ${draft}`);
        expect(listed.sort()).toEqual(["m@v1.0.0 false", "n@v1.0.0 false", "n@v1.1.0 true"]);
      });
    });

    describe("assets", () => {
      const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, index) => (index * 31) % 251));
      const digest = createHash("sha256").update(bytes).digest("hex");

      it("are uploaded with the digest of their bytes and come back the same", async () => {
        const draft = await draftOf("m@v1.0.0");
        const asset = await releases.upload(draft.id, await file("model.onnx", bytes));
        expect(asset).toMatchObject({ name: "model.onnx", size: bytes.length, state: "uploaded" });
        // GitHub Enterprise may not say a digest; a wrong one nobody may say.
        expect([digest, null]).toContain(asset.sha256);
        expect((await releases.get(draft.id))?.assets).toEqual([asset]);
        const into = join(folder, "back");
        await releases.download(asset, into);
        expect((await readFile(into)).equals(bytes)).toBe(true);
      });

      it("come back from a published release", async () => {
        await tagged("m@v1.0.0");
        const draft = await draftOf("m@v1.0.0");
        await releases.upload(draft.id, await file("model.onnx", bytes));
        await releases.upload(draft.id, await file("evaluate.intoto.jsonl", "{}\n"));
        await releases.publish(draft.id);
        const found = await releases.ofTag("m@v1.0.0");
        expect(found?.assets.map(({ name }) => name).sort()).toEqual(["evaluate.intoto.jsonl", "model.onnx"]);
        for (const asset of found?.assets ?? [])
          await releases.download(asset, join(folder, `got-${asset.name}`));
        expect((await readFile(join(folder, "got-model.onnx"))).equals(bytes)).toBe(true);
        expect(await readFile(join(folder, "got-evaluate.intoto.jsonl"), "utf8")).toBe("{}\n");
      });

      it("may be empty, unless the server refuses that", async () => {
        const draft = await draftOf("m@v1.0.0");
        const upload = releases.upload(draft.id, await file("empty.txt", ""));
        if (pair.refusesEmptyFiles) return expect(upload).rejects.toThrow();
        const asset = await upload;
        expect(asset.size).toBe(0);
        await releases.download(asset, join(folder, "back"));
        expect(await readFile(join(folder, "back"), "utf8")).toBe("");
      });

      it("are not replaced by another upload of their name", async () => {
        const draft = await draftOf("m@v1.0.0");
        const first = await releases.upload(draft.id, await file("a.txt", "one"));
        await expect(releases.upload(draft.id, await file("a.txt", "two!"))).rejects.toThrow();
        expect((await releases.get(draft.id))?.assets).toEqual([first]);
      });

      it("make room for another of their name once removed", async () => {
        const draft = await draftOf("m@v1.0.0");
        const first = await releases.upload(draft.id, await file("a.txt", "one"));
        await releases.removeAsset(draft.id, first.id);
        expect((await releases.get(draft.id))?.assets).toEqual([]);
        const second = await releases.upload(draft.id, await file("a.txt", "two!"));
        expect((await releases.get(draft.id))?.assets).toEqual([second]);
      });

      it("are downloaded into a new file only", async () => {
        const draft = await draftOf("m@v1.0.0");
        const asset = await releases.upload(draft.id, await file("a.txt", "one"));
        await writeFile(join(folder, "mine"), "precious");
        await expect(releases.download(asset, join(folder, "mine"))).rejects.toThrow();
        expect(await readFile(join(folder, "mine"), "utf8")).toBe("precious");
      });

      it("are refused where the release is gone", async () => {
        const draft = await draftOf("m@v1.0.0");
        await releases.remove(draft.id);
        await expect(releases.upload(draft.id, await file("a.txt", "one"))).rejects.toThrow();
      });
    });
  });
}
