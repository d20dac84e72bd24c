import { type Loaded, UserError } from "@mlops-actions/core";
import type { Event } from "@mlops-actions/github";

interface Head {
  commit: string;
  parents: readonly string[];
}

/**
 * The project as it was loaded, or a fault where the files on this machine are not those of the pull request: a verdict about other
 * files would stand beside its head. `pull_request_target` checks out the base unless it is told otherwise.
 */
export function ofThisChange<Section>(loaded: Loaded<Section>, event: Event, at: Head): Loaded<Section> {
  if (event.kind !== "pull-request") return loaded;
  const { number, head } = event;
  if (at.commit === head.sha || at.parents[1] === head.sha) return loaded;
  const { path, model } = loaded.project;
  const error = new UserError(
    "foreign-checkout",
    `${at.commit.slice(0, 7)} is checked out: of pull request ${number} that is neither its head ${head.sha.slice(0, 7)} nor its merge`,
    { remedy: "run on `pull_request`, with `actions/checkout` and no `ref` of another branch" },
  );
  return { kind: "fault", error, project: { path, model } };
}
