/**
 * What every record commit says besides its tree: nothing about who made it or when, so that the same files are the same commit
 * (with SHA-1: the same 40 digits) from any adapter on any machine. The message has no line end, as the GitHub API stores it.
 */
export const RECORD_COMMIT = {
  message: "Record of a model version",
  author: { name: "mlops-actions", email: "mlops-actions@users.noreply.github.com" },
  /** Author's and committer's date. */
  date: "1970-01-01T00:00:00Z",
} as const;
