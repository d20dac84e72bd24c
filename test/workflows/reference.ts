import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { REPOSITORY } from "../terminal/command.ts";
import type { Job, Step } from "./workflow.ts";

const action = z.object({
  inputs: z.record(z.string(), z.object({ required: z.boolean() })),
  outputs: z.record(z.string(), z.object({ description: z.string() })),
});

/** One of our actions, as its `action.yml` says; `undefined` for what is not ours. */
function ours({ uses = "" }: Step) {
  const [, path] = /^mlops-actions\/mlops-actions(?:\/([^@]+))?@/.exec(uses) ?? [undefined, null];
  return path === null
    ? undefined
    : action.parse(parse(readFileSync(join(REPOSITORY, path ?? "", "action.yml"), "utf8")));
}

/** The inputs that one of our actions takes. */
export const inputsOf = (step: Step) => ours(step)?.inputs;

/** What a job says wrongly of our actions. */
export function faultsOf(job: Job): string[] {
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
