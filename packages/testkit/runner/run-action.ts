import { randomUUID } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { modernNode } from "../github/node.ts";
import type { GitHubBox } from "../github/start.ts";
import { temporaryFolder } from "../repository/folder.ts";
import { expand, inputVariable, readActionFile } from "./action-file.ts";
import { type RunEvent, stepEnvironment } from "./environment.ts";
import { readFileCommand } from "./file-command.ts";
import { registered, runOf } from "./run-of-event.ts";
import { type Annotation, readCommands } from "./stdout-command.ts";
import { inherited, spawned } from "./step-process.ts";

/** How to run a built action once. */
export interface ActionRun {
  /** The action's folder, where its `action.yml` lies. */
  action: string;
  inputs?: Readonly<Record<string, string>>;
  /** `GITHUB_WORKSPACE`, and where the action starts. */
  workspace: string;
  event: RunEvent;
  box: GitHubBox;
  /** What `${{ github.token }}` stands for. */
  token: string;
  /** `github.sha` and `github.ref`. Default: those of the event. */
  sha?: string;
  ref?: string;
  runId?: number;
  attempt?: number;
  workflow?: string;
  job?: string;
  actor?: string;
  /** Wins over everything else: `env:` of the job, another PATH. Undefined takes a variable away. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Kept between runs, as a self-hosted runner does. Default: a fresh, empty one. */
  toolCache?: string;
  /** Cancels the job: SIGINT, after 7.5 s SIGTERM, after 2.5 s more SIGKILL, as the runner does. */
  signal?: AbortSignal;
  /** Each piece of output as it comes. */
  onOutput?: (text: string) => void;
}

/** What a step left behind. The files that its outputs name live until this is disposed of. */
export interface ActionResult extends AsyncDisposable {
  /** null when a signal ended it. */
  exitCode: number | null;
  stdout: string;
  stderr: string;
  outputs: Record<string, string>;
  state: Record<string, string>;
  environment: Record<string, string>;
  path: string[];
  summary: string;
  annotations: Annotation[];
  maskedValues: string[];
  debug: string[];
  groups: string[];
  runId: number;
  /** `RUNNER_TEMP` of the step. */
  temp: string;
}

const FILES = {
  GITHUB_OUTPUT: "set_output_",
  GITHUB_ENV: "set_env_",
  GITHUB_STATE: "save_state_",
  GITHUB_PATH: "add_path_",
  GITHUB_STEP_SUMMARY: "step_summary_",
};

/** Runs a built action as the Actions runner does: a process of its own, no input, nothing but variables and files. */
export async function runAction(options: ActionRun): Promise<ActionResult> {
  const { box, event, workspace } = options;
  const folder = await temporaryFolder("runner");
  const temp = join(folder.path, "_temp");
  const toolCache = options.toolCache ?? join(folder.path, "_tool");
  const commands = join(temp, "_runner_file_commands");
  const eventPath = join(temp, "_github_workflow", "event.json");
  for (const dir of [commands, toolCache, join(temp, "_github_workflow")])
    await mkdir(dir, { recursive: true });
  await writeFile(eventPath, JSON.stringify(event.payload, null, 2));
  const file = Object.fromEntries(
    Object.entries(FILES).map(([name, start]) => [name, join(commands, start + randomUUID())]),
  );
  for (const path of Object.values(file)) await writeFile(path, "");

  const run = runOf({ ...options, owner: box.owner });
  await box.registerRun(run.id, registered(run, event));
  const declared = await readActionFile(options.action);
  const contexts = {
    "github.token": options.token,
    "github.workspace": workspace,
    "github.repository": `${box.owner}/${box.repo}`,
    "github.sha": run.sha,
    "github.job": run.job,
    "runner.temp": temp,
  };
  const inputs = Object.entries(declared.inputs).map(
    ([name, input]) => [name, expand(input.default ?? "", contexts)] as const,
  );
  const given = Object.entries(options.inputs ?? {});
  const environment: Record<string, string | undefined> = {
    ...inherited(process.env),
    ...Object.fromEntries([...inputs, ...given].map(([name, value]) => [inputVariable(name), value])),
    ...stepEnvironment(box, run, { workspace, temp, toolCache, eventPath, action: options.action }),
    ...file,
    ...options.env,
  };

  const main = resolve(options.action, declared.main);
  const { exitCode, stdout, stderr } = await spawned(
    modernNode(process, options.action),
    main,
    workspace,
    environment,
    options,
  );
  const read = async (name: string) => readFile(file[name] ?? "", "utf8");
  return {
    exitCode,
    stdout,
    stderr,
    outputs: readFileCommand(await read("GITHUB_OUTPUT")),
    state: readFileCommand(await read("GITHUB_STATE")),
    environment: readFileCommand(await read("GITHUB_ENV")),
    path: (await read("GITHUB_PATH")).split("\n").filter(Boolean),
    summary: await read("GITHUB_STEP_SUMMARY"),
    ...readCommands(stdout),
    runId: run.id,
    temp,
    [Symbol.asyncDispose]: folder[Symbol.asyncDispose],
  };
}
