import { mkdir, mkdtemp, readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import {
  type Evidence,
  execute,
  outcomeOf,
  type Snapshot,
  UserError,
  type Workspace,
} from "@mlops-actions/core";
import { gitSnapshot, hasCommit, head, workingTree } from "@mlops-actions/git";
import { type Event, githubArtifacts, githubLinks, markerFacts, repositoryOf } from "@mlops-actions/github";
import { measuringTables } from "@mlops-actions/natives";
import { affected, loadProject } from "@mlops-actions/project";
import { defuse, deliver, deliveryOutputs, logProgress, notify, writeOutputs } from "@mlops-actions/runner";
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
import { nativesOf } from "../composition/natives.ts";
import { rendered } from "../composition/rendered.ts";
import { baseOf, type Environment, eventOf, GUIDE, orderOf, runOf } from "../composition/run.ts";
import { candidateOutputs } from "./inputs.ts";
import { refuseUnsafe, rightsWithin } from "./permitted.ts";

/** What the action was told; its names are those of the inputs. */
export interface Told {
  project: string;
  changedOnly: boolean;
}

/** The programs of ours that run beside this one. */
export interface Entries {
  child: string;
  supervisor: string;
}

/** Trains in this job and keeps the candidate as one artifact. @returns the exit code */
export async function trainHere(told: Told, environment: Environment, entries: Entries): Promise<number> {
  const event = await eventOf(environment);
  refuseUnsafe(event, environment);
  const root = environment.GITHUB_WORKSPACE ?? process.cwd();
  const temp = await mkdtemp(join(environment.RUNNER_TEMP ?? root, "mlops-"));
  const at = await head(root);
  const touched = told.changedOnly
    ? await touchedBy(event, { root, at, temp, project: told.project })
    : undefined;
  if (touched?.length === 0) return notAffected(told.project);

  const log = (line: string) => process.stdout.write(`${line}\n`);
  const print = (line: string) => log(defuse(line).replaceAll("\n", " "));
  const progress = logProgress(log);
  const rights = await rightsWithin(root, environment);
  if (rights.length > 0)
    notify("warning", "The project's code can find rights here", `This job holds ${rights.join(", ")}.`);
  const folder = resolve(root, told.project);
  const into = join(folder, ".mlops/candidate");
  const part = await beginCandidate(into);
  const scratch = join(temp, "scratch");
  await mkdir(scratch);
  const tree = workingTree(root);
  const context = runOf(event, at, environment);
  const workspace: Workspace = {
    snapshot: tree,
    commit: context.commit,
    environment,
    into: part,
    checkpoints: join(folder, ".mlops/checkpoints"),
    scratch,
    isolation: rights.length === 0 ? "own-job" : "none",
    print,
  };
  const launcher = localLauncher({ entry: entries.supervisor });
  const signal = askedToEnd(process);
  const loaded = await loadProject({
    stage: train,
    head: tree,
    path: told.project,
    root,
    fetch: (run, at) => fetchData({ run, cwd: folder, at }, { launcher, workspace }, signal),
  });
  await using tables = measuringTables({
    entry: entries.child,
    tempDirectory: temp,
    natives: () => nativesOf(environment, temp),
  });
  const evidence = await execute(
    train,
    loaded,
    [],
    { launcher, workspace, tables, progress, clock: { now: () => new Date() } },
    context,
    signal,
  );
  const written = await writeCandidate(part, into, evidence);
  const exit = await tell(evidence, environment, temp);
  await keep(written, into, evidence.predicate.project.model, environment);
  return exit;
}

/** What the pull request touches of the project; `undefined` where there is nothing to compare with. */
async function touchedBy(
  event: Event,
  of: { root: string; at: { commit: string; parents: readonly string[] }; temp: string; project: string },
): Promise<string[] | undefined> {
  if (event.kind !== "pull-request") return undefined;
  const { root, at, temp, project } = of;
  const commit = baseOf(event, at.parents);
  if (!(await hasCommit(root, commit))) {
    notify(
      "notice",
      "Every change trains here",
      "The base commit is not in this checkout, so nobody can say whether the model is affected: set `fetch-depth: 2` for actions/checkout.",
    );
    return undefined;
  }
  const snapshot = (commit: string): Snapshot => gitSnapshot({ root, commit, into: temp });
  return affected({ base: snapshot(commit), head: snapshot(at.commit), folder: project });
}

function notAffected(project: string): number {
  process.stdout.write(
    defuse(`${project}: not affected by this change, nothing is trained`).replaceAll("\n", " "),
  );
  process.stdout.write("\n");
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

async function tell(evidence: Evidence<Details>, environment: Environment, temp: string): Promise<number> {
  const order = orderOf(environment);
  const document = train.document(evidence);
  const links = githubLinks({
    serverUrl: environment.GITHUB_SERVER_URL ?? "https://github.com",
    repo: repositoryOf(environment.GITHUB_REPOSITORY),
    runId: order.runId,
    guide: GUIDE,
  });
  const into = join(temp, "report");
  await mkdir(into, { recursive: true });
  return deliver({
    evidence,
    document,
    inconclusive: "review",
    order,
    render: (sink) => rendered(document, sink, links, markerFacts(order)),
    into,
    secrets: [],
    environment,
  });
}

/** One artifact with everything that later jobs need. Who made it is said by this job's output, which no other job can write. */
async function keep(
  written: Written | undefined,
  folder: string,
  model: string,
  environment: Environment,
): Promise<void> {
  const candidate = written && (await uploaded(written, folder, model, environment));
  writeOutputs(candidateOutputs, { candidate, "manifest-digest": written?.manifestDigest });
}

async function uploaded(
  { digest }: Written,
  folder: string,
  model: string,
  environment: Environment,
): Promise<string | undefined> {
  if (!environment.ACTIONS_RESULTS_URL) {
    notify(
      "notice",
      "The candidate stays in this job",
      "There is no artifact store here: only a later step of this job can take it.",
    );
    return undefined;
  }
  const { runId, attempt } = orderOf(environment);
  const repo = environment.GITHUB_REPOSITORY ?? "";
  const runUrl = `${environment.GITHUB_SERVER_URL ?? "https://github.com"}/${repo}/actions/runs/${runId}`;
  // A run keeps one artifact a name, over all of its attempts.
  const name = `mlops-candidate-${model}${attempt > 1 ? `-${attempt}` : ""}`;
  const files = (await readdir(folder)).map((file) => join(folder, file));
  const sent = await githubArtifacts({ runUrl }).upload(name, files, folder);
  if (sent.kind === "uploaded") return `${name}@sha256:${digest}`;
  throw new UserError("candidate-not-kept", `The candidate could not be uploaded: ${sent.why}`, {
    remedy: "run the job again; without its candidate no later job can judge or register it",
  });
}
