import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "@mlops-actions/core";
import { workingTree } from "@mlops-actions/git";
import { loadProject } from "@mlops-actions/project";
import { environmentOf, openTraffic, rollingOut, secondsOf, watching } from "@mlops-actions/rollout";
import { placeOf } from "./place.ts";
import { githubRegistry } from "./registry/github.ts";
import { openRegistry } from "./registry/open.ts";
import { type StageOptions, telling } from "./telling.ts";

export interface DeployOptions extends StageOptions {
  environment: string;
  mode: string;
  version?: string;
  watch?: string;
  again: boolean;
  approve: boolean;
  registry?: string;
}

/** `mlops-actions deploy`: a step of a rollout from this machine, with the registry of this clone. @returns the exit code of the verdict */
export async function deployAt(options: DeployOptions): Promise<number> {
  const { root, folder, path, context } = await placeOf(options.project);
  const { tell, progress } = telling(options);
  const seconds = watchOf(options.watch);
  await using opened = await openRegistry({ root, registry: options.registry }, process.env, githubRegistry);
  const { registry, deployments, by = "somebody" } = opened;
  if (deployments === undefined)
    throw new UserError(
      "deploy-elsewhere",
      "The versions of this repository are on GitHub, and so are its rollouts",
      {
        remedy:
          "start a workflow with actions/deploy-canary (`gh workflow run`): there its approvals apply and its record counts. For a registry in a folder name it: `--registry DIR`",
      },
    );
  const asked = {
    environment: options.environment,
    mode: modeOf(options.mode),
    version: options.version,
    again: options.again,
    run: null,
    by,
    isAgreed: options.approve,
  };
  const stage = rollingOut(asked);
  const loaded = await loadProject({ stage, head: workingTree(root), path, root });
  const now = () => new Date();
  const reach = { root: folder, environment: process.env, fetch, now };
  const carrying =
    loaded.kind === "fault"
      ? { traffic: undefined, trafficMetrics: undefined }
      : openTraffic(environmentOf(loaded.project, options.environment), {
          ...reach,
          model: loaded.project.model,
        });
  const evidence = await watching({
    told: asked,
    loaded,
    ports: {
      ...carrying,
      versions: registry,
      environments: registry,
      deployments,
      approvals: undefined,
      dispatches: undefined,
      clock: { now },
      progress,
    },
    context,
    seconds,
    wait: (milliseconds) => sleep(milliseconds),
  });
  const { outcome } = evidence.predicate;
  const isOver = outcome.kind === "measured" && outcome.details.state === "ended";
  return tell(evidence, stage.document(evidence), isOver ? "block" : "review");
}

function modeOf(text: string): "start" | "tick" | "rollback" {
  if (text === "start" || text === "tick" || text === "rollback") return text;
  throw new UserError("usage", `--mode ${text} is no mode`, { remedy: "say start, tick or rollback" });
}

function watchOf(text: string | undefined): number {
  const seconds = text === undefined ? 0 : secondsOf(text);
  if (seconds !== undefined) return seconds;
  throw new UserError("usage", `--watch ${text} is no time`, {
    remedy: "say how long, with its unit: 45min",
  });
}
