import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder } from "@mlops-actions/testkit";
import { describe, expect, test } from "vitest";
import { REPOSITORY } from "../terminal/command.ts";
import { tool } from "./tool.ts";
import { copied, templates, workflows } from "./workflow.ts";

const actions = globSync(["action.yml", "actions/*/action.yml"], { cwd: REPOSITORY }).sort();

const run = (program: string, args: readonly string[], cwd = REPOSITORY) => {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: "utf8" });
  return { status, said: stdout + (status === 0 ? "" : stderr) };
};

/** A workflow with this one step, which both must find fault with. */
async function bad(step: string) {
  const folder = await temporaryFolder("workflow");
  const file = join(folder.path, "bad.yml");
  await writeFile(
    file,
    `name: bad
on: issues
permissions: {}
concurrency: { group: bad, cancel-in-progress: false }
jobs:
  a:
    name: A
    runs-on: ubuntu-latest
    permissions: {}
    steps:
      - ${step}
`,
  );
  return { file, [Symbol.asyncDispose]: folder[Symbol.asyncDispose] };
}
const INJECTION = `run: echo "\${{ github.event.issue.title }}"`;

test("there is something to look at", () => {
  expect(Math.min(workflows.length, templates.length, actions.length)).toBeGreaterThan(3);
});

const actionlint = tool("actionlint");
describe.skipIf(actionlint.missing !== "")(`actionlint${actionlint.missing}`, () => {
  const { path } = actionlint;

  test("finds nothing in our own workflows and the examples'", () => {
    const own = workflows.filter((file) => !file.startsWith("workflows-templates/"));
    expect(run(path, ["-no-color", ...own])).toEqual({ status: 0, said: "" });
  });

  test("finds nothing in the templates, where they call one another", async () => {
    await using repository = await copied();
    expect(run(path, ["-no-color"], repository.path)).toEqual({ status: 0, said: "" });
  });

  test("finds text of strangers in a script", async () => {
    await using workflow = await bad(INJECTION);
    expect(run(path, ["-no-color", workflow.file]).said).toContain("potentially untrusted");
  });
});

const zizmor = tool("zizmor");
describe.skipIf(zizmor.missing !== "")(`zizmor${zizmor.missing}`, () => {
  const { path } = zizmor;
  const audit = [
    "--offline",
    "--quiet",
    "--no-progress",
    "--persona",
    "auditor",
    "--config",
    ".github/zizmor.yml",
  ];

  test("finds nothing in our workflows and actions, as a suspicious auditor", () => {
    const { status, said } = run(path, [...audit, ...workflows, ...actions]);
    expect(said).toMatch(/^No findings to report/);
    expect(status).toBe(0);
  });

  test.each([
    ["text of strangers in a script", INJECTION, "template-injection"],
    ["an action by its tag", "uses: actions/setup-node@v6", "unpinned-uses"],
    ["a checkout that keeps its token", `uses: actions/checkout@${"0".repeat(40)}`, "artipacked"],
  ])("finds %s", async (_, step, audited) => {
    await using workflow = await bad(step);
    const { status, said } = run(path, [...audit, workflow.file]);
    expect(said).toContain(`[${audited}]`);
    expect(status).not.toBe(0);
  });
});
