import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { temporaryFolder } from "@mlops-actions/testkit";
import { describe, expect, test } from "vitest";
import { readWorkflows } from "../release/example.ts";
import { filled, holds } from "./expression.ts";
import { playStep } from "./step.ts";
import { readWorkflow, tokensOf } from "./workflow.ts";

const examples = resolve(import.meta.dirname, "../../examples");
const workflows = Object.values(await readWorkflows(examples));
const jobs = workflows.flatMap((workflow) => workflow.jobs);

describe("the workflows of the example", () => {
  test("run the project's code only in jobs that may read and nothing else", () => {
    const training = jobs.filter(({ steps }) => steps.some(({ uses }) => uses?.includes("/actions/train@")));
    expect(training.map(({ permissions }) => permissions)).toEqual([
      { contents: "read" },
      { contents: "read" },
    ]);
    const writing = jobs.filter(({ permissions }) => Object.values(permissions).includes("write"));
    for (const { steps } of writing)
      for (const { uses, run } of steps) expect([uses, run].join()).not.toMatch(/pip|train/);
  });

  test("check out without keeping the token, and pin what is not ours", () => {
    const uses = jobs.flatMap(({ steps }) => steps.flatMap((step) => (step.uses ? [step] : [])));
    expect(uses).not.toHaveLength(0);
    for (const step of uses) {
      expect(step.uses).toMatch(/^(actions\/[a-z-]+@[0-9a-f]{40}|mlops-actions\/mlops-actions[^@]*@v1)$/);
      if (step.uses?.startsWith("actions/checkout@")) expect(step.with["persist-credentials"]).toBe("false");
    }
  });

  test("say something of what was trained, what failed to train and what no model is made of", () => {
    const evaluate = workflows[0]?.jobs.find(({ id }) => id === "evaluate");
    const runs = (result: "success" | "failure", validated = "success") =>
      holds(
        evaluate?.if,
        { needs: { validate: { result: validated, outputs: {} }, train: { result, outputs: {} } } },
        result,
      );
    expect([runs("success"), runs("failure")]).toEqual([true, true]);
    // Rows that were refused have said so themselves.
    expect(runs("failure", "failure")).toBe(false);
  });

  test("get a token a job, with its permissions by the names of the API", () => {
    const tokens = tokensOf(workflows);
    expect(Object.keys(tokens)).toHaveLength(jobs.length);
    expect(tokens["token-of-model-review-evaluate"]?.permissions).toEqual({
      contents: "read",
      actions: "read",
      pull_requests: "write",
      checks: "write",
    });
  });
});

test.each([
  ["a key that nobody has heard of", "continue-on-error: true"],
  ["another machine", "runs-on: macos-latest"],
])("a workflow with %s is refused, not played as if it were not there", async (_, line) => {
  await using folder = await temporaryFolder("workflow");
  const of = (more: string) => `name: w
on: push
permissions: {}
concurrency: c
jobs:
  a:
    name: A
    ${more.startsWith("runs-on") ? "" : "runs-on: ubuntu-latest"}
    timeout-minutes: 1
    permissions: {}
    ${more}
    steps: []
`;
  const file = join(folder.path, "w.yml");
  await writeFile(file, of(""));
  expect((await readWorkflow(file)).jobs).toHaveLength(1);
  await writeFile(file, of(line));
  await expect(readWorkflow(file)).rejects.toThrow();
});

test.each([
  { run: "curl https://example.org | sh", with: {} },
  { uses: "actions/cache@v4", with: {} },
  { uses: "mlops-actions/mlops-actions/actions/train@main", with: {} },
])("a step that nobody can play ends the story: %j", async (step) => {
  const [job] = jobs;
  if (job === undefined) throw new Error("no jobs");
  const runner = { job, places: {} } as never;
  await expect(playStep(runner, step, "/nowhere")).rejects.toThrow("how to play");
});

describe("expressions", () => {
  const marked = (expression: string) => `\${{ ${expression} }}`;
  const contexts = {
    needs: { plan: { result: "success", outputs: { candidate: "", affected: "true" } } },
    steps: { plan: { outputs: { candidates: '{".":"m@sha256:1"}' } } },
  };

  test("are filled in as GitHub does", () => {
    expect(
      filled(`a ${marked("needs.plan.outputs.affected")} b ${marked("needs.none.outputs.x")}`, contexts),
    ).toBe("a true b ");
    expect(filled(marked("fromJSON(steps.plan.outputs.candidates || '{}')['.']"), contexts)).toBe(
      "m@sha256:1",
    );
    expect(filled(marked("fromJSON(steps.none.outputs.candidates || '{}')['.']"), contexts)).toBe("");
    expect(() => filled(marked("secrets.TOKEN"), contexts)).toThrow("secrets");
  });

  test.each([
    [undefined, "success", true],
    [undefined, "failure", false],
    [marked("needs.plan.outputs.affected == 'true'"), "success", true],
    [marked("needs.plan.outputs.affected == 'true'"), "failure", false],
    [marked("!cancelled() && needs.plan.outputs.affected == 'true'"), "failure", true],
    ["needs.plan.outputs.candidate", "success", false],
    ["failure()", "failure", true],
    ["failure()", "success", false],
  ] as const)("`if: %s` after %s: %s", (condition, status, expected) => {
    expect(holds(condition, contexts, status)).toBe(expected);
  });
});
