/** The conversation of one pull request. */
export interface Comments {
  /**
   * One comment per key: created, or updated in place. A comment that already speaks of a newer run is left alone.
   * `order` is the run's place in time; the higher wins.
   */
  upsert(comment: {
    key: string;
    body: string;
    order: { runId: number; attempt: number };
  }): Promise<
    | { kind: "created" | "updated" | "unchanged" | "superseded"; url: string }
    | { kind: "refused"; why: string }
  >;
}
