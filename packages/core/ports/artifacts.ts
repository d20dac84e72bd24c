/** An uploaded artifact, and the run that it came from: its name is anybody's, its digest and its run are not. */
export interface FoundArtifact {
  id: number;
  name: string;
  /** Of the archive, in bytes. */
  size: number;
  /** SHA-256 of the archive; `null` where the store does not say. */
  digest: string | null;
  /** ISO 8601. */
  created: string;
  /** Its bytes are gone. */
  expired: boolean;
  run: {
    id: number;
    headSha: string;
    /** A fork's, where a fork's code made it. `null`: gone. */
    headRepositoryId: number | null;
  };
}

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
  /**
   * All artifacts of this name that the repository has, whichever run made them, newest first. Whom to believe is for the caller to see.
   * @throws UserError where the list cannot be read
   */
  find(name: string): Promise<readonly FoundArtifact[]>;
  /**
   * Unpacks an artifact of this run (by name or id), or of another (as `find` gave it), into a new folder.
   * @returns its files by their paths in the archive, absolute
   * @throws UserError for one that is missing, expired, not the archive that `digest` names, or not safe to unpack
   */
  download(
    artifact: { name: string } | { id: number } | FoundArtifact,
    into: string,
    options?: { /** SHA-256 of the archive. */ digest?: string | undefined },
  ): Promise<ReadonlyMap<string, string>>;
}
