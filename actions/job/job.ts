import { mkdir, mkdtemp, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Progress, Run } from "@mlops-actions/core";
import { type Head, head } from "@mlops-actions/git";
import {
  type Client,
  connect,
  type Event,
  githubLinks,
  type Order,
  type Repository,
  readEvent,
  repositoryOf,
} from "@mlops-actions/github";
import type { Links } from "@mlops-actions/report";
import { logProgress } from "@mlops-actions/runner";
import manifest from "../../package.json" with { type: "json" };

export type Environment = Readonly<Record<string, string | undefined>>;

/** The job of a workflow that an action runs in: where its files are, what has started it, whom it can ask. */
export interface Job {
  environment: Environment;
  /** The workspace. */
  root: string;
  /** A folder of this step's own; the runner removes it. */
  temp: string;
  repo: Repository;
  octokit: Client;
  event: Event;
  /** What is checked out. */
  at: Head;
  /** This run's place in time. */
  order: Order;
  links: Links & { run: string };
  progress: Progress;
  /** Never to appear in anything that leaves. */
  secrets: readonly string[];
}

/** Name and version, as the evidence has it. */
export const TOOL = `mlops-actions ${manifest.version}`;
export const VERSION = manifest.version;
const GUIDE = "https://github.com/mlops-actions/mlops-actions/blob/main/docs";

/** @param token may be empty where only public things are read */
export async function openJob(environment: Environment, token: string): Promise<Job> {
  const root = environment.GITHUB_WORKSPACE ?? process.cwd();
  const repo = repositoryOf(environment.GITHUB_REPOSITORY);
  const serverUrl = environment.GITHUB_SERVER_URL ?? "https://github.com";
  const runId = Number(environment.GITHUB_RUN_ID ?? 0);
  return {
    environment,
    root,
    temp: await mkdtemp(join(environment.RUNNER_TEMP ?? root, "mlops-")),
    repo,
    octokit: connect({
      token,
      baseUrl: environment.GITHUB_API_URL ?? "https://api.github.com",
      userAgent: TOOL,
    }),
    event: await eventOf(environment),
    at: await head(root),
    order: { runId, attempt: Number(environment.GITHUB_RUN_ATTEMPT ?? 1) },
    links: githubLinks({ serverUrl, repo, runId, guide: GUIDE }),
    progress: logProgress((line) => process.stdout.write(`${line}\n`)),
    secrets: token === "" ? [] : [token],
  };
}

/** A folder of the step's own for one purpose. */
export async function folderIn({ temp }: Job, name: string): Promise<string> {
  const folder = join(temp, name);
  await mkdir(folder, { recursive: true });
  return folder;
}

/** What the evidence says about this run. */
export function runOf({ event, at, order, environment }: Job): Omit<Run, "started" | "finished"> {
  return {
    commit: event.kind === "pull-request" ? event.head.sha : at.commit,
    clean: at.clean,
    tool: TOOL,
    github: {
      repositoryId: Number(environment.GITHUB_REPOSITORY_ID ?? 0),
      runId: order.runId,
      attempt: order.attempt,
      event: environment.GITHUB_EVENT_NAME ?? "",
      workflowRef: environment.GITHUB_WORKFLOW_REF ?? "",
    },
  };
}

async function eventOf({ GITHUB_EVENT_NAME = "", GITHUB_EVENT_PATH }: Environment): Promise<Event> {
  return GITHUB_EVENT_PATH === undefined
    ? { kind: "other", name: GITHUB_EVENT_NAME }
    : readEvent(GITHUB_EVENT_NAME, await readFile(GITHUB_EVENT_PATH, "utf8"));
}
