/** An issue that was written here. */
export interface Issue {
  number: number;
  url: string;
  title: string;
  body: string;
  state: "open" | "closed";
  /** What its hidden first line says: the run that wrote it, and facts of our own. */
  facts: Readonly<Record<string, string>>;
  /** Who has closed it; `null` while it is open. */
  closed: { at: string; byOurselves: boolean } | null;
  /** Other open issues of the same key: two runs have opened one at once. */
  duplicates: readonly number[];
}

/** Issues of a repository, one a key. Only those of our own author with our marker are ever touched. */
export interface Issues {
  /**
   * The open issue of a key, the oldest where there are several; else the newest of those that are closed.
   * @throws UserError where they cannot be read
   */
  find(key: string): Promise<Issue | undefined>;
  /** Safe to repeat: an issue that was opened and whose answer was lost is found by its body. @throws UserError where it is refused */
  open(issue: {
    key: string;
    title: string;
    /** With the hidden first line of its key. */
    body: string;
    labels: readonly string[];
    assignees: readonly string[];
  }): Promise<{ number: number; url: string }>;
  /** @throws UserError */
  change(number: number, change: { title?: string; body?: string; state?: "open" | "closed" }): Promise<void>;
  /** The same words are said once. @throws UserError */
  comment(number: number, body: string): Promise<void>;
}
