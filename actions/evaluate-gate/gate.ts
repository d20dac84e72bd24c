import { type Evidence, execute, type Inconclusive } from "@mlops-actions/core";
import { type Details, evaluate, type Section } from "@mlops-actions/evaluation";
import { gitSnapshot, workingTree } from "@mlops-actions/git";
import { loadProject } from "@mlops-actions/project";
import { baseOf } from "../job/base.ts";
import { handedOver, NOTHING, orFault, remadeBy } from "../job/candidate.ts";
import { type Environment, folderIn, openJob, runOf } from "../job/job.ts";
import { measuringIn } from "../job/measuring.ts";
import { registryOf } from "../job/registry.ts";
import { speak } from "../job/speak.ts";
import { notItsOwnJudge, ofThisChange } from "./checkout.ts";
import { sayNotAffected, untouched } from "./not-affected.ts";

/** What the action was told; its names are those of the inputs. */
export interface Gate {
  project: string;
  token: string;
  candidate: string | undefined;
  baseline: string | undefined;
  comment: boolean;
  check: boolean;
}

/** Judges a change and says so: the composition of stage, snapshots, measuring child and GitHub. @returns the exit code */
export async function gate(told: Gate, environment: Environment, childEntry: string): Promise<number> {
  const job = await openJob(environment, told.token);
  const { root, at, event, progress } = job;
  const base = await baseOf(job);
  const project = await loadProject({
    stage: evaluate,
    head: workingTree(root),
    base,
    path: told.project,
    root,
  });
  if (project.kind === "project" && isTrained(project.project.section) && (told.candidate ?? "") === "") {
    const model = await untouched(job, told.project);
    if (model !== undefined) return sayNotAffected(job, model, told.check);
  }
  const checkedOut = gitSnapshot({ root, commit: at.commit, into: await folderIn(job, "head") });
  const own = await notItsOwnJudge(ofThisChange(project, event, at), checkedOut, base);
  const { loaded, found } = await orFault(own, { ...NOTHING, remade: undefined }, async () => ({
    ...(await handedOver(job, told.candidate)),
    remade: await remadeBy(job, told.baseline),
  }));
  await using measured = measuringIn(job, childEntry);
  const evidence = await execute(
    evaluate,
    loaded,
    found.upstream,
    {
      tables: measured.tables,
      models: measured.models,
      files: found.files,
      versions: await registryOf(job),
      remade: found.remade,
      progress,
      clock: { now: () => new Date() },
    },
    runOf(job),
    new AbortController().signal,
  );
  // Awaited here: what is thrown while the child is being closed would be nobody's.
  return await speak(job, {
    evidence,
    document: evaluate.document(evidence),
    inconclusive: inconclusiveOf(evidence),
    comment: told.comment,
    check: told.check,
    artifact: true,
  });
}

/** Nothing in the project file names a candidate, so a train job makes it. */
function isTrained({ candidate }: Section): boolean {
  return candidate === undefined;
}

// What a change that brings its own rules says of itself is for people to read.
function inconclusiveOf({ predicate: { outcome, policy } }: Evidence<Details>): Inconclusive {
  if (outcome.kind === "error" || policy.from === "new-here") return "review";
  return outcome.details.inconclusive;
}
