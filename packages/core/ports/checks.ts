/** Verdicts beside a commit. */
export interface Checks {
  publish(check: {
    name: string;
    sha: string;
    conclusion: "success" | "failure" | "neutral";
    /** At most 80 characters. */
    title: string;
    summary: string;
    /** The key by which a second publication of the same run finds the first. */
    externalId: string;
  }): Promise<{ kind: "created" | "updated"; url: string } | { kind: "refused"; why: string }>;
}
