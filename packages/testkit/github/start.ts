import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "../repository/folder.ts";
import type { Dispatch } from "./dispatches.ts";
import type { Approval, Environment } from "./environments.ts";
import type { Fault } from "./fault.ts";
import { gitIn } from "./git.ts";
import type { Journaled } from "./journal.ts";
import { modernNode } from "./node.ts";
import { PUSH_GUARD } from "./push-guard.ts";
import type { Settings } from "./settings.ts";
import type { Run } from "./workflow-run.ts";

/** A running GitHub in a box. Disposing of it ends the server and removes its files. */
export interface GitHubBox extends AsyncDisposable {
  owner: string;
  repo: string;
  /** Origin of the server, by address. */
  url: string;
  /** `GITHUB_API_URL` */
  apiUrl: string;
  /** `GITHUB_SERVER_URL`: the same server under a name that the official libraries take for GitHub. */
  serverUrl: string;
  /** For `git clone`; credentials are any user name and a token. */
  gitUrl: string;
  /** The bare repository itself. */
  gitDir: string;
  tokens: Settings["tokens"];
  private: boolean;
  /** What reached the server, in the order of arrival, without the box's own control requests. */
  requests(): Promise<readonly Journaled[]>;
  forgetRequests(): Promise<void>;
  /** What `repository_dispatch` has told, in the order of arrival. */
  dispatches(): Promise<readonly Dispatch[]>;
  /** The routes that the box offers, as its own patterns. */
  routes(): Promise<readonly { method: string; path: string }[]>;
  /** Adds a fault from now on; its count starts at the next request. */
  fault(fault: Fault): Promise<void>;
  clearFaults(): Promise<void>;
  /** Tells the box about a workflow run, as the runner does on GitHub. */
  registerRun(id: number, run: Partial<Run>): Promise<void>;
  /** Sets an environment up, as its settings page does. */
  setEnvironment(name: string, rules: Pick<Environment, "reviewers" | "preventsSelfReview">): Promise<void>;
  /** Answers a run that waits for an environment. */
  approve(run: number, approval: Approval): Promise<void>;
  /** Lets an artifact's time run out. */
  expireArtifact(id: number): Promise<void>;
  stop(): Promise<void>;
}

export type GitHubOptions = Partial<Omit<Settings, "dir">>;

export async function startGitHub(options: GitHubOptions = {}): Promise<GitHubBox> {
  const folder = await temporaryFolder("github-in-a-box");
  const settings: Settings = {
    owner: "acme",
    repo: "models",
    tokens: {},
    private: false,
    forks: [],
    faults: [],
    ...options,
    dir: folder.path,
  };
  const gitDir = join(folder.path, "repository.git");
  await mkdir(join(gitDir, "hooks"), { recursive: true });
  const git = gitIn(gitDir, process.env);
  await git.bytes(["init", "--quiet", "--bare", "--template=", "--initial-branch=main", "."]);
  await appendFile(join(gitDir, "config"), CONFIGURATION);
  await writeFile(join(gitDir, "hooks", "pre-receive"), PUSH_GUARD, { mode: 0o755 });
  const child = start(settings);
  const url = `http://127.0.0.1:${await portOf(child)}`;
  const ask = async (method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${url}/__box/${path}`, {
      method,
      body: body === undefined ? null : JSON.stringify(body),
    });
    if (!answer.ok)
      throw new Error(`GitHub in a box: ${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  };
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, "exit");
      child.stdin?.end();
      await gone;
    }
    await folder[Symbol.asyncDispose]();
  };
  return {
    owner: settings.owner,
    repo: settings.repo,
    url,
    apiUrl: url,
    serverUrl: url.replace("127.0.0.1", "github.localhost"),
    gitUrl: `${url}/${settings.owner}/${settings.repo}.git`,
    gitDir,
    tokens: settings.tokens,
    private: settings.private,
    requests: async () => (await (await ask("GET", "requests")).json()) as Journaled[],
    forgetRequests: async () => void (await ask("DELETE", "requests")),
    dispatches: async () => (await (await ask("GET", "dispatches")).json()) as Dispatch[],
    routes: async () => (await (await ask("GET", "routes")).json()) as { method: string; path: string }[],
    fault: async (fault) => void (await ask("POST", "faults", fault)),
    clearFaults: async () => void (await ask("DELETE", "faults")),
    registerRun: async (id, run) => void (await ask("PUT", `runs/${id}`, run)),
    setEnvironment: async (name, rules) => void (await ask("PUT", `environments/${name}`, rules)),
    approve: async (run, approval) => void (await ask("POST", `runs/${run}/approvals`, approval)),
    expireArtifact: async (id) => void (await ask("DELETE", `artifacts/${id}/bytes`)),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

// GitHub serves the merge of a pull request and any commit by its name.
const CONFIGURATION = `
[gc]
	auto = 0
[receive]
	autogc = false
[http]
	receivepack = true
[uploadpack]
	allowAnySHA1InWant = true
	allowFilter = true
`;

function start(settings: Settings): ChildProcess {
  const main = fileURLToPath(new URL("./main.ts", import.meta.url));
  const node = modernNode(process, fileURLToPath(new URL(".", import.meta.url)));
  const env = { ...process.env };
  // The test runner's own flags and hooks are not for this process.
  for (const name of ["NODE_OPTIONS", "VITEST", "NODE_V8_COVERAGE"]) delete env[name];
  return spawn(node, [main, JSON.stringify(settings)], { env, stdio: ["pipe", "pipe", "inherit"] });
}

async function portOf(child: ChildProcess): Promise<number> {
  if (child.stdout === null) throw new Error("no output");
  const lines = createInterface({ input: child.stdout });
  const first = once(lines, "line").then(([line]) => JSON.parse(String(line)).port as number);
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`GitHub in a box ended with ${code} before it listened`);
  });
  return Promise.race([first, ended]);
}
