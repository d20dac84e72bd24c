/** Files of a run that people and later jobs can download. */
export interface Artifacts {
  /** Absolute paths below `root`. Never throws for what the store does: a report that is lost does not change a verdict. */
  upload(
    name: string,
    files: readonly string[],
    root: string,
  ): Promise<
    { kind: "uploaded"; id: number; digest: string; url: string } | { kind: "refused"; why: string }
  >;
}
