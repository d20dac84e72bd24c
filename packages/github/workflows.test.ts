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
    [at("here.yml")]: "jobs: { a: { steps: [{ uses: ./actions/drift-check }] } }",
    [at("train.yml")]:
      "# drift-check\njobs: { a: { steps: [{ run: drift-check, with: { stages: drift } }] } }",
    [at("other.yml")]: 'jobs: { a: { steps: [{ uses: acme/mlops@v1, with: { stages: "drifting" } }] } }',
    [at("broken.yml")]: "jobs: [",
    [at("list.yml")]: "- uses: acme/mlops/actions/drift-check@v1",
    "drift.yml": "jobs: { a: { steps: [{ uses: acme/mlops/actions/drift-check@v1 }] } }",
  });
  const found = await workflowsOf(workingTree(repository.path), { action: "drift-check", stage: "drift" });
  expect(found).toEqual(["caller.yml", "here.yml", "middle.yml", "own.yml", "stages.yaml"].map(at));
});

test("where there are no workflows there is none", async () => {
  await using repository = await gitRepository({ "a.txt": "1\n" });
  expect(await workflowsOf(workingTree(repository.path), { action: "train", stage: "train" })).toEqual([]);
});
