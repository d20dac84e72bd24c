import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Evidence, execute, type Loaded, UserError } from "@mlops-actions/core";
import { workingTree } from "@mlops-actions/git";
import { defaultBranch, githubArtifacts } from "@mlops-actions/github";
import { loadProject } from "@mlops-actions/project";
import { type Details, registering } from "@mlops-actions/registration";
import { writeOutputs } from "@mlops-actions/runner";
import { handedOver, NOTHING, orFault } from "../job/candidate.ts";
import { withHeartbeat } from "../job/heartbeat.ts";
import { type Environment, folderIn, type Job, openJob, runOf } from "../job/job.ts";
import { measuringIn } from "../job/measuring.ts";
import { registryOf } from "../job/registry.ts";
import { speak } from "../job/speak.ts";
import { readDigest, readEvidence } from "./evidence.ts";
import { versionOutputs } from "./inputs.ts";
import { requireArtifact, requireRelease, requireThisRun } from "./permitted.ts";

/** What the action was told; its names are those of the inputs. */
export interface Told {
  project: string;
  token: string;
  candidate: string;
  evidenceDigest: string;
}

/** Makes a version of what other jobs have trained and judged. Runs nothing of the project's. @returns the exit code */
export async function registerHere(
  told: Told,
  environment: Environment,
  childEntry: string,
): Promise<number> {
  const job = await openJob(environment, told.token);
  const { root, octokit, repo, order } = job;
  const stage = registering({
    into: await folderIn(job, "published"),
    run: { repositoryId: Number(environment.GITHUB_REPOSITORY_ID ?? 0), ...order },
  });
  const project = await loadProject({ stage, head: workingTree(root), path: told.project, root });
  const { loaded, found } = await orFault(project, { ...NOTHING, evaluated: [] as Evidence[] }, async () => {
    const branch = await defaultBranch({ octokit, repo });
    requireRelease(environment, { commit: job.at.commit, defaultBranch: branch });
    const handed = await handedOver(job, told.candidate);
    for (const { from } of handed.candidates) requireArtifact(from);
    const evaluated = await evaluationOf(job, project, readDigest(told.evidenceDigest));
    requireThisRun(evaluated, { commit: job.at.commit, runId: order.runId });
    return { ...handed, evaluated: [evaluated] };
  });
  await using measured = measuringIn(job, childEntry);
  const registry = await registryOf(job);
  const evidence = await execute(
    stage,
    loaded,
    [...found.upstream, ...found.evaluated],
    {
      tables: measured.tables,
      models: measured.models,
      files: found.files,
      versions: registry,
      publishing: registry,
      progress: job.progress,
      clock: { now: () => new Date() },
    },
    runOf(job),
    new AbortController().signal,
  );
  const exit = await speak(job, {
    evidence,
    document: await withHeartbeat(job, told.project, stage.document(evidence)),
    inconclusive: "review",
    comment: false,
    check: false,
    artifact: true,
  });
  writeOutputs(versionOutputs, versionOf(evidence));
  return exit;
}

/** The evidence of the job that judged: looked for under every attempt's name, believed by its digest alone. */
async function evaluationOf(
  job: Job,
  { project: { model } }: Loaded<unknown>,
  digest: string,
): Promise<Evidence> {
  const { octokit, repo, links, order } = job;
  const artifacts = githubArtifacts({ octokit, repo, runUrl: links.run });
  let why: UserError | undefined;
  for (let attempt = order.attempt; attempt >= 1; attempt--) {
    const name = `mlops-evaluate-${model}${attempt > 1 ? `-${attempt}` : ""}`;
    try {
      const into = join(await folderIn(job, "evaluated"), name);
      const file = (await artifacts.download({ name }, into)).get("evidence.json");
      if (file === undefined)
        throw new UserError("no-evidence", `The artifact ${name} holds no evidence.json`, {
          remedy: "run the evaluation again",
        });
      return readEvidence(await readFile(file), digest);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      // An artifact that is there and is not the evaluation's says more than one of another attempt that is not there.
      if (why === undefined || why.code === "artifact-missing") why = error;
    }
  }
  throw why;
}

function versionOf({ predicate: { outcome } }: Evidence<Details>) {
  if (outcome.kind === "error")
    return { version: undefined, tag: undefined, record: undefined, how: undefined };
  const { version, tag, record, how } = outcome.details;
  return { version, tag, record, how };
}
