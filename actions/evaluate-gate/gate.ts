import { type Evidence, execute } from "@mlops-actions/core";
import { type Details, evaluate } from "@mlops-actions/evaluation";
import { gitSnapshot, workingTree } from "@mlops-actions/git";
import { loadProject } from "@mlops-actions/project";
import { baseOf } from "../job/base.ts";
import { handedOver, NOTHING, orFault } from "../job/candidate.ts";
import { type Environment, folderIn, openJob, runOf } from "../job/job.ts";
import { measuringIn } from "../job/measuring.ts";
import { registryOf } from "../job/registry.ts";
import { speak } from "../job/speak.ts";
import { notItsOwnJudge, ofThisChange } from "./checkout.ts";

/** What the action was told; its names are those of the inputs. */
export interface Gate {
  project: string;
  token: string;
  candidate: string | undefined;
  comment: boolean;
  check: boolean;
}

/** Judges a change and says so: the composition of stage, snapshots, measuring child and GitHub. @returns the exit code */
export async function gate(told: Gate, environment: Environment, childEntry: string): Promise<number> {
  const job = await openJob(environment, told.token);
  const { root, at, event, progress } = job;
  const project = await loadProject({
    stage: evaluate,
    head: workingTree(root),
    base: await baseOf(job),
    path: told.project,
    root,
  });
  const checkedOut = gitSnapshot({ root, commit: at.commit, into: await folderIn(job, "head") });
  const own = await notItsOwnJudge(ofThisChange(project, event, at), checkedOut);
  const { loaded, found } = await orFault(own, NOTHING, () => handedOver(job, told.candidate));
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

function inconclusiveOf({ predicate: { outcome } }: Evidence<Details>) {
  return outcome.kind === "measured" ? outcome.details.inconclusive : "review";
}
