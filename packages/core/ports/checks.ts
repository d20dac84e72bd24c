/** Verdicts beside a commit. */
export interface Checks {
  publish(check: {
    name: string;
    sha: string;
    conclusion: "success" | "failure" | "neutral";
    /** At most 80 characters. */
    title: string;
    summary: string;
    /** What it is about; with `order`, by which a second publication of the same run finds the first. */
    key: string;
    /** The run's place in time: an older run never speaks after a newer one. */
    order: { runId: number; attempt: number };
  }): Promise<{ kind: "created" | "updated" | "superseded"; url: string } | { kind: "refused"; why: string }>;
}
