import {
  type Job,
  type JobEvent,
  type Launcher,
  type Place,
  UserError,
  type Workspace,
} from "@mlops-actions/core";
import type { Passed } from "./environment.ts";

export type Ended = Extract<JobEvent, { kind: "ended" }>;

/** A command of the project's, and everything said about it where it goes wrong. */
export interface Command {
  /** `train`, `predict`, `fetch`. */
  name: "train" | "predict" | "fetch";
  run: string;
  cwd: string;
  passed: Passed;
  /** Variables of the contract, which win over what passes. */
  variables: Readonly<Record<string, string>>;
  limitSeconds: number;
  /** The limit as it was written. */
  limit: string;
  gpuMemoryBytes?: number | undefined;
  /** Where the command stands. */
  at: Place;
  /** Where its limit stands. */
  limitAt?: Place | undefined;
}

const LAST_LINES = 20;
const SHORTEST_SECRET = 6;

/**
 * Runs a command to its end, its output shown as it comes.
 * @throws UserError `train-failed` and its like, with the last lines, for every end but exit code 0
 */
export async function runCommand(
  command: Command,
  { launcher, workspace }: { launcher: Launcher; workspace: Pick<Workspace, "print"> },
  signal: AbortSignal,
): Promise<Ended> {
  const job: Job = {
    id: command.name,
    command: command.run,
    cwd: command.cwd,
    env: { ...command.passed.env, ...command.variables },
    limitSeconds: command.limitSeconds,
    gpuMemoryBytes: command.gpuMemoryBytes,
  };
  signal.throwIfAborted();
  const hide = hiding(command.passed.secrets);
  const reference = await launcher.submit(job).catch((error: unknown) => {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(error.code, error.message, { remedy: error.remedy, at: command.at, cause: error });
  });
  const cancel = () => void launcher.cancel(reference);
  signal.addEventListener("abort", cancel, { once: true });
  if (signal.aborted) cancel();
  const last: string[] = [];
  const say = (line: string) => {
    workspace.print(line);
    last.push(line);
    if (last.length > LAST_LINES) last.shift();
  };
  try {
    for await (const event of launcher.follow(reference)) {
      if (event.kind === "line") say(hide(event.text));
      else if (event.kind === "omitted") say(`… ${event.bytes} bytes of output are left out here`);
      else if (event.how === "exited" && event.code === 0) return event;
      else throw failure(command, event, last);
    }
  } finally {
    signal.removeEventListener("abort", cancel);
  }
  throw new Error("a job ended without saying so");
}

function failure(command: Command, ended: Ended, last: readonly string[]): UserError {
  const { name, limit, at, limitAt } = command;
  const shown = `\`${excerpt(command.run)}\``;
  const output = last.length === 0 ? {} : { output: last.join("\n") };
  switch (ended.how) {
    case "exited":
      return new UserError(`${name}-failed`, `${shown} ended with exit code ${ended.code}`, {
        remedy: AFTER_EXIT[ended.code ?? 0] ?? AFTER_FAILURE[name],
        at,
        ...output,
      });
    case "signalled":
      return new UserError(`${name}-killed`, `${shown} was ended by ${ended.signal}`, {
        remedy:
          ended.signal === "SIGKILL"
            ? "Most likely the machine had no memory left: use a larger one, or less data at a time."
            : "The program itself or a library of it has crashed: run it where it can be debugged.",
        at,
        ...output,
      });
    case "over-time":
      return new UserError(`${name}-over-budget`, `${shown} was not done after ${limit} and was ended`, {
        remedy: "Raise `train.budget.time`, or give it less to do.",
        at: limitAt ?? at,
        ...output,
      });
    case "cancelled":
      return new UserError("cancelled", `${shown} was cancelled`, { remedy: "Run it again.", at, ...output });
    case "lost":
      return new UserError(`${name}-lost`, `Nobody knows how ${shown} ended: what watched it was ended too`, {
        remedy: "Most likely the machine had no memory left: use a larger one, or less data at a time.",
        at,
        ...output,
      });
  }
}

// POSIX: what a shell says of a command that it cannot run.
const AFTER_EXIT: Readonly<Record<number, string>> = {
  126: "The file is not executable: name its program too, such as `python train.py`.",
  127: "A program is not on the PATH: install it in a step before this one, or name its environment's, such as `uv run python`.",
  137: "Most likely the machine had no memory left: use a larger one, or less data at a time.",
};

const AFTER_FAILURE: Readonly<Record<Command["name"], string>> = {
  train: "Its last lines say why. Only the variables that `train.env` names pass to it.",
  predict: "Its last lines say why. It reads `MLOPS_INPUT` and `MLOPS_MODEL` and writes `MLOPS_OUTPUT`.",
  fetch:
    "Its last lines say why. It needs the credentials of its job; a fork's pull request has none, and whoever may dispatch the workflow can run it.",
};

export function excerpt(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length <= 60 ? line : `${line.slice(0, 59)}…`;
}

// The log is masked by the runner, evidence and reports are not.
function hiding(secrets: readonly string[]): (text: string) => string {
  const hidden = [...new Set(secrets.flatMap((secret) => [secret, ...secret.split(/\r?\n/)]))]
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .sort((a, b) => b.length - a.length);
  return (text) => hidden.reduce((safe, secret) => safe.replaceAll(secret, "***"), text);
}
