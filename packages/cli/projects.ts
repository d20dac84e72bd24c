import { tmpdir } from "node:os";
import { UserError } from "@mlops-actions/core";
import { baseCommit, gitSnapshot, topLevel, workingTree } from "@mlops-actions/git";
import { affectedProjects } from "@mlops-actions/project";

export interface ProjectsOptions {
  changed: boolean;
  base?: string;
}

/** `mlops-actions projects`: the projects of this repository as JSON, for the matrix of a workflow. */
export async function projectsAt({ changed, base }: ProjectsOptions): Promise<number> {
  const root = await topLevel(process.cwd());
  if (root === undefined)
    throw new UserError("not-a-repository", `${process.cwd()} is not in a Git repository`, {
      remedy: "run this in a clone of the repository",
    });
  const commit = await baseCommit(root, base);
  // Ids are compared, so nothing is written there.
  const before = commit === undefined ? undefined : gitSnapshot({ root, commit, into: tmpdir() });
  const all = await affectedProjects(before, workingTree(root));
  const told = all.map(({ path, model, touched }) => ({
    project: path,
    model,
    affected: touched.length > 0,
  }));
  const listed = changed ? told.filter(({ affected }) => affected) : told;
  process.stdout.write(`${JSON.stringify(listed)}\n`);
  return 0;
}
