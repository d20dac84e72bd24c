import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Scene, scene } from "../registry/scene.ts";
import { mlops } from "./command.ts";

let at: Scene;
const PROJECT = `model: census-income
task: binary
data: {}
deploy:
  staging: {}
  production: { approval: required }
  split:
    traffic: { kind: command, set: 'echo "$MLOPS_WEIGHT $MLOPS_VERSION" > now', get: 'cat now' }
    metrics: { kind: command, run: 'cat counted' }
    guardrails: [error_rate / stable.error_rate <= 1.25]
    deadline: 1 h
`;
beforeAll(async () => {
  at = await scene();
  for (const bytes of ["a", "b", "c"]) await at.publish({ bytes });
  await at.repository.commit({ "mlops.yml": PROJECT });
});
afterAll(() => at.repository[Symbol.asyncDispose]());

const deploy = (...args: string[]) =>
  mlops(["deploy", ...args, "--registry", at.folder], {
    cwd: at.repository.root,
    env: { GIT_COMMITTER_NAME: "Grace", GIT_COMMITTER_EMAIL: "grace@example.org" },
  });

describe("mlops-actions deploy", () => {
  it("moves a pointer, goes back, and refuses to go back unasked", async () => {
    const first = await deploy("--environment", "staging", "--version", "1.0.0");
    expect(first).toMatchObject({ exit: 0, stderr: "" });
    expect(first.stdout).toContain("live in staging");
    expect((await deploy("--environment", "staging")).stdout).toContain("It has replaced v1.0.0");
    const older = await deploy("--environment", "staging", "--version", "1.1.0");
    expect(older).toMatchObject({ exit: 3, stdout: expect.stringContaining("mode: rollback") });
    const back = await deploy("--environment", "staging", "--mode", "rollback");
    expect(back).toMatchObject({
      exit: 0,
      stdout: expect.stringContaining("Instead of v1.2.0, as Grace has asked"),
    });
    expect((await deploy("--environment", "staging", "--mode", "tick")).stdout).toContain(
      "nothing is under way",
    );
  });

  it("asks for a word where approval is required", async () => {
    const refused = await deploy("--environment", "production");
    expect(refused).toMatchObject({ exit: 3, stdout: expect.stringContaining("--approve") });
    expect(await deploy("--environment", "production", "--approve")).toMatchObject({
      exit: 0,
      stdout: expect.stringContaining("by Grace at this terminal"),
    });
  });

  it("refuses a deadline that stable's traffic cannot meet, before anything moves", async () => {
    await writeFile(join(at.repository.root, "now"), "100 0.9.0\n");
    const slots = { "0.9.0": { requests: 10_000, errors: 100 } };
    const since = new Date(Date.now() - 3_600_000).toISOString();
    await writeFile(join(at.repository.root, "counted"), JSON.stringify({ since, slots }));
    const { exit, stdout } = await deploy("--environment", "split", "--version", "1.0.0");
    expect(stdout).toMatch(
      /needs about [4-9]\d,\d{3} requests; your traffic gives (9,9\d\d|10,000) by the deadline/,
    );
    expect(exit).toBe(3);
  });

  it("names what it does not know", async () => {
    const unknown = await deploy("--environment", "prod");
    expect(unknown).toMatchObject({ exit: 3, stderr: expect.stringContaining("`staging`") });
    expect(await deploy("--environment", "staging", "--mode", "go")).toMatchObject({ exit: 3 });
    expect(await deploy("--environment", "staging", "--version", "7.0.0")).toMatchObject({
      exit: 3,
      stdout: expect.stringContaining("7.0.0"),
    });
  });
});
