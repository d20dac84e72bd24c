import type { Snapshot } from "@mlops-actions/core";
import { parse } from "yaml";
import { z } from "zod";

const step = z.looseObject({
  uses: z.string().optional(),
  with: z.looseObject({ stages: z.unknown().optional() }).nullish(),
});
const job = z.looseObject({
  /** A workflow that is called. */
  uses: z.string().optional(),
  // Each by itself: one that is not understood hides no other.
  steps: z.array(step.catch({})).catch([]),
});
const workflow = z.looseObject({ jobs: z.record(z.string(), job.catch({ steps: [] })) });
type Job = z.infer<typeof job>;

/**
 * The workflow files in which a stage runs: by its own action or by the one that runs stages, also in a workflow that they call. GitHub knows runs
 * by these files. What runs in workflows of other repositories or in composite actions is not seen.
 * @param of.action `drift-check`
 * @param of.stage `drift`
 */
export async function workflowsOf(
  files: Snapshot,
  { action, stage }: { action: string; stage: string },
): Promise<string[]> {
  const jobs = new Map<string, Job[]>();
  for (const ending of ["yml", "yaml"])
    for (const path of await files.list(`.github/workflows/*.${ending}`))
      jobs.set(path, jobsIn(await files.read(path)));
  const runs = (job: Job) =>
    job.steps.some(
      ({ uses = "", with: told }) =>
        uses.replace(/@.*$/, "").endsWith(`/${action}`) ||
        (uses !== "" && stagesOf(told?.stages).includes(stage)),
    );
  const found = new Set([...jobs].filter(([, all]) => all.some(runs)).map(([path]) => path));
  const calls = (job: Job) => job.uses !== undefined && found.has(job.uses.replace(/^\.\//, ""));
  // Each round adds those that call one of the round before.
  for (let before = -1; before < found.size; ) {
    before = found.size;
    for (const [path, all] of jobs) if (all.some(calls)) found.add(path);
  }
  return [...found].sort();
}

function stagesOf(told: unknown): string[] {
  return typeof told === "string" ? told.split(",").map((one) => one.trim()) : [];
}

/** None where the file is no workflow: GitHub runs none of it either. */
function jobsIn(bytes: Uint8Array | undefined): Job[] {
  try {
    const read = workflow.safeParse(parse(new TextDecoder().decode(bytes), { maxAliasCount: 100 }));
    return Object.values(read.data?.jobs ?? {});
  } catch {
    return [];
  }
}
