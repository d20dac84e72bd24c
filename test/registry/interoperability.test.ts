import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gitRefs } from "@mlops-actions/git";
import { gitIn, temporaryFolder } from "@mlops-actions/testkit";
import { expect, test } from "vitest";
import { candidate } from "./candidate.ts";
import { findGto } from "./gto.ts";
import { openHub, registryOn } from "./hub.ts";

const tagger = { name: "Ada", email: "ada@example.org" };
const gto = findGto();
const basic = Buffer.from("x-access-token:ada").toString("base64");
const asAda = ["-c", `http.extraHeader=Authorization: Basic ${basic}`];

async function opened() {
  const { box, repositoryId, commit } = await openHub();
  const folder = await temporaryFolder("interoperability");
  const stack = new AsyncDisposableStack();
  stack.use(box);
  stack.use(folder);
  const clone = join(folder.path, "clone");
  const clones = async () => {
    await gitIn(folder.path, process.env).bytes(["clone", "--quiet", box.gitUrl, clone]);
    return gitIn(clone, process.env);
  };
  return { box, repositoryId, commit, folder, clone, clones, stack, hub: registryOn(box, folder.path) };
}

test("what is published on GitHub is read with plain Git and by the plain adapter", async () => {
  const { folder, clone, clones, stack, hub } = await opened();
  await using _ = stack;
  const publication = await candidate(folder.path);
  const { version } = await hub.models.publish(publication);
  await hub.models.publish(await candidate(folder.path, { bytes: "better" }));
  const git = await clones();
  const local = gitRefs({ root: clone, tagger });

  expect((await git.text(["tag", "--list"])).split("\n")).toEqual([
    "census-income@v1.0.0",
    "census-income@v1.1.0",
  ]);
  expect(JSON.parse(await git.text(["show", `${version.tag}:manifest.json`]))).toEqual(version.manifest);
  expect(await git.text(["ls-tree", "--name-only", version.tag])).toBe("manifest.json");
  expect(await git.text(["cat-file", "-t", version.tag])).toBe("tag");
  expect(await git.text(["rev-list", "--count", version.tag])).toBe("1");
  expect((await git.attempt(["fsck", "--strict"])).status).toBe(0);

  const sorted = (tags: readonly { name: string }[]) => [...tags].sort((a, b) => (a.name < b.name ? -1 : 1));
  expect(sorted(await local.list("census-income@"))).toEqual(sorted(await hub.refs.list("census-income@")));
  expect(await local.read(version.tag)).toEqual(await hub.refs.read(version.tag));
  expect(await local.readRecord(version.record)).toEqual(await hub.refs.readRecord(version.record));
});

test("tags and records that plain Git made and pushed are GitHub's, and get their release there", async () => {
  const { box, folder, clone, clones, stack, hub } = await opened();
  await using _ = stack;
  const git = await clones();
  const local = gitRefs({ root: clone, tagger });
  const files = new Map([["manifest.json", Buffer.from('{"model":"census-income"}\n')]]);
  const made = await local.create({
    name: "census-income@v1.0.0",
    target: await local.writeRecord(files),
    message: "census-income 1.0.0\n\nRelease: 7",
    date: "2026-03-01T09:30:00Z",
  });
  await local.create({ ...made.tag, name: "census-income#production#1", date: "2026-03-01T09:30:01Z" });
  await git.bytes([...asAda, "push", "--quiet", box.gitUrl, "--tags"]);

  expect(await hub.refs.read("census-income@v1.0.0")).toEqual(made.tag);
  expect((await hub.refs.list("census-income#")).map(({ name }) => name)).toEqual([
    "census-income#production#1",
  ]);
  expect(await hub.refs.readRecord(made.tag.target)).toEqual(files);
  await box.forgetRequests();
  expect(await hub.refs.writeRecord(files)).toBe(made.tag.target);
  expect((await box.requests()).map(({ method }) => method)).toEqual(["GET"]);
  expect(await hub.refs.create({ ...made.tag, message: "another", date: "2026-03-01T09:30:02Z" })).toEqual({
    kind: "exists",
    tag: made.tag,
  });

  const draft = await hub.releases.draft({ tag: made.tag.name, title: "1.0.0", body: "bytes" });
  const path = join(clone, "model.onnx");
  const content = Buffer.from("weights");
  await writeFile(path, content);
  await hub.releases.upload(draft.id, { name: "model.onnx", path, size: content.length });
  await hub.releases.publish(draft.id);
  const [asset] = (await hub.releases.ofTag(made.tag.name))?.assets ?? [];
  if (asset === undefined) throw new Error("no asset");
  await hub.releases.download(asset, join(folder.path, "back"));
  expect(await readFile(join(folder.path, "back"), "utf8")).toBe("weights");
  // Publishing has not moved the tag.
  await git.bytes(["fetch", "--quiet", box.gitUrl, "refs/tags/*:refs/tags/fetched/*"]);
  expect(await git.text(["rev-parse", `refs/tags/fetched/${made.tag.name}`])).toBe(made.tag.object);
});

test.skipIf("missing" in gto)(
  "missing" in gto ? `GTO on GitHub: skipped, ${gto.missing}` : "GTO sees the same versions and stages",
  async () => {
    const { box, repositoryId, commit, folder, clone, clones, stack, hub } = await opened();
    await using _ = stack;
    await box.registerRun(1, { event: "push", headBranch: "main", headSha: commit });
    const run = { repositoryId, runId: 1, attempt: 1 };
    const publish = async (bytes: string) =>
      (await hub.models.publish(await candidate(folder.path, { bytes, run }))).version;
    const [first, second] = [await publish("good"), await publish("better")];
    for (const [after, version] of [first, second, first].entries())
      expect(await hub.models.assign("production", version, after, run)).toEqual({
        kind: "assigned",
        counter: after + 1,
      });
    expect(await hub.models.assign("production", second, 1, run)).toMatchObject({
      kind: "taken",
      counter: 3,
    });
    expect((await hub.models.resolve("census-income", { environment: "production" }))?.version.number).toBe(
      "1.0.0",
    );
    await clones();
    if ("missing" in gto) throw new Error(gto.missing);
    expect(JSON.parse(gto.run(clone, "show", "--json"))["census-income"]).toMatchObject({
      version: "v1.1.0",
      stage: { production: "v1.0.0" },
    });
  },
);
