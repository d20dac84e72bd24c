import type { Snapshot } from "@mlops-actions/core";
import { parse } from "yaml";
import { z } from "zod";

const workflow = z.object({
  jobs: z.record(
    z.string(),
    z.object({
      /** A workflow that is called. */
      uses: z.string().optional(),
      steps: z
        .array(
          z.object({
            uses: z.string().optional(),
            with: z.object({ stages: z.string().optional() }).optional(),
          }),
        )
        .default([]),
    }),
  ),
});
type Job = z.infer<typeof workflow>["jobs"][string];

/**
 * The workflow files in which a stage runs: by its own action or by the one that runs stages, also in a workflow that they call. GitHub knows runs
 * by these files.
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
        (uses !== "" && (told?.stages ?? "").split(",").some((one) => one.trim() === stage)),
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

/** None where the file is no workflow: GitHub runs none of it either. */
function jobsIn(bytes: Uint8Array | undefined): Job[] {
  try {
    const read = workflow.safeParse(parse(new TextDecoder().decode(bytes), { maxAliasCount: 100 }));
    return Object.values(read.data?.jobs ?? {});
  } catch {
    return [];
  }
}
