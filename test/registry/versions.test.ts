import { createHash } from "node:crypto";
import { appendFile, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Version } from "@mlops-actions/core";
import type { Witness } from "@mlops-actions/registry";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { candidate } from "./candidate.ts";
import { type Scene, scene } from "./scene.ts";

let at: Scene;
beforeEach(async () => {
  at = await scene();
});
afterEach(() => at.repository[Symbol.asyncDispose]());

// A bare regular expression inside `toMatchObject` would match anything.
const like = (pattern: RegExp) => expect.stringMatching(pattern);
const NEWEST = { newest: true } as const;
const MODEL = "census-income";
const live = async (environment: string) => {
  const found = await at.registry.resolve(MODEL, { environment });
  return found && `${found.version.number} ${found.how}`;
};
const assign = async (version: Version, environment = "production") => {
  const { counter } = await at.registry.current(MODEL, environment);
  return at.registry.assign(environment, version, counter);
};

describe("publishing", () => {
  it("makes a version that plain git and the file system can read", async () => {
    const { version, how } = await at.publish({ run: { repositoryId: 1, runId: 2, attempt: 3 } });
    expect(how).toBe("published");
    expect(version).toMatchObject({
      model: MODEL,
      number: "1.0.0",
      tag: "census-income@v1.0.0",
      state: "published",
    });
    expect(at.git("cat-file", "-t", version.tag)).toBe("tag");
    expect(at.git("rev-parse", `${version.tag}^{commit}`)).toBe(version.record);
    expect(at.git("log", "--format=%P|%an", version.tag)).toBe("|mlops-actions");
    expect(at.git("ls-tree", "--name-only", version.tag)).toBe("manifest.json");
    expect(JSON.parse(at.git("show", `${version.tag}:manifest.json`))).toEqual(version.manifest);
    expect(at.git("cat-file", "tag", version.tag)).toContain("\ncensus-income 1.0.0\n\nRelease: ");
    expect(at.git("fsck", "--strict")).toBe("");
    const release = await at.releases.ofTag(version.tag);
    expect(release?.assets.map(({ name }) => name).sort()).toEqual([
      "card.md",
      "evaluate.intoto.jsonl",
      "manifest.json",
      "model.onnx",
    ]);
    expect(release?.title).toBe("census-income 1.0.0");
    expect(release?.body).toContain("gh release download 'census-income@v1.0.0'");
  });

  it("raises the newest number, and never uses one again", async () => {
    await at.publish();
    const second = await at.publish({ bytes: "b", bump: "major" });
    expect(second.version.number).toBe("2.0.0");
    at.git("tag", "-a", "census-income@v2.0.0!", second.version.record, "-m", "bad data");
    expect((await at.publish({ bytes: "c", bump: "patch" })).version.number).toBe("2.0.1");
  });

  it("finds the same model again, and not one that was withdrawn", async () => {
    const { version } = await at.publish();
    await at.publish({ bytes: "b" });
    expect(await at.publish({ said: "later" })).toEqual({ version, how: "unchanged" });
    at.git("tag", "-a", `${version.tag}!`, version.record, "-m", "bad data");
    await expect(at.publish({ said: "later" })).rejects.toMatchObject({ code: "version-withdrawn" });
  });

  it("finds the same model where somebody has rewritten the release's text", async () => {
    const { version } = await at.publish();
    const release = await at.releases.ofTag(version.tag);
    await writeFile(
      join(at.folder, release?.id ?? "", "release.json"),
      JSON.stringify({ tag: version.tag, title: "nicer", body: "nicer", created: release?.created }),
    );
    expect((await at.publish({ said: "later" })).how).toBe("unchanged");
  });

  it("leaves tags alone that were written by hand, and does not give their number again", async () => {
    at.git(
      "tag",
      "-a",
      "census-income@v3.0.0",
      "HEAD",
      "-m",
      "Registering artifact census-income version v3.0.0",
    );
    const { version } = await at.publish();
    expect(version.number).toBe("3.1.0");
    expect(at.git("tag", "--list", "census-income@*!")).toBe("");
    expect((await at.registry.resolve(MODEL, NEWEST))?.version.number).toBe("3.1.0");
  });

  it("leaves drafts alone that are not ours, or of runs that nobody knows about", async () => {
    const theirs = await at.releases.draft({ tag: "census-income@v1.0.0", title: "mine", body: "keep" });
    const unknown = await at.releases.draft({
      tag: "census-income@v1.0.0",
      title: "ours",
      body: `<!-- mlops-actions version: model=m record=${"0".repeat(40)} manifest=${"0".repeat(64)} key=k run=1/2/3 -->`,
    });
    await at.publish();
    expect(await at.releases.get(theirs.id)).toEqual(theirs);
    expect(await at.releases.get(unknown.id)).toEqual(unknown);
  });

  it("gives tags dates that grow by a second although the clock stands still", async () => {
    await at.repository[Symbol.asyncDispose]();
    at = await scene({ now: () => new Date("2026-03-01T09:30:00.900Z") });
    const one = await at.publish();
    await assign(one.version);
    await assign((await at.publish({ bytes: "b" })).version);
    const dates = (await at.registry.history(MODEL)).map(({ tag, date }) => `${tag} ${date}`);
    expect(dates).toEqual([
      "census-income@v1.0.0 2026-03-01T09:30:00Z",
      "census-income#production#1 2026-03-01T09:30:01Z",
      "census-income@v1.1.0 2026-03-01T09:30:02Z",
      "census-income#production#2 2026-03-01T09:30:03Z",
    ]);
  });

  it("refuses to count on from a tag by hand that has the last number there is", async () => {
    at.git("tag", "-a", "census-income@v1.999999999.0", "HEAD", "-m", "by hand");
    await expect(at.publish()).rejects.toMatchObject({ code: "numbers-used-up" });
    expect(await at.releases.list()).toEqual([]);
  });

  it("refuses files that are not what was judged", async () => {
    const publication = await candidate(at.into);
    await appendFile(publication.files[0]?.path ?? "", "x");
    await expect(at.registry.publish(publication)).rejects.toMatchObject({ code: "file-changed" });
    expect(await at.releases.list()).toEqual([]);
    expect(await at.refs.list("")).toEqual([]);
  });

  it.each(["manifest.json", "Model.onnx", "a.part-001", "späte.md"])(
    "refuses a file called %s",
    async (name) => {
      const publication = await candidate(at.into);
      const [file] = publication.files;
      const files = file === undefined ? [] : [...publication.files, { ...file, name }];
      await expect(at.registry.publish({ ...publication, files })).rejects.toMatchObject({
        code: "file-name",
      });
    },
  );
});

describe("an empty file", () => {
  it("is refused before anything is sent, as GitHub would refuse it", async () => {
    await expect(at.publish({ bytes: "" })).rejects.toMatchObject({
      code: "file-name",
      message: like(/is empty/),
    });
    expect(await at.releases.list()).toEqual([]);
  });
});

describe("large files", () => {
  beforeEach(async () => {
    await at.repository[Symbol.asyncDispose]();
    at = await scene({ partBytes: 1000 });
  });
  const large = Array.from({ length: 2500 }, (_, index) => String.fromCharCode(97 + (index % 26))).join("");

  it("are published in parts and come back whole", async () => {
    const { version } = await at.publish({ bytes: large });
    const release = await at.releases.ofTag(version.tag);
    const sizes = release?.assets.map(({ name, size }) => `${name} ${size}`);
    expect(sizes).toEqual(expect.arrayContaining(["model.onnx.part-001 1000", "model.onnx.part-003 500"]));
    expect(sizes).not.toContain("model.onnx 2500");
    expect(version.assets.map(({ name }) => name)).toContain("model.onnx");
    const paths = await at.registry.download(version, ["model.onnx"], join(at.into, "out"));
    expect(await readFile(paths.get("model.onnx") ?? "", "utf8")).toBe(large);
    expect(await readdir(join(at.into, "out"))).toEqual(["model.onnx"]);
    expect((await at.registry.verify(MODEL, "1.0.0")).answer).toBe("consistent");
    expect((await at.publish({ bytes: large, said: "later" })).how).toBe("unchanged");
  });

  it("are refused where one part is another", async () => {
    const { version } = await at.publish({ bytes: large });
    const release = await at.releases.ofTag(version.tag);
    await appendFile(join(at.folder, release?.id ?? "", "assets", "model.onnx.part-002"), "x");
    await expect(at.registry.download(version, ["model.onnx"], join(at.into, "out"))).rejects.toMatchObject({
      code: "bytes-differ",
      message: expect.stringContaining("model.onnx.part-002"),
    });
    expect(await readdir(join(at.into, "out"))).toEqual([]);
  });
});

describe("resolving", () => {
  it("of an empty registry is nothing, of a broken one an error", async () => {
    expect(await at.registry.resolve(MODEL, NEWEST)).toBeUndefined();
    expect(await at.registry.resolve(MODEL, { environment: "production" })).toBeUndefined();
    expect(await at.registry.resolve(MODEL, { version: "1.0.0" })).toBeUndefined();
    const { version } = await at.publish();
    await assign(version);
    const release = await at.releases.ofTag(version.tag);
    await rm(join(at.folder, release?.id ?? ""), { recursive: true });
    await expect(live("production")).rejects.toMatchObject({ code: "version-gone" });
    await expect(at.registry.resolve(MODEL, { version: "1.0.0" })).rejects.toMatchObject({
      code: "version-gone",
    });
  });

  it("finds the newest that is published and not withdrawn", async () => {
    await at.publish();
    const two = await at.publish({ bytes: "b" });
    const three = await at.publish({ bytes: "c" });
    at.git("tag", "-a", `${three.version.tag}!`, three.version.record, "-m", "bad");
    expect((await at.registry.resolve(MODEL, NEWEST))?.version).toEqual(two.version);
    await expect(at.registry.resolve(MODEL, { version: "1.2.0" })).rejects.toMatchObject({
      code: "version-withdrawn",
    });
    await expect(at.registry.resolve(MODEL, { version: "7.0.0" })).rejects.toMatchObject({
      code: "no-such-version",
    });
    expect((await at.registry.resolve(MODEL, { version: "v1.0.0" }))?.version.number).toBe("1.0.0");
  });

  it("follows an environment forth and back, and says when it only falls back", async () => {
    const one = await at.publish();
    const two = await at.publish({ bytes: "b" });
    expect(await live("production")).toBe("1.1.0 fallback");
    expect(await assign(one.version)).toEqual({ kind: "assigned", counter: 1 });
    expect(await live("production")).toBe("1.0.0 exact");
    await assign(two.version);
    expect(await live("production")).toBe("1.1.0 exact");
    expect(await assign(one.version)).toEqual({ kind: "assigned", counter: 3 });
    expect(await live("production")).toBe("1.0.0 exact");
    expect(await live("staging")).toBe("1.1.0 fallback");
  });

  it("is an error where an environment is assigned to what is withdrawn, not whole, or no version", async () => {
    const one = await at.publish();
    await assign(one.version);
    at.git("tag", "-a", "census-income#staging#1", "HEAD", "-m", "by hand");
    await expect(live("staging")).rejects.toMatchObject({ code: "assignment-broken" });
    const release = await at.releases.ofTag(one.version.tag);
    await rm(join(at.folder, release?.id ?? "", "assets", "model.onnx"));
    await expect(live("production")).rejects.toMatchObject({ code: "version-damaged" });
    at.git("tag", "-a", `${one.version.tag}!`, one.version.record, "-m", "bad");
    await expect(live("production")).rejects.toMatchObject({ code: "version-withdrawn" });
  });

  it("understands assignments that were written by hand", async () => {
    const one = await at.publish();
    await at.publish({ bytes: "b" });
    at.git("tag", "-a", "census-income#production#4", one.version.record, "-m", "Assigning stage");
    expect(await live("production")).toBe("1.0.0 exact");
    expect((await assign(one.version)).counter).toBe(5);
  });
});

describe("assigning", () => {
  it("is refused after a predecessor that is not the newest any more", async () => {
    const one = await at.publish();
    const two = await at.publish({ bytes: "b" });
    expect(await at.registry.assign("production", one.version, 0)).toEqual({ kind: "assigned", counter: 1 });
    expect(await at.registry.assign("production", two.version, 0)).toEqual({
      kind: "taken",
      counter: 1,
      by: one.version,
    });
  });

  it("goes on from an assignment by hand to a version that is not ours", async () => {
    at.git("tag", "-a", "census-income@v0.1.0", "HEAD", "-m", "Registering artifact");
    at.git("tag", "-a", "census-income#production#1", "HEAD", "-m", "Assigning stage");
    const { version } = await at.publish();
    expect(await at.registry.current(MODEL, "production")).toEqual({ counter: 1, version: undefined });
    expect(await assign(version)).toEqual({ kind: "assigned", counter: 2 });
    expect(await live("production")).toBe("0.2.0 exact");
  });

  it("has one winner", async () => {
    const one = await at.publish();
    const two = await at.publish({ bytes: "b" });
    const answers = await Promise.all(
      [one, two, one, two].map(({ version }) => at.registry.assign("production", version, 0)),
    );
    expect(answers.filter(({ kind }) => kind === "assigned")).toHaveLength(1);
    expect((await at.registry.current(MODEL, "production")).counter).toBe(1);
  });

  it("is for published versions and proper environments", async () => {
    const { version } = await at.publish();
    await expect(at.registry.assign("Prod", version, 0)).rejects.toMatchObject({ code: "not-assignable" });
    await expect(
      at.registry.assign("production", { ...version, state: "withdrawn" }, 0),
    ).rejects.toMatchObject({
      code: "not-assignable",
    });
  });
});

describe("a witness", () => {
  const trusting = (trusted: (tag: string, runId: number | undefined) => boolean): Witness => ({
    examine: async ({ name }, run) =>
      trusted(name, run?.runId) ? { kind: "vouched" } : { kind: "doubted", why: "nobody knows its run" },
  });
  const run = { repositoryId: 1, runId: 2, attempt: 1 };

  beforeEach(async () => {
    await at.repository[Symbol.asyncDispose]();
    at = await scene({ witness: trusting((_, runId) => runId === 2) });
  });

  it("passes over tags that nobody vouches for, and names them", async () => {
    const one = await at.publish({ run });
    const two = await at.publish({ bytes: "b" });
    await at.registry.assign("production", one.version, 0, run);
    at.git("tag", "-a", "census-income#production#2", two.version.record, "-m", "evil");
    const found = await at.registry.resolve(MODEL, { environment: "production" });
    expect(found).toMatchObject({
      version: { number: "1.0.0" },
      how: "exact",
      doubted: [{ tag: "census-income#production#2", why: "nobody knows its run" }],
    });
    expect(await at.registry.resolve(MODEL, NEWEST)).toMatchObject({
      version: { number: "1.0.0" },
      doubted: [{ tag: "census-income@v1.1.0", why: "nobody knows its run" }],
    });
    // The next assignment comes after the one that does not count.
    expect(await at.registry.current(MODEL, "production")).toMatchObject({
      counter: 2,
      version: { number: "1.0.0" },
    });
    const [shown] = await at.registry.show(MODEL);
    expect(shown?.environments).toMatchObject([{ environment: "production", number: "1.0.0", counter: 1 }]);
    expect(shown?.doubted.map(({ tag }) => tag)).toEqual([
      "census-income#production#2",
      "census-income@v1.1.0",
    ]);
    await expect(at.registry.resolve(MODEL, { version: "1.1.0" })).rejects.toMatchObject({
      code: "version-doubted",
    });
  });

  it("keeps whoever assigns from writing what would not count", async () => {
    const { version } = await at.publish({ run });
    for (const other of [undefined, { ...run, runId: 3 }])
      await expect(at.registry.assign("production", version, 0, other)).rejects.toMatchObject({
        code: "would-not-count",
        message: "The assignment census-income#production#1 would not count: nobody knows its run",
      });
    expect(await at.registry.current(MODEL, "production")).toMatchObject({ counter: 0 });
  });

  it("does not let a withdrawal count that nobody vouches for", async () => {
    const one = await at.publish({ run });
    at.git("tag", "-a", `${one.version.tag}!`, one.version.record, "-m", "evil");
    expect(await at.registry.resolve(MODEL, NEWEST)).toMatchObject({
      version: { number: "1.0.0", state: "published" },
      doubted: [{ tag: "census-income@v1.0.0!" }],
    });
    expect(await at.registry.resolve(MODEL, { version: "1.0.0" })).toMatchObject({
      doubted: [{ tag: "census-income@v1.0.0!" }],
    });
    expect(await at.registry.show(MODEL)).toMatchObject([
      { newest: { number: "1.0.0" }, withdrawn: 0, doubted: [{ tag: "census-income@v1.0.0!" }] },
    ]);
  });

  it("that believes nothing leaves no version, which is not an empty registry", async () => {
    await at.publish();
    await expect(at.registry.resolve(MODEL, NEWEST)).rejects.toMatchObject({ code: "nothing-trusted" });
  });

  it("is named by verify, and makes nothing authentic", async () => {
    await at.publish({ run });
    expect(await at.registry.verify(MODEL, "1.0.0")).toMatchObject({
      answer: "consistent",
      why: like(/names a run of the default branch/),
    });
    await at.publish({ bytes: "b" });
    expect(await at.registry.verify(MODEL, "1.1.0")).toMatchObject({
      answer: "consistent",
      why: like(/nobody knows its run/),
    });
  });
});

describe("downloading", () => {
  it("replaces what lies there only by what is whole and right", async () => {
    const { version } = await at.publish();
    const out = join(at.into, "out");
    await at.registry.download(version, ["model.onnx", "card.md"], out);
    await writeFile(join(out, "model.onnx"), "older");
    const release = await at.releases.ofTag(version.tag);
    const asset = join(at.folder, release?.id ?? "", "assets", "model.onnx");
    await writeFile(asset, "weightS");
    await expect(at.registry.download(version, ["model.onnx"], out)).rejects.toMatchObject({
      code: "bytes-differ",
      message: expect.stringMatching(/`model.onnx` of census-income@v1.0.0 has other bytes: sha256/),
    });
    expect(await readFile(join(out, "model.onnx"), "utf8")).toBe("older");
    await writeFile(asset, "weights");
    await at.registry.download(version, ["model.onnx"], out);
    expect(await readFile(join(out, "model.onnx"), "utf8")).toBe("weights");
    expect((await readdir(out)).sort()).toEqual(["card.md", "model.onnx"]);
  });

  it("names the files there are where one is asked for that is not", async () => {
    const { version } = await at.publish();
    await expect(at.registry.download(version, ["../../x"], join(at.into, "out"))).rejects.toMatchObject({
      code: "no-such-file",
      remedy: expect.stringContaining("`model.onnx`"),
    });
  });
});

describe("verifying", () => {
  const verified = async (expect?: string) => {
    const { answer, why, problems } = await at.registry.verify(MODEL, "1.0.0", expect);
    return { answer, why, problems: problems.map(({ where, what }) => `${where} ${what}`) };
  };
  const released = async () => {
    const release = await at.releases.ofTag("census-income@v1.0.0");
    return join(at.folder, release?.id ?? "");
  };

  it("is consistent by itself, authentic only by what comes from elsewhere", async () => {
    const { version } = await at.publish();
    expect(await verified()).toMatchObject({ answer: "consistent", problems: [] });
    expect(await verified(version.record)).toMatchObject({
      answer: "authentic",
      why: like(/the record is the expected one/),
    });
    const text = `${at.git("show", `${version.tag}:manifest.json`)}\n`;
    const manifest = createHash("sha256").update(text).digest("hex");
    expect(await verified(`sha256:${manifest}`)).toMatchObject({
      answer: "authentic",
      why: like(/the manifest is/),
    });
    expect(await verified(at.git("rev-parse", version.tag))).toMatchObject({
      answer: "authentic",
      why: like(/every file/),
    });
    expect(await verified("0".repeat(64))).toMatchObject({
      answer: "broken",
      problems: [like(/not what was expected/)],
    });
  });

  it("sees one byte that changed", async () => {
    await at.publish();
    await writeFile(join(await released(), "assets", "model.onnx"), "weightS");
    expect(await verified()).toMatchObject({
      answer: "broken",
      problems: [like(/^model.onnx has other bytes: sha256 .* instead of/)],
    });
  });

  it("sees a replaced file although the server says its digest", async () => {
    await at.publish();
    const folder = await released();
    await writeFile(join(folder, "assets", "card.md"), "# evil cards ##\n");
    const digest = createHash("sha256").update("# evil cards ##\n").digest("hex");
    await writeFile(join(folder, "sha256", "card.md"), `${digest}  card.md\n`);
    expect(await verified()).toMatchObject({ answer: "broken", problems: [like(/^card.md /)] });
  });

  it("sees a missing file and one too many", async () => {
    await at.publish();
    const folder = await released();
    await rm(join(folder, "assets", "card.md"));
    await writeFile(join(folder, "assets", "extra.txt"), "hi");
    expect(await verified()).toMatchObject({
      answer: "broken",
      problems: [like(/^extra.txt .*does not list/), like(/^card.md .*missing/)],
    });
  });

  it("sees a tag that was moved to another version's record, although all bytes agree", async () => {
    await at.publish();
    const two = await at.publish({ bytes: "b" });
    const old = at.git("cat-file", "tag", "census-income@v1.0.0").replace(/[\s\S]*?\n\n/, "");
    at.git("tag", "-f", "-a", "census-income@v1.0.0", two.version.record, "-m", old);
    expect(await verified()).toMatchObject({
      answer: "broken",
      problems: [
        like(/was moved: it names the record/),
        like(/^manifest.json has other bytes/),
        like(/^model.onnx has 7 bytes instead of 1/),
      ],
    });
  });

  it("sees a release that was removed and made again", async () => {
    const { version } = await at.publish();
    const release = await at.releases.ofTag(version.tag);
    const again = await at.releases.draft({ tag: version.tag, title: "again", body: release?.body ?? "" });
    for (const asset of release?.assets ?? []) {
      const path = join(await released(), "assets", asset.name);
      await at.releases.upload(again.id, { name: asset.name, path, size: asset.size });
    }
    await rm(join(at.folder, "published", version.tag));
    await at.releases.publish(again.id);
    expect(await verified()).toMatchObject({ answer: "broken", problems: [like(/removed and made again/)] });
  });

  it("sees a tag by hand and a record that is none", async () => {
    at.git("tag", "-a", "census-income@v1.0.0", "HEAD", "-m", "by hand");
    expect(await verified()).toMatchObject({
      answer: "broken",
      problems: [like(/its message/), like(/is not a record/), like(/no published release/)],
    });
    await expect(at.registry.verify(MODEL, "9.0.0")).rejects.toMatchObject({ code: "no-such-version" });
  });
});
