import { mkdir, mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { type Evidence, execute, type Snapshot } from "@mlops-actions/core";
import { type Details, evaluate } from "@mlops-actions/evaluation";
import { gitSnapshot, hasCommit, head, workingTree } from "@mlops-actions/git";
import {
  type Client,
  connect,
  type Event,
  githubArtifacts,
  githubChecks,
  githubComments,
  githubLinks,
  githubSnapshot,
  markerFacts,
  type Repository,
  repositoryOf,
} from "@mlops-actions/github";
import { measuringTables } from "@mlops-actions/natives";
import { loadProject } from "@mlops-actions/project";
import { deliver, logProgress } from "@mlops-actions/runner";
import { nativesOf } from "../composition/natives.ts";
import { rendered } from "../composition/rendered.ts";
import { baseOf, type Environment, eventOf, GUIDE, orderOf, runOf, TOOL } from "../composition/run.ts";
import { notItsOwnJudge, ofThisChange } from "./checkout.ts";

/** What the action was told; its names are those of the inputs. */
export interface Gate {
  project: string;
  token: string;
  comment: boolean;
  check: boolean;
}

/** Judges a change and says so: the composition of stage, snapshots, measuring child and GitHub. @returns the exit code */
export async function gate(told: Gate, environment: Environment, childEntry: string): Promise<number> {
  const root = environment.GITHUB_WORKSPACE ?? process.cwd();
  const temp = await mkdtemp(join(environment.RUNNER_TEMP ?? root, "mlops-"));
  const repo = repositoryOf(environment.GITHUB_REPOSITORY);
  const serverUrl = environment.GITHUB_SERVER_URL ?? "https://github.com";
  const octokit = connect({
    token: told.token,
    baseUrl: environment.GITHUB_API_URL ?? "https://api.github.com",
    userAgent: TOOL,
  });
  const event = await eventOf(environment);
  const at = await head(root);
  const progress = logProgress((line) => process.stdout.write(`${line}\n`));
  const base = await rulesOf({ event, root, parents: at.parents, octokit, repo, into: join(temp, "base") });

  const found = await loadProject({
    stage: evaluate,
    head: workingTree(root),
    base,
    path: told.project,
    root,
  });
  const checkedOut = gitSnapshot({ root, commit: at.commit, into: join(temp, "head") });
  const loaded = await notItsOwnJudge(ofThisChange(found, event, at), checkedOut);
  await using tables = measuringTables({
    entry: childEntry,
    tempDirectory: temp,
    natives: () => nativesOf(environment, temp),
  });
  const evidence = await execute(
    evaluate,
    loaded,
    [],
    { tables, progress, clock: { now: () => new Date() } },
    runOf(event, at, environment),
    new AbortController().signal,
  );
  const document = evaluate.document(evidence);
  const order = orderOf(environment);
  const links = githubLinks({ serverUrl, repo, runId: order.runId, guide: GUIDE });
  const sha = event.kind === "pull-request" ? event.head.sha : at.commit;
  const into = join(temp, "report");
  await mkdir(into, { recursive: true });
  return deliver({
    evidence,
    document,
    inconclusive: inconclusiveOf(evidence),
    order,
    render: (sink) => rendered(document, sink, links, markerFacts(order)),
    into,
    comments:
      told.comment && event.kind === "pull-request"
        ? githubComments({ octokit, repo, pullRequest: event.number })
        : undefined,
    checks: told.check ? { port: githubChecks({ octokit, repo }), sha } : undefined,
    artifacts: environment.ACTIONS_RESULTS_URL ? githubArtifacts({ runUrl: links.run }) : undefined,
    secrets: [told.token],
    environment,
  });
}

function inconclusiveOf({ predicate: { outcome } }: Evidence<Details>) {
  return outcome.kind === "measured" ? outcome.details.inconclusive : "review";
}

/** The commit whose rules judge a pull request. */
async function rulesOf(of: {
  event: Event;
  root: string;
  parents: readonly string[];
  octokit: Client;
  repo: Repository;
  into: string;
}): Promise<Snapshot | undefined> {
  const { event, root, parents, octokit, repo, into } = of;
  if (event.kind !== "pull-request") return undefined;
  const commit = baseOf(event, parents);
  await mkdir(into, { recursive: true });
  return (await hasCommit(root, commit))
    ? gitSnapshot({ root, commit, into })
    : githubSnapshot({ octokit, repo, commit, into });
}
