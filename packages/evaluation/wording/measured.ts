import type { Evidence, Judged, Verdict } from "@mlops-actions/core";
import type { Details } from "../details.ts";

/** A measured evaluation, as the wording sees it. */
export interface Measured {
  verdict: Verdict;
  judged: readonly Judged[];
  details: Details;
  policy: Evidence["predicate"]["policy"];
  run: Evidence["predicate"]["run"];
}
