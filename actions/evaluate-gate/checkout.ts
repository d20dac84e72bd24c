import { type Loaded, type Snapshot, UserError } from "@mlops-actions/core";
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

/**
 * The project, or a fault where the change itself brings files that judge it: the base names them and has them not in Git, so the workspace's copies
 * count, and those would be the author's own. Copies that nobody committed were fetched by the job and only named in the report.
 */
export async function notItsOwnJudge<Section>(
  loaded: Loaded<Section>,
  checkedOut: Snapshot,
): Promise<Loaded<Section>> {
  if (loaded.kind !== "project") return loaded;
  const { path, model, policy } = loaded.project;
  for (const file of policy.unpinned ?? []) {
    if ((await checkedOut.read(file)) === undefined) continue;
    const error = new UserError(
      "judge-brought",
      `${file} judges this change and is not in Git at the base: the change brings its own`,
      { remedy: "commit it to the base branch first, in a pull request of its own", at: { file } },
    );
    return { kind: "fault", error, project: { path, model } };
  }
  return loaded;
}
