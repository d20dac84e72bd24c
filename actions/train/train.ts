import { mkdir } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { type Evidence, execute, outcomeOf, type Workspace } from "@mlops-actions/core";
import { gitSnapshot, hasCommit, workingTree } from "@mlops-actions/git";
import { affected, loadProject } from "@mlops-actions/project";
import { defuse, deliveryOutputs, notify, writeOutputs } from "@mlops-actions/runner";
import {
  askedToEnd,
  beginCandidate,
  type Details,
  fetchData,
  localLauncher,
  train,
  type Written,
  writeCandidate,
} from "@mlops-actions/training";
import { baseCommitOf } from "../job/base.ts";
import { type Environment, folderIn, type Job, openJob, runOf } from "../job/job.ts";
import { measuringIn } from "../job/measuring.ts";
import { speak } from "../job/speak.ts";
import { baseWanted } from "./base-wanted.ts";
import { candidateOutputs } from "./inputs.ts";
import { keep } from "./keep.ts";
import { refuseUnsafe, rightsWithin } from "./permitted.ts";

/** What the action was told; its names are those of the inputs. */
export interface Told {
  project: string;
  changedOnly: boolean;
  /** The project's code runs beside rights, knowingly. */
  trusted: boolean;
}

/** The programs of ours that run beside this one. */
export interface Entries {
  child: string;
  supervisor: string;
}

/** How it ended, and the candidates' folders from the workspace; none where nothing was trained, or nothing came of it. */
export interface Trained {
  exit: number;
  folders: readonly string[];
}

/** Trains in this job and keeps the candidate as one artifact. */
export async function trainHere(told: Told, environment: Environment, entries: Entries): Promise<Trained> {
  const job = await openJob(environment, "");
  refuseUnsafe(job.event, environment);
  const touched = told.changedOnly ? await touchedBy(job, told.project) : undefined;
  if (touched?.length === 0) return { exit: notAffected(told.project), folders: [] };
  const rights = await rightsWithin(job.root, environment);
  if (rights.length > 0)
    notify("warning", "The project's code can find rights here", `This job holds ${rights.join(", ")}.`);
  const isOwnJob = rights.length === 0 && !told.trusted;

  const own = await trained(job, told.project, entries, isOwnJob);
  const exit = await speak(job, {
    evidence: own.evidence,
    document: train.document(own.evidence),
    inconclusive: "review",
    comment: false,
    check: false,
    artifact: false,
  });
  const base = own.written === undefined ? [] : await ofBase(job, told.project, entries, isOwnJob);
  // Who made an artifact is said by this job's output, which no other job can write.
  const handles: string[] = [];
  for (const { written, into, evidence, role } of [own, ...base]) {
    const handle = written && (await keep(job, written, into, `${role}-${evidence.predicate.project.model}`));
    if (handle !== undefined) handles.push(handle);
  }
  writeOutputs(candidateOutputs, {
    candidate: handles.join(" "),
    "manifest-digest": own.written?.manifestDigest,
  });
  const folders = [own, ...base].flatMap(({ written, into }) => (written ? [relative(job.root, into)] : []));
  return { exit, folders };
}

interface Made {
  role: "candidate" | "base";
  evidence: Evidence<Details>;
  written: Written | undefined;
  into: string;
}

/** Trains into the project's own folder for candidates. */
async function trained(job: Job, project: string, entries: Entries, isOwnJob: boolean): Promise<Made> {
  const { root, environment, progress } = job;
  const folder = resolve(root, project);
  const into = join(folder, ".mlops/candidate");
  const part = await beginCandidate(into);
  const tree = workingTree(root);
  const context = runOf(job);
  const workspace: Workspace = {
    snapshot: tree,
    commit: context.commit,
    environment,
    into: part,
    checkpoints: join(folder, ".mlops/checkpoints"),
    scratch: await folderIn(job, "scratch"),
    isolation: isOwnJob ? "own-job" : "none",
    print: (line) => void process.stdout.write(`${defuse(line).replaceAll("\n", " ")}\n`),
  };
  const launcher = localLauncher({ entry: entries.supervisor });
  const signal = askedToEnd(process);
  const loaded = await loadProject({
    stage: train,
    head: tree,
    path: project,
    root,
    fetch: (run, at) => fetchData({ run, cwd: folder, at }, { launcher, workspace }, signal),
  });
  await using measured = measuringIn(job, entries.child);
  const evidence = await execute(
    train,
    loaded,
    [],
    { launcher, workspace, tables: measured.tables, progress, clock: { now: () => new Date() } },
    context,
    signal,
  );
  return { role: "candidate", evidence, written: await writeCandidate(part, into, evidence), into };
}

/** The model of the base commit, where its own rules compare with it: trained beside the candidate, on the same machine. */
async function ofBase(job: Job, project: string, entries: Entries, isOwnJob: boolean): Promise<Made[]> {
  const base = await baseWanted(job, project);
  if (base === undefined) return [];
  job.progress.step(`training the base commit ${base.commit.slice(0, 7)}`);
  const there: Job = {
    ...job,
    root: base.root,
    temp: await folderIn(job, "base-job"),
    // What is said of this training is said of that commit.
    event: { kind: "other", name: "base" },
    at: { commit: base.commit, parents: [], clean: true },
  };
  const made = await trained(there, base.project, entries, isOwnJob);
  const { outcome } = made.evidence.predicate;
  if (outcome.kind === "error")
    notify("warning", "The base commit could not be trained", defuse(outcome.fault.message));
  return [{ ...made, role: "base" }];
}

/** What the pull request touches of the project; `undefined` where there is nothing to compare with. */
async function touchedBy(job: Job, project: string): Promise<string[] | undefined> {
  const { root, at, temp } = job;
  const commit = baseCommitOf(job);
  if (commit === undefined) return undefined;
  if (!(await hasCommit(root, commit))) {
    notify(
      "notice",
      "Every change trains here",
      "The base commit is not in this checkout, so nobody can say whether the model is affected: set `fetch-depth: 2` for actions/checkout.",
    );
    return undefined;
  }
  const into = join(temp, "compared");
  await mkdir(into, { recursive: true });
  return affected({
    base: gitSnapshot({ root, commit, into }),
    head: gitSnapshot({ root, commit: at.commit, into }),
    folder: project,
  });
}

function notAffected(project: string): number {
  const told = defuse(`${project}: not affected by this change, nothing is trained`);
  process.stdout.write(`${told.replaceAll("\n", " ")}\n`);
  writeOutputs(candidateOutputs, { candidate: undefined, "manifest-digest": undefined });
  writeOutputs(deliveryOutputs, {
    verdict: "not_applicable",
    title: "not affected",
    evidence: undefined,
    "evidence-digest": undefined,
    report: undefined,
  });
  return outcomeOf("not_applicable", "review").exit;
}
