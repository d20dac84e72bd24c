import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { REPOSITORY } from "../terminal/command.ts";
import { type Job, readWorkflow, type Step, workflows } from "./workflow.ts";

const action = z.object({
  inputs: z.record(z.string(), z.object({ required: z.boolean() })),
  outputs: z.record(z.string(), z.object({ description: z.string() })),
});

/** Inputs and outputs of one of our actions; `undefined` for what is not ours. */
function ours({ uses = "" }: Step) {
  const [, path] = /^mlops-actions\/mlops-actions(?:\/([^@]+))?@/.exec(uses) ?? [undefined, null];
  return path === null
    ? undefined
    : action.parse(parse(readFileSync(join(REPOSITORY, path ?? "", "action.yml"), "utf8")));
}

/** What a job says wrongly of our actions. */
function faultsOf(job: Job): string[] {
  const faults: string[] = [];
  const known = new Map<string, ReturnType<typeof ours>>();
  for (const step of job.steps) {
    const called = ours(step);
    if (step.id !== undefined) known.set(step.id, called);
    if (called === undefined) continue;
    const given = Object.keys(step.with);
    for (const name of given) if (!(name in called.inputs)) faults.push(`${step.uses}: no input ${name}`);
    for (const [name, { required }] of Object.entries(called.inputs))
      if (required && !given.includes(name)) faults.push(`${step.uses}: needs ${name}`);
  }
  // In whatever place of the job an expression stands.
  for (const [, id = "", dotted, quoted] of JSON.stringify(job).matchAll(
    /\bsteps\.([\w-]+)\.outputs(?:\.([\w-]+)|\['([\w-]+)'\])/g,
  )) {
    const name = dotted ?? quoted ?? "";
    if (!known.has(id)) faults.push(`no step ${id}`);
    const called = known.get(id);
    if (called !== undefined && !(name in called.outputs)) faults.push(`${id}: no output ${name}`);
  }
  return faults;
}

describe.each(workflows)("%s", (path) => {
  test.each(Object.entries(readWorkflow(path).jobs))(
    "%s says to our actions what they know, and reads what they put out",
    (_, job) => {
      expect(faultsOf(job)).toEqual([]);
    },
  );
});

test("a wrong input, a missing one and a wrong output are found", () => {
  const review = readWorkflow("workflows-templates/model-release-project.yml");
  const { register, train } = review.jobs as Record<string, Job>;
  if (register === undefined || train === undefined) throw new Error("other jobs");
  const step = register.steps.at(-1) as Step;
  const wrong = { ...register, steps: [{ ...step, with: { projekt: ".", candidate: "c" } }] };
  expect(faultsOf(wrong)).toEqual([`${step.uses}: no input projekt`, `${step.uses}: needs evidence-digest`]);
  const reads = (expression: string) => faultsOf({ ...train, outputs: { x: `\${{ ${expression} }}` } });
  expect(reads("steps.train.outputs.candidat")).toEqual(["train: no output candidat"]);
  expect(reads("steps.tarin.outputs.candidate")).toEqual(["no step tarin"]);
});
