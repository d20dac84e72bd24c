import { join } from "node:path";
import { type Evidence, execute, type Fault, type Loaded, UserError } from "@mlops-actions/core";
import {
  checking,
  type Details,
  type Keeping,
  type Kept,
  keepIssue,
  type Section,
  sayFailure,
  withoutRetrain,
} from "@mlops-actions/drift";
import { workingTree } from "@mlops-actions/git";
import { defaultBranch, githubDispatches, githubIssues, RETRAIN } from "@mlops-actions/github";
import { loadProject } from "@mlops-actions/project";
import { notify, redactor, statementOf, writeOutputs } from "@mlops-actions/runner";
import { askedToEnd, localLauncher } from "@mlops-actions/training";
import { orFault } from "../job/candidate.ts";
import { requireDefaultBranch } from "../job/default-branch.ts";
import { fetching } from "../job/fetching.ts";
import { type Environment, type Job, openJob, runOf } from "../job/job.ts";
import { measuringIn } from "../job/measuring.ts";
import { registryOf } from "../job/registry.ts";
import { speak } from "../job/speak.ts";
import { refuseWritable } from "../job/writable.ts";
import { earlierChecks } from "./earlier.ts";
import { driftOutputs } from "./inputs.ts";

/** What the action was told; its names are those of the inputs. */
export interface Told {
  project: string;
  token: string;
  trusted: boolean;
}

/** Checks for drift, keeps the issue, starts a retrain where the rules ask for one. @returns the exit code: drift stops nothing, a failed check is red */
export async function checkHere(
  told: Told,
  environment: Environment,
  entries: { child: string; supervisor: string },
): Promise<number> {
  const job = await openJob(environment, told.token);
  const project = await load(job, told, entries.supervisor);
  const { model } = project.project;
  const { loaded, found: upstream } = await orFault(project, [] as Evidence[], async () => {
    requireDefaultBranch(environment, await defaultBranch(job), "drift is checked");
    return earlierChecks(job, model);
  });
  // Why the project cannot be read is said with since when; what cannot be found out then is not.
  const earlier = project.kind === "fault" ? await earlierChecks(job, model).catch(() => []) : upstream;
  const stage = checking({ run: job.order.runId });
  let evidence = await measured(job, loaded, upstream, entries.child).catch(async (bug: unknown) => {
    // Nobody reads the log of a cron: of a bug of ours must be heard as well.
    await sayFailed(job, earlier, { model, fault: BUG }).catch(() => undefined);
    throw bug;
  });
  let kept: Kept = { url: null, said: "nothing" };
  try {
    kept = await said(job, evidence, earlier);
    const refused = await retrain(job, evidence, kept);
    if (refused !== undefined) {
      notify("error", "The retrain was not started", refused.message);
      kept = await said(job, withoutRetrain(evidence, refused.message), earlier);
      evidence = failed(evidence, refused.toJSON());
    }
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    evidence = failed(evidence, error.toJSON());
    notify("error", "The drift issue may not be up to date", error.message);
  }
  const document = stage.document(evidence);
  const exit = await speak(job, {
    evidence,
    document,
    inconclusive: "allow",
    comment: false,
    check: false,
    artifact: true,
  });
  const { outcome } = evidence.predicate;
  writeOutputs(driftOutputs, {
    severity: outcome.kind === "measured" ? outcome.details.severity : undefined,
    issue: kept.url ?? undefined,
    retrain: String(outcome.kind === "measured" && outcome.details.retrain.decision === "dispatch"),
  });
  return outcome.kind === "error" ? exit : 0;
}

function load(job: Job, told: Told, supervisor: string): Promise<Loaded<Section>> {
  const { root } = job;
  return loadProject({
    stage: checking({ run: job.order.runId }),
    head: workingTree(root),
    path: told.project,
    root,
    fetch: async (run, at) => {
      if (!told.trusted)
        await refuseWritable(job, {
          what: "The commands under `fetch`",
          remedy:
            "fetch in a job of its own and hand the files over as an artifact, or say `trusted: true`: the commands are those of the default branch",
        });
      const launcher = localLauncher({ entry: supervisor });
      await fetching(job, join(root, told.project), launcher, askedToEnd(process))(run, at);
    },
  });
}

async function measured(
  job: Job,
  loaded: Loaded<Section>,
  upstream: readonly Evidence[],
  child: string,
): Promise<Evidence<Details>> {
  await using measuring = measuringIn(job, child);
  return await execute(
    checking({ run: job.order.runId }),
    loaded,
    upstream,
    {
      tables: measuring.tables,
      versions: await registryOf(job),
      progress: job.progress,
      clock: { now: () => new Date() },
    },
    runOf(job),
    new AbortController().signal,
  );
}

/** In the issue: what was found, or since when nothing was. */
function said(job: Job, evidence: Evidence<Details>, earlier: readonly Evidence[]): Promise<Kept> {
  const { outcome, project } = evidence.predicate;
  return outcome.kind === "measured"
    ? keepIssue(evidence, keepingOf(job))
    : sayFailed(job, earlier, { model: project.model, fault: outcome.fault });
}

function sayFailed(
  job: Job,
  earlier: readonly Evidence[],
  failed: { model: string; fault: Fault },
): Promise<Kept> {
  const last = earlier.find((one) => one.predicate.outcome.kind === "measured");
  return sayFailure({ ...failed, since: last?.predicate.run.finished }, keepingOf(job));
}

function keepingOf({ octokit, repo, links, order, secrets }: Job): Keeping {
  const issues = githubIssues({ octokit, repo });
  return { issues, links, order, now: new Date(), redact: redactor(secrets) };
}

const BUG: Fault = {
  code: "bug",
  message: "The check itself has a bug; the log of its run has it",
  remedy: "report it with the log, or go back to the version of mlops-actions before",
};

/** Tells whatever listens that this model is to be trained again, and on what grounds. @returns why it could not */
async function retrain(job: Job, evidence: Evidence<Details>, { url }: Kept): Promise<UserError | undefined> {
  const { outcome, project } = evidence.predicate;
  if (outcome.kind !== "measured" || outcome.details.retrain.decision !== "dispatch") return undefined;
  const { octokit, repo, order, secrets } = job;
  const issue = /\/issues\/(\d+)$/.exec(url ?? "")?.[1];
  const again = order.attempt > 1 ? `-${order.attempt}` : "";
  try {
    await githubDispatches({ octokit, repo }).repositoryDispatch(RETRAIN, {
      model: project.model,
      project: project.path,
      version: outcome.details.version?.number ?? null,
      why: outcome.details.retrain.why,
      issue: issue === undefined ? null : Number(issue),
      run: order.runId,
      artifact: `mlops-drift-${project.model}${again}`,
      "evidence-digest": statementOf(evidence, secrets).digest,
    });
    return undefined;
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

/** What was found and could not be told is no check that has come to its end: the next one decides again. */
function failed(evidence: Evidence<Details>, fault: Fault): Evidence<Details> {
  const { predicate } = evidence;
  return { ...evidence, predicate: { ...predicate, outcome: { kind: "error", verdict: "error", fault } } };
}
