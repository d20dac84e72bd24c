import { workingTree } from "@mlops-actions/git";
import {
  defaultBranch,
  githubApprovals,
  githubArtifacts,
  githubDeployments,
  githubDispatches,
  githubRunMarks,
  githubWitness,
} from "@mlops-actions/github";
import { loadProject } from "@mlops-actions/project";
import { type Details, environmentOf, openTraffic, rollingOut, watching } from "@mlops-actions/rollout";
import { type Inputs, notify, writeOutputs } from "@mlops-actions/runner";
import { orFault } from "../job/candidate.ts";
import { type Environment, folderIn, openJob, runOf } from "../job/job.ts";
import { registryOf } from "../job/registry.ts";
import { requireRelease } from "../job/release.ts";
import { speak } from "../job/speak.ts";
import { deployOutputs, type inputs } from "./inputs.ts";
import { modeOf, watchOf } from "./told.ts";

/** What the action was told; its names are those of the inputs. */
export type Told = Inputs<typeof inputs>;

/** Takes a step of a rollout, or as many as there is time for. @returns the exit code */
export async function deployHere(told: Told, environment: Environment): Promise<number> {
  const job = await openJob(environment, told.token);
  const { root, octokit, repo, order } = job;
  const mode = modeOf(told.mode);
  const watch = watchOf(told.watch);
  const run = { repositoryId: Number(environment.GITHUB_REPOSITORY_ID ?? 0), ...order };
  const asked = {
    environment: told.environment,
    mode,
    version: told.version,
    again: told.again,
    run,
    by: environment.GITHUB_TRIGGERING_ACTOR || environment.GITHUB_ACTOR || "somebody",
  };
  const stage = rollingOut(asked);
  const project = await loadProject({ stage, head: workingTree(root), path: told.project, root });
  const now = () => new Date();
  const nothing = { traffic: undefined, trafficMetrics: undefined };
  const { loaded, found } = await orFault(project, nothing, async () => {
    const branch = await defaultBranch({ octokit, repo });
    requireRelease(environment, { commit: job.at.commit, defaultBranch: branch, doing: "deployed" });
    if (project.kind === "fault") return nothing;
    const rules = environmentOf(project.project, told.environment);
    return openTraffic(rules, {
      model: project.project.model,
      root: project.project.root,
      environment,
      fetch,
      now,
    });
  });
  const registry = await registryOf(job);
  const evidence = await watching({
    told: asked,
    loaded,
    ports: {
      ...found,
      versions: registry,
      environments: registry,
      deployments: githubDeployments({
        octokit,
        repo,
        witness: githubWitness({ octokit, repo }),
        marks: githubRunMarks({
          octokit,
          repo,
          artifacts: githubArtifacts({ octokit, repo, runUrl: job.links.run }),
          runId: order.runId,
          folder: await folderIn(job, "marks"),
        }),
        runUrl: job.links.run,
        warn: (message) => notify("warning", "Only this job knows of the rollback", message),
      }),
      approvals: githubApprovals({ octokit, repo }),
      dispatches: githubDispatches({ octokit, repo }),
      clock: { now },
      progress: job.progress,
    },
    context: runOf(job),
    seconds: watch,
    wait: octokit.wait,
  });
  const { outcome } = evidence.predicate;
  const details = outcome.kind === "error" ? undefined : outcome.details;
  const exit = await speak(job, {
    evidence,
    document: stage.document(evidence),
    inconclusive: details?.state === "ended" ? "block" : "review",
    comment: false,
    check: false,
    artifact: true,
    place: told.environment,
  });
  writeOutputs(deployOutputs, outputsOf(details));
  return exit;
}

function outputsOf(details: Details | undefined) {
  if (details === undefined)
    return { version: undefined, state: undefined, share: undefined, live: undefined };
  const { version, state, traffic, live } = details;
  return {
    version: version ?? undefined,
    state,
    share: traffic === null ? undefined : String(traffic.share),
    live: live ?? undefined,
  };
}
