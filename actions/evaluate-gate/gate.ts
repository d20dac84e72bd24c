import { type Document, type Evidence, execute, type Inconclusive, worse } from "@mlops-actions/core";
import { type Details, evaluate, type Section } from "@mlops-actions/evaluation";
import { gitSnapshot, workingTree } from "@mlops-actions/git";
import { loadProject } from "@mlops-actions/project";
import { type Details as Validation, validate, details as validation } from "@mlops-actions/validation";
import { baseOf } from "../job/base.ts";
import { handedOver, NOTHING, orFault, remadeBy } from "../job/candidate.ts";
import { evidenceFrom, type Handing, readDigest } from "../job/evidence.ts";
import { withHeartbeat } from "../job/heartbeat.ts";
import { type Environment, folderIn, type Job, openJob, runOf } from "../job/job.ts";
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
  /** What the validation of this run has found: itself, or the digest of its evidence. */
  validation?: Evidence<Validation> | string | undefined;
  comment: boolean;
  check: boolean;
}

const VALIDATION: Handing<Validation> = {
  stage: "validate",
  called: "validation",
  input: "validation",
  details: validation,
};

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
  const nothing = {
    ...NOTHING,
    remade: undefined,
    validated: undefined as Evidence<Validation> | undefined,
  };
  const { loaded, found } = await orFault(own, nothing, async () => ({
    ...(await handedOver(job, told.candidate)),
    remade: await remadeBy(job, told.baseline),
    validated: await validatedBy(job, told.validation, own.project.model),
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
    ...together(
      await withHeartbeat(job, told.project, evaluate.document(evidence)),
      found.validated && validate.document(found.validated),
    ),
    inconclusive: inconclusiveOf(evidence),
    comment: told.comment,
    check: told.check,
    artifact: true,
  });
}

async function validatedBy(
  job: Job,
  told: Gate["validation"],
  model: string,
): Promise<Evidence<Validation> | undefined> {
  if (typeof told !== "string") return told;
  if (told === "") return undefined;
  return evidenceFrom(job, VALIDATION, model, readDigest(VALIDATION, told));
}

/** One verdict for both: a model is as good as the rows it was judged on. */
function together(judged: Document, below: Document | undefined): { document: Document; below?: Document[] } {
  if (below === undefined) return { document: judged };
  const verdict = worse(judged.verdict, below.verdict);
  const { title } = verdict === judged.verdict ? judged : below;
  return { document: { ...judged, verdict, title }, below: [below] };
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
