import { type Evidence, execute, outcomeOf, type Place, UserError } from "@mlops-actions/core";
import { evaluate } from "@mlops-actions/evaluation";
import { workingTree } from "@mlops-actions/git";
import { loadProject, readProject } from "@mlops-actions/project";
import { type Details, validate } from "@mlops-actions/validation";
import { ofThisChange } from "../evaluate-gate/checkout.ts";
import { sayNotAffected, untouched } from "../evaluate-gate/not-affected.ts";
import { baseOf } from "../job/base.ts";
import { type Environment, type Job, openJob, runOf } from "../job/job.ts";
import { measuringIn } from "../job/measuring.ts";
import { speak } from "../job/speak.ts";

/** What the action was told; its names are those of the inputs. */
export interface Told {
  project: string;
  token: string;
  comment: boolean;
  check: boolean;
  /** Runs `data.fetch`, where this job may run the project's own code. */
  fetch?: ((command: string, place: Place) => Promise<void>) | undefined;
}

/** How it ended; no evidence where the change leaves the project alone. */
export interface Validated {
  exit: number;
  evidence: Evidence<Details> | undefined;
}

/** Checks the rows of a change and says so. Runs nothing of the project's but what `fetch` runs. */
export async function validateHere(
  told: Told,
  environment: Environment,
  childEntry: string,
): Promise<Validated> {
  const job = await openJob(environment, told.token);
  const { root, at, event, progress } = job;
  const isFollowed = await isEvaluated(job, told.project);
  const model = await untouched(job, told.project);
  if (model !== undefined)
    return {
      exit: await sayNotAffected(job, model, told.check && !isFollowed),
      evidence: undefined,
    };
  const project = await loadProject({
    stage: validate,
    head: workingTree(root),
    base: await baseOf(job),
    path: told.project,
    root,
    fetch: told.fetch,
  });
  await using measured = measuringIn(job, childEntry);
  const evidence = await execute(
    validate,
    ofThisChange(project, event, at),
    [],
    { tables: measured.tables, progress, clock: { now: () => new Date() } },
    runOf(job),
    new AbortController().signal,
  );
  const document = validate.document(evidence);
  const stops = outcomeOf(document.verdict, "review").exit !== 0;
  const passes = document.verdict === "pass" || document.verdict === "not_applicable";
  // A check that is green before the model was judged would let the change in; two comments would be one too many.
  const exit = await speak(job, {
    evidence,
    document,
    inconclusive: "review",
    comment: told.comment && !(isFollowed && passes),
    check: told.check && (stops || !isFollowed),
    artifact: true,
  });
  return { exit, evidence };
}

/** Whether the project's model is judged after its rows. */
async function isEvaluated({ root }: Job, project: string): Promise<boolean> {
  try {
    return (await readProject(workingTree(root), project, evaluate))?.section !== undefined;
  } catch (error) {
    // The validation says what is wrong with the file.
    if (error instanceof UserError) return false;
    throw error;
  }
}
