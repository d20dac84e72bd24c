import { shown, UserError } from "@mlops-actions/core";
import { gitSnapshot, hasCommit, workingTree } from "@mlops-actions/git";
import { githubSnapshot, mergedPullRequest } from "@mlops-actions/github";
import { affectedProjects, projectsOf, type Sibling } from "@mlops-actions/project";
import { defuse } from "@mlops-actions/runner";
import { baseCommitOf } from "../job/base.ts";
import { folderIn, type Job } from "../job/job.ts";
import { reviewedCandidate } from "../job/reviewed.ts";

/** What there is to do for a change. */
export interface Plan {
  /** Folders of the projects that it touches; all of them where nothing can be compared. */
  affected: string[];
  /** By project: what was trained and reviewed before this merge. */
  candidates: Record<string, string>;
}

/** Says which projects a change affects, and after a merge which candidates need not be trained again. Runs nothing of the project's. */
export async function plan(job: Job): Promise<Plan> {
  const { root, event, at, octokit, repo } = job;
  const say = (line: string) => void process.stdout.write(`${defuse(line).replaceAll("\n", " ")}\n`);
  if (event.kind === "other" && event.name === "merge_group") {
    say(
      "what waits in the merge queue was judged in its pull request, and is again before it becomes a version",
    );
    return { affected: [], candidates: {} };
  }
  // A push may bring many commits, as the rebase of a pull request does.
  const base = event.kind === "push" ? (event.before ?? at.parents[0]) : baseCommitOf(job);
  const all = await projectsOf(workingTree(root));
  if (all.length === 0)
    throw new UserError("no-project", "There is no `mlops.yml` in this repository", {
      remedy: "`npx mlops-actions init` proposes one; by hand it begins with `model: NAME`",
    });
  // Drift is of one model: the others are not trained again for it.
  if (event.kind === "retrain") return { affected: [retrained(event, all, say)], candidates: {} };
  const into = await folderIn(job, "base");
  const before =
    base === undefined
      ? undefined
      : (await hasCommit(root, base))
        ? gitSnapshot({ root, commit: base, into })
        : githubSnapshot({ octokit, repo, commit: base, into });
  const touched = await affectedProjects(before, gitSnapshot({ root, commit: at.commit, into }));
  for (const one of touched)
    say(`${one.path}: ${one.touched.length === 0 ? "not affected" : one.touched.slice(0, 5).join(", ")}`);
  const affected = touched.filter((one) => one.touched.length > 0).map(({ path }) => path);
  return { affected, candidates: await reviewed(job, affected, say) };
}

/**
 * Where the model lies that is to be trained again: the check that asks for it may have seen an older commit.
 * @throws UserError `no-such-model`
 */
function retrained(
  { model, cause }: Extract<Job["event"], { kind: "retrain" }>,
  all: readonly Sibling[],
  say: (line: string) => void,
): string {
  const found = all.find((one) => one.model === model);
  if (found === undefined)
    throw new UserError(
      "no-such-model",
      `A retrain is asked for of ${shown(model)}, which no \`mlops.yml\` names`,
      {
        remedy: "where it was renamed, wait for the next drift check: it asks for the new name",
      },
    );
  say(
    `${found.folder}: a retrain is asked for${cause === null ? "" : ` by the drift check of run ${cause.run}`}`,
  );
  return found.folder;
}

async function reviewed(
  job: Job,
  projects: readonly string[],
  say: (line: string) => void,
): Promise<Record<string, string>> {
  const { event, at } = job;
  if (event.kind !== "push") return {};
  const pull = await mergedPullRequest(job, at.commit);
  if (pull === undefined) {
    say("this commit is the merge of no pull request: everything is trained");
    return {};
  }
  const found: Record<string, string> = {};
  for (const project of projects) {
    const one = await reviewedCandidate(job, project, pull);
    if ("handle" in one) found[project] = one.handle;
    say(
      `${project}: ${"handle" in one ? `reviewed in #${pull.number} as ${one.handle}` : `trained again: ${one.why}`}`,
    );
  }
  return found;
}
