export type DeploymentState = "queued" | "in_progress" | "success" | "failure" | "error" | "inactive";

/** Something that was said of a deployment. Only ever added. */
export interface DeploymentStatus {
  id: number;
  state: DeploymentState;
  /** At most 140 characters. */
  description: string;
  /** ISO 8601. */
  at: string;
}

/** The record that a version was to live in an environment. */
export interface Deployment {
  id: number;
  environment: string;
  /** The version's tag. */
  ref: string;
  /** What whoever made it has put down; read as anything that others may have written. */
  payload: unknown;
  created: string;
  /** Why it does not count: who made it is not one of those who may. Each answer costs requests, and a list grows for years. */
  doubt?: (() => Promise<string | undefined>) | undefined;
}

/** Deployments of one model, where people look for them. */
export interface Deployments {
  /** Newest first. */
  list(of: { model: string; environment: string }): Promise<readonly Deployment[]>;
  /** Oldest first. */
  statuses(deployment: number): Promise<readonly DeploymentStatus[]>;
  /** Safe to repeat: `key` finds what was created where the answer was lost. */
  create(deployment: {
    model: string;
    environment: string;
    ref: string;
    description: string;
    payload: { key: string; [name: string]: unknown };
    /** Taking something back waits for nothing: it is made also where what others believe it by cannot be kept. */
    isWayBack?: boolean;
  }): Promise<Deployment>;
  say(deployment: number, status: Pick<DeploymentStatus, "state" | "description">): Promise<void>;
}

/** Who has agreed to what, as the host of the repository has it on record. */
export interface Approvals {
  /** The environment's rules; `undefined` where it has none, or this plan knows none. */
  rules(environment: string): Promise<{ reviewers: boolean; preventsSelfReview: boolean } | undefined>;
  /** Who has let this run into which environments. */
  ofRun(
    runId: number,
  ): Promise<readonly { environments: readonly string[]; by: string; approved: boolean }[]>;
  /** Comments of people on issues and pull requests, made since a time, oldest first. */
  comments(since: string): Promise<
    readonly {
      by: string;
      body: string;
      created: string;
      /** Not as it was first written. */
      edited: boolean;
      url: string;
    }[]
  >;
  mayWrite(login: string): Promise<boolean>;
  /**
   * Who wrote a change: authors and committers of everything that `commit` has and `since` has not, and whoever proposed it; without `since`
   * of what the commit itself brought.
   */
  authors(change: { commit: string; since: string | null }): Promise<People>;
  /** Whose doing a run is: who began it, and who had it run again. */
  startedBy(runId: number): Promise<People>;
}

/** By login; or what of it nobody can say, since anybody may be that one, and what would help. */
export type People = readonly string[] | { unknown: string; remedy: string | null };
