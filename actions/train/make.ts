import { join, resolve } from "node:path";
import { type Evidence, execute, type Workspace } from "@mlops-actions/core";
import { workingTree } from "@mlops-actions/git";
import { loadProject } from "@mlops-actions/project";
import {
  askedToEnd,
  beginCandidate,
  type Details,
  localLauncher,
  type train,
  type Written,
  writeCandidate,
} from "@mlops-actions/training";
import { fetching, printLine } from "../job/fetching.ts";
import { folderIn, type Job, runOf } from "../job/job.ts";
import { measuringIn } from "../job/measuring.ts";

/** The programs of ours that run beside this one. */
export interface Entries {
  child: string;
  supervisor: string;
}

/** Where the commands of a project run, and whether anything stands between them and rights. */
export interface Workshop {
  entries: Entries;
  isOwnJob: boolean;
}

/** What a stage that runs the project's code has left. */
export interface Made {
  evidence: Evidence<Details>;
  written: Written | undefined;
  into: string;
}

/** Runs a stage of the project's own code in the checkout of this job, and keeps what it makes in the project's folder for candidates. */
export async function make(
  job: Job,
  project: string,
  stage: typeof train,
  workshop: Workshop,
): Promise<Made> {
  const { root, environment, progress } = job;
  const folder = resolve(root, project);
  const into = join(folder, ".mlops/candidate");
  const part = await beginCandidate(into);
  const tree = workingTree(root);
  const context = runOf(job);
  const workspace: Workspace = {
    snapshot: tree,
    commit: context.commit,
    environment,
    into: part,
    checkpoints: join(folder, ".mlops/checkpoints"),
    scratch: await folderIn(job, "scratch"),
    isolation: workshop.isOwnJob ? "own-job" : "none",
    print: printLine,
  };
  const launcher = localLauncher({ entry: workshop.entries.supervisor });
  const signal = askedToEnd(process);
  const loaded = await loadProject({
    stage,
    head: tree,
    path: project,
    root,
    fetch: fetching(job, folder, launcher, signal),
  });
  await using measured = measuringIn(job, workshop.entries.child);
  const evidence = await execute(
    stage,
    loaded,
    [],
    { launcher, workspace, tables: measured.tables, progress, clock: { now: () => new Date() } },
    context,
    signal,
  );
  return { evidence, written: await writeCandidate(part, into, evidence), into };
}
