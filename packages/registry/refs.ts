/** An annotated tag by name, and the id of its tag object. */
export interface TagName {
  name: string;
  object: string;
}

/** An annotated tag as it was read. */
export interface Tag extends TagName {
  /** The commit that it names. */
  target: string;
  message: string;
  tagger: { name: string; email: string /** ISO 8601, whole seconds, UTC. */; date: string };
}

/** The Git side of the registry: annotated tags that are only ever created, and records. */
export interface Refs {
  /** All annotated tags whose name begins so, in any order; lightweight ones are left out. */
  list(prefix: string): Promise<readonly TagName[]>;
  /** One tag by its name; `undefined` where there is none, or a lightweight one. */
  read(name: string): Promise<Tag | undefined>;
  /**
   * Creates an annotated tag where there is none of that name. `exists`: somebody has it, with what is there now.
   * Whether an answer was lost on the way is for the caller to see: read back, compare `object`.
   */
  create(tag: {
    name: string;
    target: string;
    message: string;
    /** ISO 8601, whole seconds, UTC. */
    date: string;
  }): Promise<{ kind: "created" | "exists"; tag: Tag }>;
  /**
   * A commit without parent whose tree is exactly these files. Author, committer and date are fixed: the same files are the same
   * commit, wherever it is made.
   */
  writeRecord(files: ReadonlyMap<string, Uint8Array>): Promise<string>;
  /** The files of a record; `undefined` where there is no such commit, or it holds what no record holds (folders, more than 16 MiB). */
  readRecord(commit: string): Promise<ReadonlyMap<string, Uint8Array> | undefined>;
}
