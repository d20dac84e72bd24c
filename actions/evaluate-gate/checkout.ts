import { posix } from "node:path";
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
  base: Snapshot | undefined,
): Promise<Loaded<Section>> {
  if (loaded.kind !== "project") return loaded;
  const { path, model, policy } = loaded.project;
  for (const file of policy.unpinned ?? []) {
    const own = [file, ...POINTERS.map((pointer) => pointer(file))];
    const brought = await changedBy(own, checkedOut, base);
    if (brought === undefined) continue;
    const error = new UserError(
      "judge-brought",
      brought === file
        ? `${file} judges this change and is not in Git at the base: the change brings its own`
        : `${file} judges this change, and the change says in ${brought} which bytes that are`,
      { remedy: "commit it to the base branch first, in a pull request of its own", at: { file: brought } },
    );
    return { kind: "fault", error, project: { path, model } };
  }
  return loaded;
}

// What a job fetches by: whoever changes one of these chooses the bytes.
const POINTERS: readonly ((file: string) => string)[] = [
  (file) => `${file}.dvc`,
  (file) => `${posix.dirname(file)}.dvc`,
  (file) => posix.join(posix.dirname(file), "dvc.lock"),
  () => "dvc.lock",
];

async function changedBy(
  paths: readonly string[],
  head: Snapshot,
  base: Snapshot | undefined,
): Promise<string | undefined> {
  for (const path of paths) {
    const [before, after] = await Promise.all(
      [base, head].map(async (one) => (await one?.objects(path))?.get(path)),
    );
    if (before !== after) return path;
  }
  return undefined;
}
