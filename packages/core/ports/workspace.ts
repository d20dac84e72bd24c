import type { Snapshot } from "./snapshot.ts";

/** Where a project's own code runs: what lies there, what its commands may know, and where what they make is kept. */
export interface Workspace {
  /** The repository as it lies there. */
  snapshot: Snapshot;
  /** What was trained is this commit; `null` outside a repository. */
  commit: string | null;
  /** The whole environment of this run; a stage passes on what the project may see. */
  environment: Readonly<Record<string, string | undefined>>;
  /** A folder that is not there yet: what is put there goes on to later jobs. */
  into: string;
  /** A folder that outlives this attempt, for a training that resumes; it may not be there yet. */
  checkpoints: string;
  /** An existing folder of this run for files in between. */
  scratch: string;
  /** What stands between the project's code and this run's rights: a job of its own that holds none, or nothing. */
  isolation: "own-job" | "none";
  /** Shows a line that a command has printed. It is the project's text: defusing it is the sink's. */
  print(line: string): void;
}
