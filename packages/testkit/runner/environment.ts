import type { GitHubBox } from "../github/start.ts";
import { runtimeToken } from "./runtime-token.ts";

/** What started a run. */
export interface RunEvent {
  name: string;
  payload: Readonly<Record<string, unknown>>;
}

export interface RunOf {
  id: number;
  attempt: number;
  number: number;
  event: RunEvent;
  sha: string;
  ref: string;
  workflow: string;
  job: string;
  actor: string;
}

export interface Places {
  workspace: string;
  temp: string;
  toolCache: string;
  eventPath: string;
  action: string;
}

/** The variables of one step, as the Actions runner sets them (actions/runner 2.336). There is no GITHUB_TOKEN among them. */
export function stepEnvironment(box: GitHubBox, run: RunOf, places: Places): Record<string, string> {
  const repository = run.event.payload.repository as { id?: number; owner?: { id?: number } } | undefined;
  const pull = run.event.payload.pull_request as { base: { ref: string }; head: { ref: string } } | undefined;
  const name = `${box.owner}/${box.repo}`;
  const refName = run.ref.replace(/^refs\/(heads|tags|pull)\//, "");
  const path = `${name}/.github/workflows/${run.workflow}.yml@${run.ref}`;
  return {
    GITHUB_ACTIONS: "true",
    CI: "true",
    GITHUB_ACTION: "__self",
    GITHUB_ACTION_REF: "",
    GITHUB_ACTION_REPOSITORY: "",
    GITHUB_ACTOR: run.actor,
    GITHUB_ACTOR_ID: "1",
    GITHUB_TRIGGERING_ACTOR: run.actor,
    GITHUB_API_URL: box.apiUrl,
    GITHUB_GRAPHQL_URL: `${box.apiUrl}/graphql`,
    GITHUB_SERVER_URL: box.serverUrl,
    GITHUB_BASE_REF: pull?.base.ref ?? "",
    GITHUB_HEAD_REF: pull?.head.ref ?? "",
    GITHUB_EVENT_NAME: run.event.name,
    GITHUB_EVENT_PATH: places.eventPath,
    GITHUB_JOB: run.job,
    GITHUB_REF: run.ref,
    GITHUB_REF_NAME: refName,
    GITHUB_REF_PROTECTED: "false",
    GITHUB_REF_TYPE: run.ref.startsWith("refs/tags/") ? "tag" : "branch",
    GITHUB_REPOSITORY: name,
    GITHUB_REPOSITORY_ID: String(repository?.id ?? 1),
    GITHUB_REPOSITORY_OWNER: box.owner,
    GITHUB_REPOSITORY_OWNER_ID: String(repository?.owner?.id ?? 1),
    GITHUB_RETENTION_DAYS: "90",
    GITHUB_RUN_ATTEMPT: String(run.attempt),
    GITHUB_RUN_ID: String(run.id),
    GITHUB_RUN_NUMBER: String(run.number),
    GITHUB_SHA: run.sha,
    GITHUB_WORKFLOW: run.workflow,
    GITHUB_WORKFLOW_REF: path,
    GITHUB_WORKFLOW_SHA: run.sha,
    GITHUB_WORKSPACE: places.workspace,
    RUNNER_OS: { linux: "Linux", darwin: "macOS", win32: "Windows" }[process.platform as string] ?? "Linux",
    RUNNER_ARCH: { x64: "X64", arm64: "ARM64" }[process.arch as string] ?? "X64",
    RUNNER_NAME: "box",
    RUNNER_ENVIRONMENT: "github-hosted",
    RUNNER_TEMP: places.temp,
    RUNNER_TOOL_CACHE: places.toolCache,
    RUNNER_WORKSPACE: places.temp,
    ACTIONS_RUNTIME_URL: `${box.url}/`,
    ACTIONS_RUNTIME_TOKEN: runtimeToken(run.id, run.job),
    ACTIONS_RESULTS_URL: `${box.url}/`,
    ACTIONS_CACHE_URL: `${box.url}/`,
    ACTIONS_CACHE_SERVICE_V2: "True",
    ACTIONS_ORCHESTRATION_ID: `${run.id}.${run.job}`,
  };
}
