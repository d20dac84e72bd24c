import { mkdir } from "node:fs/promises";
import { join, relative } from "node:path";
import { outcomeOf } from "@mlops-actions/core";
import { gitSnapshot, hasCommit } from "@mlops-actions/git";
import { affected } from "@mlops-actions/project";
import { defuse, deliveryOutputs, notify, writeOutputs } from "@mlops-actions/runner";
import { train } from "@mlops-actions/training";
import { baseCommitOf } from "../job/base.ts";
import { type Environment, type Job, openJob } from "../job/job.ts";
import { speak } from "../job/speak.ts";
import { candidateOutputs } from "./inputs.ts";
import { keep } from "./keep.ts";
import { type Entries, make } from "./make.ts";
import { refuseUnsafe, rightsWithin } from "./permitted.ts";

/** What the action was told; its names are those of the inputs. */
export interface Told {
  project: string;
  changedOnly: boolean;
  /** The project's code runs beside rights, knowingly. */
  trusted: boolean;
}

/** How it ended, and the candidate's folder from the workspace; none where nothing was trained, or nothing came of it. */
export interface Trained {
  exit: number;
  folder: string | undefined;
}

/** Trains in this job and keeps the candidate as one artifact. */
export async function trainHere(told: Told, environment: Environment, entries: Entries): Promise<Trained> {
  const job = await openJob(environment, "");
  refuseUnsafe(job.event, environment);
  const touched = told.changedOnly ? await touchedBy(job, told.project) : undefined;
  if (touched?.length === 0) return { exit: notAffected(told.project), folder: undefined };
  const rights = await rightsWithin(job.root, environment);
  if (rights.length > 0)
    notify("warning", "The project's code can find rights here", `This job holds ${rights.join(", ")}.`);
  const isOwnJob = rights.length === 0 && !told.trusted;

  const made = await make(job, told.project, train, { entries, isOwnJob });
  const { evidence, written, into } = made;
  const exit = await speak(job, {
    evidence,
    document: train.document(evidence),
    inconclusive: "review",
    comment: false,
    check: false,
    artifact: false,
  });
  // Who made an artifact is said by this job's output, which no other job can write.
  const handle = written && (await keep(job, written, into, `candidate-${evidence.predicate.project.model}`));
  writeOutputs(candidateOutputs, { candidate: handle, "manifest-digest": written?.manifestDigest });
  return { exit, folder: written && relative(job.root, into) };
}

/** What the pull request touches of the project; `undefined` where there is nothing to compare with. */
async function touchedBy(job: Job, project: string): Promise<string[] | undefined> {
  const { root, at, temp } = job;
  const commit = baseCommitOf(job);
  if (commit === undefined) return undefined;
  if (!(await hasCommit(root, commit))) {
    notify(
      "notice",
      "Every change trains here",
      "The base commit is not in this checkout, so nobody can say whether the model is affected: set `fetch-depth: 2` for actions/checkout.",
    );
    return undefined;
  }
  const into = join(temp, "compared");
  await mkdir(into, { recursive: true });
  return affected({
    base: gitSnapshot({ root, commit, into }),
    head: gitSnapshot({ root, commit: at.commit, into }),
    folder: project,
  });
}

function notAffected(project: string): number {
  const told = defuse(`${project}: not affected by this change, nothing is trained`);
  process.stdout.write(`${told.replaceAll("\n", " ")}\n`);
  writeOutputs(candidateOutputs, { candidate: undefined, "manifest-digest": undefined });
  writeOutputs(deliveryOutputs, {
    verdict: "not_applicable",
    title: "not affected",
    evidence: undefined,
    "evidence-digest": undefined,
    report: undefined,
  });
  return outcomeOf("not_applicable", "review").exit;
}
