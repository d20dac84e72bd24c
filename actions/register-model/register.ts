import { type Evidence, execute } from "@mlops-actions/core";
import { workingTree } from "@mlops-actions/git";
import { defaultBranch } from "@mlops-actions/github";
import { loadProject } from "@mlops-actions/project";
import { type Details, registering } from "@mlops-actions/registration";
import { writeOutputs } from "@mlops-actions/runner";
import { handedOver, NOTHING, orFault } from "../job/candidate.ts";
import { causeOf } from "../job/cause.ts";
import { EVALUATION, evidenceFrom, readDigest } from "../job/evidence.ts";
import { withHeartbeat } from "../job/heartbeat.ts";
import { type Environment, folderIn, openJob, runOf } from "../job/job.ts";
import { measuringIn } from "../job/measuring.ts";
import { registryOf } from "../job/registry.ts";
import { requireRelease } from "../job/release.ts";
import { speak } from "../job/speak.ts";
import { versionOutputs } from "./inputs.ts";
import { requireArtifact, requireThisRun } from "./permitted.ts";

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
  const nothing = { ...NOTHING, evaluated: [] as Evidence[], cause: [] as Evidence[] };
  const { loaded, found } = await orFault(project, nothing, async () => {
    const branch = await defaultBranch({ octokit, repo });
    requireRelease(environment, { commit: job.at.commit, defaultBranch: branch, doing: "registered" });
    const handed = await handedOver(job, told.candidate);
    for (const { from } of handed.candidates) requireArtifact(from);
    const evaluated = await evidenceFrom(
      job,
      EVALUATION,
      project.project.model,
      readDigest(EVALUATION, told.evidenceDigest),
    );
    requireThisRun(evaluated, { commit: job.at.commit, runId: order.runId });
    return { ...handed, evaluated: [evaluated], cause: await causeOf(job, project.project.model) };
  });
  await using measured = measuringIn(job, childEntry);
  const registry = await registryOf(job);
  const evidence = await execute(
    stage,
    loaded,
    [...found.upstream, ...found.evaluated, ...found.cause],
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

function versionOf({ predicate: { outcome } }: Evidence<Details>) {
  if (outcome.kind === "error")
    return { version: undefined, tag: undefined, record: undefined, how: undefined };
  const { version, tag, record, how } = outcome.details;
  return { version, tag, record, how };
}
