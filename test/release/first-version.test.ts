import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { mlops } from "../terminal/command.ts";
import { census, recorded } from "./census.ts";
import { AS_ADA, type BuiltActions, builtActions, judgeAndRegister, pipeline, release } from "./pipeline.ts";

let built: BuiltActions;
beforeAll(async () => {
  built = await builtActions();
});
afterAll(() => built?.[Symbol.asyncDispose]());

test("the first push makes the first version, once", async () => {
  await using here = await pipeline(built, census());
  const { box, repository } = here;
  const done = await release(here, await here.main());
  expect([done.plan, done.train, done.evaluate, done.register].map((job) => job?.exitCode)).toEqual([
    0, 0, 0, 0,
  ]);
  expect(JSON.parse(done.plan.outputs.affected ?? "")).toEqual(["."]);
  expect(done.evaluate.outputs.title).toMatch(/^pass, first version: auc /);
  const { version, tag = "", record = "", how } = done.register.outputs;
  expect({ version, tag, how }).toEqual({ version: "1.0.0", tag: "census@v1.0.0", how: "published" });

  // Plain Git reads it: an annotated tag on a record without parents that is the manifest alone.
  await repository.git.bytes([...AS_ADA, "fetch", "--quiet", "--tags", box.gitUrl]);
  expect(await repository.git.text(["cat-file", "-t", tag])).toBe("tag");
  expect(await repository.git.text(["rev-list", "--parents", tag])).toBe(record);
  expect(await repository.git.text(["ls-tree", "--name-only", "-r", tag])).toBe("manifest.json");
  const manifest = await repository.git.bytes(["show", `${tag}:manifest.json`]);
  const digest = createHash("sha256").update(manifest).digest("hex");
  expect(digest).toBe(done.train?.outputs["manifest-digest"]);
  expect(JSON.parse(manifest.toString())).toMatchObject({
    model: "census",
    files: [{ name: "model.onnx", sha256: createHash("sha256").update(recorded("main")).digest("hex") }],
    training: { commit: await repository.revision("main") },
  });
  const published = await here.ask<{ draft: boolean; assets: { name: string }[] }>(
    "GET",
    `/releases/tags/${tag}`,
  );
  expect(published.draft).toBe(false);
  expect(published.assets.map(({ name }) => name).sort()).toEqual([
    "card.md",
    "evaluate.intoto.jsonl",
    "manifest.json",
    "model.onnx",
    "profile.json",
    "train.intoto.jsonl",
  ]);
  const env = { GITHUB_TOKEN: "ada", GITHUB_API_URL: box.apiUrl };
  const args = ["--repo", `${box.owner}/${box.repo}`, "--expect", digest];
  const verified = await mlops(["registry", "verify", "census@1.0.0", ...args], { env });
  expect(verified).toMatchObject({ exit: 0, stdout: expect.stringContaining("authentic") });
  const other = await mlops(["registry", "verify", "census@1.0.0", ...args.with(3, "0".repeat(64))], { env });
  expect(other.exit).toBe(1);

  // A later attempt of the run, and a run that trains the same once more, find that version and write nothing.
  const [attempt, later] = [
    here.run(await here.main(), { runId: done.run.id, attempt: 2 }),
    here.run(await here.main()),
  ];
  const trained = await later.job("train", { rights: "train" });
  await box.forgetRequests();
  for (const again of [
    await judgeAndRegister(attempt, done.candidate),
    await judgeAndRegister(later, trained.outputs.candidate ?? ""),
  ]) {
    expect(again.evaluate.summary).toContain("the same answers as v1.0.0");
    expect(again.register).toMatchObject({
      exitCode: 0,
      outputs: { version: "1.0.0", tag, record, how: "unchanged" },
    });
  }
  const writes = (await box.requests()).filter(
    ({ method, path }) => method !== "GET" && path.startsWith("/repos/"),
  );
  const check = `POST /repos/${box.owner}/${box.repo}/check-runs`;
  expect(writes.map(({ method, path }) => `${method} ${path}`)).toEqual([check, check]);
});
