import { describe, expect, test } from "vitest";
import { faultsOf } from "./reference.ts";
import { type Job, readWorkflow, type Step, workflows } from "./workflow.ts";

describe.each(workflows)("%s", (path) => {
  test.each(Object.entries(readWorkflow(path).jobs))(
    "%s says to our actions what they know, and reads what they put out",
    (_, job) => {
      expect(faultsOf(job)).toEqual([]);
    },
  );
});

test("a wrong input, a missing one and a wrong output are found", () => {
  const review = readWorkflow("workflows-templates/model-release-version.yml");
  const { register, train } = review.jobs as Record<string, Job>;
  if (register === undefined || train === undefined) throw new Error("other jobs");
  const step = register.steps.at(-1) as Step;
  const wrong = { ...register, steps: [{ ...step, with: { projekt: ".", candidate: "c" } }] };
  expect(faultsOf(wrong)).toEqual([`${step.uses}: no input projekt`, `${step.uses}: needs evidence-digest`]);
  const reads = (expression: string) => faultsOf({ ...train, outputs: { x: `\${{ ${expression} }}` } });
  expect(reads("steps.train.outputs.candidat")).toEqual(["train: no output candidat"]);
  expect(reads("steps.tarin.outputs.candidate")).toEqual(["no step tarin"]);
});
