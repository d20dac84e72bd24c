import type { Details, Entry } from "../details.ts";

/** So many quiet checks in a row end it. */
const QUIET = 3;

type Episode = NonNullable<Details["episode"]>;

/** One drift from its first severe check to the third quiet one in a row. A check that could not tell counts for neither. */
export function episodeAfter(
  before: Episode | null,
  now: Pick<Entry, "at" | "severity">,
): Pick<Details, "episode" | "ended"> {
  if (now.severity === "severe")
    return { episode: { began: before?.began ?? now.at, quiet: 0, quietSince: null }, ended: null };
  if (before === null || now.severity === "unclear") return { episode: before, ended: null };
  if (now.severity === "warn")
    return { episode: { began: before.began, quiet: 0, quietSince: null }, ended: null };
  const quietSince = before.quietSince ?? now.at;
  const quiet = before.quiet + 1;
  return quiet < QUIET
    ? { episode: { began: before.began, quiet, quietSince }, ended: null }
    : { episode: null, ended: { began: before.began, quietSince } };
}
