import { account } from "./account.ts";
import { type Box, nodeId, pageUrl, repositoryUrl } from "./box.ts";
import { described } from "./repository.ts";

/** One workflow run, as told to the box by whoever plays the runner. */
export interface Run {
  id: number;
  /** The workflow's file, such as `.github/workflows/gate.yml`. */
  path: string;
  name: string;
  event: string;
  headSha: string;
  headBranch: string;
  headOwner: string;
  status: "queued" | "in_progress" | "completed";
  conclusion: string | null;
  attempt: number;
  actor: string;
  createdAt: string;
  updatedAt: string;
}

/** As the API answers. */
export function shownRun(box: Box, run: Run) {
  const url = `${repositoryUrl(box)}/actions/runs/${run.id}`;
  const actor = account(box, { login: run.actor, type: "User" });
  const workflow = [...box.runs.values()].find(({ path }) => path === run.path)?.id ?? run.id;
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId("WorkflowRun", run.id),
    check_suite_id: run.id,
    check_suite_node_id: nodeId("CheckSuite", run.id),
    head_branch: run.headBranch,
    head_sha: run.headSha,
    path: run.path,
    run_number: 1,
    run_attempt: run.attempt,
    event: run.event,
    display_title: run.name,
    status: run.status,
    conclusion: run.conclusion,
    workflow_id: workflow,
    url,
    html_url: pageUrl(box, `actions/runs/${run.id}`),
    pull_requests: [],
    created_at: run.createdAt,
    updated_at: run.updatedAt,
    run_started_at: run.createdAt,
    actor,
    triggering_actor: actor,
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: `${repositoryUrl(box)}/check-suites/${run.id}`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    previous_attempt_url: null,
    workflow_url: `${repositoryUrl(box)}/actions/workflows/${workflow}`,
    head_commit: null,
    repository: described(box, box.settings.owner),
    head_repository: described(box, run.headOwner),
  };
}
