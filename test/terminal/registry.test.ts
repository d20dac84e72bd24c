import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Scene, scene } from "../registry/scene.ts";
import { mlops } from "./command.ts";

let at: Scene;
beforeAll(async () => {
  at = await scene();
  for (const bytes of ["a", "b", "c"])
    await at.publish({ bytes, run: { repositoryId: 7, runId: 100, attempt: 1 } });
});
afterAll(() => at.repository[Symbol.asyncDispose]());

const registry = (...args: string[]) =>
  mlops(["registry", ...args, "--registry", at.folder], {
    cwd: at.repository.root,
    env: { GIT_COMMITTER_NAME: "Grace", GIT_COMMITTER_EMAIL: "grace@example.org" },
  });
const json = async (...args: string[]) => JSON.parse((await registry(...args, "--json")).stdout);

describe("mlops-actions registry", () => {
  it("promotes, rolls back and tells both", async () => {
    const promoted = await registry("promote", "census-income@1.0.0", "--to", "production");
    expect(promoted).toMatchObject({ exit: 0, stderr: "" });
    expect(promoted.stdout).toContain("census-income 1.0.0 is assigned to production (#1)");
    expect(promoted.stdout).toContain("$ git push origin 'refs/tags/census-income#production#1'");
    expect((await registry("promote", "census-income@latest", "--to", "production")).stdout).toContain(
      "census-income 1.2.0 is assigned to production instead of 1.0.0 (#2)",
    );
    expect((await registry("promote", "census-income", "--to", "production")).stdout).toContain("already");
    expect((await registry("rollback", "census-income", "--in", "production")).stdout).toContain(
      "census-income 1.0.0 is assigned to production instead of 1.2.0 (#3)",
    );
    // Not forth again to what was just rolled back.
    expect(await registry("rollback", "census-income", "--in", "production")).toMatchObject({
      exit: 3,
      stderr: expect.stringContaining("had no other version of census-income before"),
    });
    const { stdout } = await registry("history", "census-income");
    expect(stdout.split("\n").map((line) => line.trim().split(/ {2,}/).slice(1).join(" | "))).toEqual([
      "what | version | where | run | by",
      "registered | 1.0.0 | 7/100/1 | Ada",
      "registered | 1.1.0 | 7/100/1 | Ada",
      "registered | 1.2.0 | 7/100/1 | Ada",
      "assigned | 1.0.0 | production #1 | Grace",
      "assigned | 1.2.0 | production #2 | Grace",
      "assigned | 1.0.0 | production #3 | Grace",
      "",
    ]);
  });

  it("lists and shows", async () => {
    expect(await json("list")).toEqual([
      {
        model: "census-income",
        versions: ["1.2.0", "1.1.0", "1.0.0"],
        withdrawn: [],
        environments: ["production"],
      },
    ]);
    const { stdout } = await registry("show", "census-income");
    expect(stdout).toMatch(
      /census-income: 3 versions\n[\s\S]*newest +1\.2\.0 [\s\S]*production +1\.0\.0 .*#3\n/,
    );
    expect(await json("at", "2026-03-01", "census-income")).toEqual([]);
    expect(await json("at", "2100-01-01", "census-income")).toMatchObject([
      { environment: "production", number: "1.0.0", tag: "census-income#production#3" },
    ]);
  });

  it("downloads what is live, and nothing that was never assigned", async () => {
    const out = join(at.into, "out");
    const told = await registry("download", "census-income@production", "into", out);
    expect(told).toMatchObject({ exit: 0, stdout: expect.stringContaining("every digest checked") });
    expect(await readFile(join(out, "model.onnx"), "utf8")).toBe("a");
    expect((await readdir(out)).sort()).toEqual([
      "card.md",
      "evaluate.intoto.jsonl",
      "manifest.json",
      "model.onnx",
    ]);
    await rm(out, { recursive: true });
    expect(await json("download", "census-income#production", out, "--file", "card.md")).toEqual({
      tag: "census-income@v1.0.0",
      files: { "card.md": join(out, "card.md") },
      doubted: [],
    });
    expect(await registry("download", "census-income@staging", out)).toMatchObject({
      exit: 3,
      stderr: expect.stringContaining("was ever assigned to staging"),
    });
  });

  it("verifies, and exits with 1 where bytes do not agree", async () => {
    const consistent = await registry("verify", "census-income@1.1.0");
    expect(consistent).toMatchObject({ exit: 0, stdout: expect.stringContaining("is consistent") });
    const [, digest = ""] = /--expect (\w+)/.exec(consistent.stdout) ?? [];
    expect(await registry("verify", "census-income@1.1.0", "--expect", digest)).toMatchObject({
      exit: 0,
      stdout: expect.stringContaining("is authentic"),
    });
    const release = await at.releases.ofTag("census-income@v1.1.0");
    await writeFile(join(at.folder, release?.id ?? "", "assets", "model.onnx"), "x");
    expect(await registry("verify", "census-income@1.1.0")).toMatchObject({
      exit: 1,
      stdout: expect.stringMatching(
        /FAIL {2}census-income@v1.1.0 is broken[\s\S]*warning: model.onnx: has other bytes/,
      ),
    });
  });

  it("shows no control sequence and no workflow command of a tag's author", async () => {
    at.git(
      "-c",
      "user.name=\u001b[31m::error::##[group]",
      "tag",
      "-a",
      "census-income#evil#1",
      "HEAD",
      "-m",
      "x",
    );
    const { stdout } = await registry("history", "census-income");
    expect(stdout).toContain("evil #1");
    expect(stdout).not.toContain("\u001b");
    expect(stdout).not.toMatch(/^\s*::|##\[/m);
  });

  it.each([
    [["show", "nope"], "No version of nope is registered here"],
    [["download", "census-income@9.9.9", "out"], "There is no version 9.9.9"],
    [["download", "census-income", "a", "b"], "one version and one folder"],
    [["download", "census-income@1.0.0", "/proc/nope/out"], "/proc/nope/out cannot be written"],
    [["at", "noon", "census-income"], "is not a time"],
    [["promote", "census-income@1.0.0"], "--to"],
    [["promote", "census-income@1.0.0", "--to", "Prod"], "cannot be the name of an environment"],
    [["show", "Census"], "cannot be the name of a model"],
  ])("%j is refused with what to do", async (args, said) => {
    expect(await registry(...args)).toMatchObject({
      exit: 3,
      stdout: "",
      stderr: expect.stringContaining(said),
    });
  });

  it("says where it looks when there is no repository", async () => {
    const told = await mlops(["registry", "list"], { cwd: "/" });
    expect(told).toMatchObject({ exit: 3, stderr: expect.stringContaining("--repo owner/name") });
  });
});
