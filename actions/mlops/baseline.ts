import { join, resolve } from "node:path";
import { type Project, UserError, type Version } from "@mlops-actions/core";
import { evaluate, type Section, whichOf } from "@mlops-actions/evaluation";
import { addWorktree, hasCommit, workingTree } from "@mlops-actions/git";
import { loadProject, projectsOf, readProject } from "@mlops-actions/project";
import { askedToEnd, askingAgain, localLauncher, train } from "@mlops-actions/training";
import { fetching } from "../job/fetching.ts";
import { type Environment, folderIn, type Job, openJob } from "../job/job.ts";
import { registryOf } from "../job/registry.ts";
import { keep } from "../train/keep.ts";
import { type Entries, type Made, make, type Workshop } from "../train/make.ts";
import { refuseUnsafe, rightsWithin } from "../train/permitted.ts";
import { evaluatedCommit } from "./evaluated-commit.ts";

/**
 * Makes the model that the rules compare with, where only a project's own code can: trains the base commit for `baseline: base`, and asks a registered
 * model that is not ONNX about today's test rows by the code of its own commit. It runs what is checked out, and refuses a pull request's own
 * code: whoever is judged must not make what they are compared with.
 * @returns the exit code, and the handle for the job that judges; none where nothing had to be made or nothing came of it
 */
export async function remake(
  told: { project: string; token: string; trusted: boolean },
  environment: Environment,
  entries: Entries,
): Promise<{ exit: number; handle: string | undefined }> {
  const opened = await openJob(environment, told.token);
  refuseUnsafe(opened.event, environment);
  refuseChange(opened);
  // What is said of what is made here is said of the commit that is checked out.
  const job: Job = { ...opened, event: { kind: "other", name: "baseline" } };
  const rights = await rightsWithin(job.root, environment);
  const workshop = { entries, isOwnJob: rights.length === 0 && !told.trusted };
  const made = await madeFor(job, told.project, workshop);
  if ("why" in made) {
    job.progress.step(`no baseline is made here: ${made.why}`);
    return { exit: 0, handle: undefined };
  }
  const { evidence, written, into } = made;
  const { outcome, project } = evidence.predicate;
  if (outcome.kind === "error")
    throw new UserError("no-baseline-made", outcome.fault.message, {
      remedy: outcome.fault.remedy,
      at: outcome.fault.at,
    });
  return { exit: 0, handle: written && (await keep(job, written, into, `baseline-${project.model}`)) };
}

/** @throws UserError `change-checked-out` */
function refuseChange({ event, at }: Job): void {
  if (event.kind !== "pull-request") return;
  const { sha } = event.head;
  if (at.commit !== sha && !at.parents.includes(sha)) return;
  throw new UserError(
    "change-checked-out",
    `The change of pull request ${event.number} is checked out, and it must not make what it is compared with`,
    {
      remedy:
        "go back to the base before anything is installed: `- run: git checkout --quiet HEAD^1` right after `actions/checkout` with `fetch-depth: 0`",
    },
  );
}

async function madeFor(job: Job, path: string, workshop: Workshop): Promise<Made | { why: string }> {
  const tree = workingTree(job.root);
  const folder = path.replaceAll("\\", "/").replace(/^\.\/|\/$/g, "") || ".";
  const here = (await projectsOf(tree)).find((one) => one.folder === folder);
  if (here === undefined) return { why: `there is no project in ${path} yet` };
  const asked = (await readProject(tree, folder, evaluate))?.section?.baseline;
  if (asked === undefined || asked === "none" || typeof asked !== "string")
    return { why: "the rules compare with no model that only its own code can run" };
  if (asked === "base") {
    if (job.environment.GITHUB_EVENT_NAME !== "pull_request")
      return { why: "`baseline: base` has a meaning for pull requests only" };
    job.progress.step(`training the base commit ${job.at.commit.slice(0, 7)}`);
    return make(job, folder, train, workshop);
  }
  const registry = await registryOf(job);
  const resolved = await registry.resolve(here.model, whichOf(asked));
  if (resolved === undefined) return { why: `${here.model} has no version yet` };
  const { version } = resolved;
  if (version.manifest.interface.by === "onnx")
    return { why: `${version.tag} is ONNX and is asked where it is judged` };
  const files = registry.files(version);
  const commit = await commitOf(job, version, await evaluatedCommit(version, files));
  job.progress.step(`asking ${version.tag} again by the code of ${commit.slice(0, 7)}`);
  const questions = (await rulesHere(job, folder, workshop)).data;
  const there: Job = {
    ...job,
    root: join(job.temp, "version"),
    temp: await folderIn(job, "version-job"),
    at: { commit, parents: [], clean: true },
  };
  await addWorktree(job.root, commit, there.root);
  const moved = (await projectsOf(workingTree(there.root))).find(({ model }) => model === here.model);
  const { tag, manifest } = version;
  const made = await make(
    there,
    moved?.folder ?? folder,
    askingAgain({ tag, manifest, files }, questions),
    workshop,
  );
  return made;
}

/** The rules and the rows of this checkout, fetched where they lie elsewhere. */
async function rulesHere(job: Job, folder: string, { entries }: Workshop): Promise<Project<Section>> {
  const launcher = localLauncher({ entry: entries.supervisor });
  const loaded = await loadProject({
    stage: evaluate,
    head: workingTree(job.root),
    path: folder,
    root: job.root,
    fetch: fetching(job, resolve(job.root, folder), launcher, askedToEnd(process)),
  });
  if (loaded.kind === "fault") throw loaded.error;
  return loaded.project;
}

/**
 * A commit with the version's own code: the one that was trained, which a squashed merge leaves behind, else the one that was judged for the
 * release. That the code is the version's is seen from its digest later.
 */
async function commitOf(job: Job, { tag, manifest }: Version, judged: string | undefined): Promise<string> {
  for (const commit of [manifest.training.commit, judged])
    if (commit != null && (await hasCommit(job.root, commit))) return commit;
  throw new UserError("commit-not-here", `The commit that ${tag} was made of is not in this checkout`, {
    remedy: "set `fetch-depth: 0` for actions/checkout",
  });
}
