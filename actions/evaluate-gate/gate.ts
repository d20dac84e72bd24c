import { mkdir, mkdtemp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Document, type Evidence, execute, type Run, type Snapshot } from "@mlops-actions/core";
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
  readEvent,
  repositoryOf,
} from "@mlops-actions/github";
import {
  actionsCache,
  duckdbLock,
  measuring,
  type NativesLock,
  onnxruntimeLock,
  platformOf,
  resolveNatives,
} from "@mlops-actions/natives";
import { loadProject } from "@mlops-actions/project";
import { LIMIT, type Links, renderHtml, renderMarkdown } from "@mlops-actions/report";
import { deliver, logProgress } from "@mlops-actions/runner";
import manifest from "../../package.json" with { type: "json" };
import { notItsOwnJudge, ofThisChange } from "./checkout.ts";

/** What the action was told; its names are those of the inputs. */
export interface Gate {
  project: string;
  token: string;
  comment: boolean;
  check: boolean;
}

export type Environment = Readonly<Record<string, string | undefined>>;

const TOOL = `mlops-actions ${manifest.version}`;
const GUIDE = "https://github.com/mlops-actions/mlops-actions/blob/main/docs";

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
  const base = await baseOf({ event, root, parents: at.parents, octokit, repo, into: join(temp, "base") });

  const found = await loadProject({
    stage: evaluate,
    head: workingTree(root),
    base,
    path: told.project,
    root,
  });
  const checkedOut = gitSnapshot({ root, commit: at.commit, into: join(temp, "head") });
  const loaded = await notItsOwnJudge(ofThisChange(found, event, at), checkedOut);
  await using measured = measuring({
    entry: childEntry,
    tempDirectory: temp,
    natives: {
      tables: () => nativesOf(duckdbLock, environment, temp),
      models: () => nativesOf(onnxruntimeLock, environment, temp),
    },
  });
  const evidence = await execute(
    evaluate,
    loaded,
    [],
    { tables: measured.tables, progress, clock: { now: () => new Date() } },
    runOf(event, at, environment),
    new AbortController().signal,
  );
  const document = evaluate.document(evidence);
  const runId = Number(environment.GITHUB_RUN_ID ?? 0);
  const order = { runId, attempt: Number(environment.GITHUB_RUN_ATTEMPT ?? 1) };
  const links = githubLinks({ serverUrl, repo, runId, guide: GUIDE });
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

function rendered(
  document: Document,
  sink: "comment" | "check" | "summary" | "page",
  links: Links,
  facts: Readonly<Record<string, string>>,
): string {
  if (sink === "page")
    return renderHtml(document, { title: `${document.key.model}: ${document.title}`, links, footer: TOOL });
  // The marker counts towards the size of the comment.
  return renderMarkdown(document, {
    limit: LIMIT[sink],
    links,
    ...(sink === "comment" && { marker: facts }),
  });
}

function inconclusiveOf({ predicate: { outcome } }: Evidence<Details>) {
  return outcome.kind === "measured" ? outcome.details.inconclusive : "review";
}

async function eventOf({ GITHUB_EVENT_NAME = "", GITHUB_EVENT_PATH }: Environment): Promise<Event> {
  return GITHUB_EVENT_PATH === undefined
    ? { kind: "other", name: GITHUB_EVENT_NAME }
    : readEvent(GITHUB_EVENT_NAME, await readFile(GITHUB_EVENT_PATH, "utf8"));
}

/** The commit whose rules judge a pull request: the first parent of the merge commit that is checked out, else the event's base. */
async function baseOf(of: {
  event: Event;
  root: string;
  parents: readonly string[];
  octokit: Client;
  repo: Repository;
  into: string;
}): Promise<Snapshot | undefined> {
  const { event, root, parents, octokit, repo, into } = of;
  if (event.kind !== "pull-request") return undefined;
  const [first, second] = parents;
  const commit = first !== undefined && second === event.head.sha ? first : event.base.sha;
  await mkdir(into, { recursive: true });
  return (await hasCommit(root, commit))
    ? gitSnapshot({ root, commit, into })
    : githubSnapshot({ octokit, repo, commit, into });
}

function runOf(
  event: Event,
  at: { commit: string; clean: boolean },
  environment: Environment,
): Omit<Run, "started" | "finished"> {
  return {
    commit: event.kind === "pull-request" ? event.head.sha : at.commit,
    clean: at.clean,
    tool: TOOL,
    github: {
      repositoryId: Number(environment.GITHUB_REPOSITORY_ID ?? 0),
      runId: Number(environment.GITHUB_RUN_ID ?? 0),
      attempt: Number(environment.GITHUB_RUN_ATTEMPT ?? 1),
      event: environment.GITHUB_EVENT_NAME ?? "",
      workflowRef: environment.GITHUB_WORKFLOW_REF ?? "",
    },
  };
}

async function nativesOf(lock: NativesLock, environment: Environment, temp: string): Promise<string> {
  const { folder } = await resolveNatives({
    lock,
    platform: platformOf(process),
    folder: environment.MLOPS_NATIVES || undefined,
    cacheDirs: [environment.RUNNER_TOOL_CACHE, temp].filter((dir) => dir !== undefined),
    shared: environment.ACTIONS_RESULTS_URL ? actionsCache() : undefined,
    // Set where the action comes from a repository of its own; the release is that of this very version.
    release: environment.GITHUB_ACTION_REPOSITORY
      ? {
          url: `${environment.GITHUB_SERVER_URL}/${environment.GITHUB_ACTION_REPOSITORY}/releases/download/v${manifest.version}`,
          fetch,
        }
      : undefined,
    registry: { url: environment.npm_config_registry ?? "https://registry.npmjs.org", fetch },
    log: (line) => process.stdout.write(`${line}\n`),
  });
  return folder;
}
