import type { GitHubBox, RunEvent } from "@mlops-actions/testkit";
import type { Job } from "./workflow.ts";

/** What starts a workflow. */
export interface Trigger {
  event: RunEvent;
  /** What is checked out: `refs/heads/main`, `refs/pull/7/merge`. */
  ref: string;
  sha: string;
  runId: number;
  /** Who set it off. */
  actor: string;
  /** Of `workflow_dispatch`. */
  inputs?: Readonly<Record<string, string>>;
}

/** Where workflows are played. */
export interface Playing {
  box: GitHubBox;
  /** The repository of mlops-actions: what `mlops-actions/mlops-actions` stands for. */
  root: string;
  /** PATH of the machine, which leads to the Python that `setup-python` and `pip install` would have brought. */
  path: string;
  /** Folders of the machine that serves which workflows name, and where they are here. */
  places: Readonly<Record<string, string>>;
  /** Before a job with an `environment`: whoever must approve does, or does not. */
  approval(of: { environment: string; runId: number }): Promise<void>;
}

/** Where one job runs. */
export interface Runner extends Playing {
  workflow: string;
  job: Job;
  trigger: Trigger;
  /** What `github.token` stands for. */
  token: string;
  /** What ends with the run. */
  started: AsyncDisposableStack;
}
