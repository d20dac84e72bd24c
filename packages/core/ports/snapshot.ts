/** The files of a repository at one commit, or as they lie in the working tree. */
export interface Snapshot {
  /** `null` for the working tree. */
  commit: string | null;
  /** The bytes of one file, by its path from the repository's root; `undefined` where there is none. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** All paths that match a glob (`*`, `**`, `?`), sorted. */
  list(glob: string): Promise<readonly string[]>;
  /**
   * Content ids by path of all files that match a glob, names that begin with a dot among them: Git's own ids, so that equal bytes are
   * equal ids in a commit and in the working tree. What Git ignores is left out; a submodule's id is its commit.
   */
  objects(glob: string): Promise<ReadonlyMap<string, string>>;
  /** An absolute path with this file's bytes, for readers that need one. `undefined` where there is no such file. */
  materialise(path: string): Promise<string | undefined>;
}
