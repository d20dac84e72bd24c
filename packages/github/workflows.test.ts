import { workingTree } from "@mlops-actions/git";
import { gitRepository } from "@mlops-actions/testkit";
import { expect, test } from "vitest";
import { workflowsOf } from "./workflows.ts";

const at = (name: string) => `.github/workflows/${name}`;

test("a stage runs where its action is used, or is named, or a workflow is called that does; not where it is only spoken of", async () => {
  await using repository = await gitRepository({
    [at("own.yml")]: "jobs: { a: { steps: [{ run: make }, { uses: acme/mlops/actions/drift-check@v1 }] } }",
    [at("stages.yaml")]:
      'jobs: { a: { steps: [{ uses: acme/mlops@v1, with: { stages: "validate, drift" } }] } }',
    [at("caller.yml")]: "jobs: { a: { uses: ./.github/workflows/middle.yml } }",
    [at("middle.yml")]: "jobs: { a: { uses: ./.github/workflows/own.yml } }",
    [at("told.yml")]:
      "jobs: { a: { steps: [{ uses: acme/mlops/actions/drift-check@v1, with: { project: . } }] } }",
    [at("here.yml")]: "jobs: { a: { steps: [{ uses: ./actions/drift-check }] } }",
    [at("train.yml")]:
      "# drift-check\njobs: { a: { steps: [{ run: drift-check, with: { stages: drift } }] } }",
    [at("other.yml")]: 'jobs: { a: { steps: [{ uses: acme/mlops@v1, with: { stages: "drifting" } }] } }',
    [at("broken.yml")]: "jobs: [",
    [at("list.yml")]: "- uses: acme/mlops/actions/drift-check@v1",
    "drift.yml": "jobs: { a: { steps: [{ uses: acme/mlops/actions/drift-check@v1 }] } }",
  });
  const found = await workflowsOf(workingTree(repository.path), { action: "drift-check", stage: "drift" });
  expect(found).toEqual(
    ["caller.yml", "here.yml", "middle.yml", "own.yml", "stages.yaml", "told.yml"].map(at),
  );
});

test("a step that nobody understands hides no other", async () => {
  const drift = "{ uses: acme/mlops/actions/drift-check@v1 }";
  await using repository = await gitRepository({
    [at("calls.yml")]: "jobs: { a: { uses: acme/all/.github/workflows/drift.yml@v1, with: { stages: 3 } } }",
    [at("empty.yml")]: `jobs: { a: { steps: [{ uses: acme/setup@v1, with: }, ${drift}] } }`,
    [at("number.yml")]: `jobs: { a: { steps: [{ uses: acme/rocket@v1, with: { stages: 3 } }, ${drift}] } }`,
    [at("odd.yml")]:
      `jobs: { a: { steps: [null, 7, { uses: [], with: x }, ${drift}] }, b: { steps: null }, c: null }`,
  });
  const found = await workflowsOf(workingTree(repository.path), { action: "drift-check", stage: "drift" });
  expect(found).toEqual(["empty.yml", "number.yml", "odd.yml"].map(at));
});

test("where there are no workflows there is none", async () => {
  await using repository = await gitRepository({ "a.txt": "1\n" });
  expect(await workflowsOf(workingTree(repository.path), { action: "train", stage: "train" })).toEqual([]);
});
