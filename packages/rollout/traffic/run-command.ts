import { spawn } from "node:child_process";
import { UserError } from "@mlops-actions/core";

/** Where a project's own commands run, and what they may know. */
export interface Commands {
  /** The project's folder. */
  root: string;
  environment: Readonly<Record<string, string | undefined>>;
}

const MOST_BYTES = 1024 * 1024;
const TAIL = 2_000;
// What the runner gives to actions is not for a project's commands.
const KEPT_BACK =
  /^(INPUT_|ACTIONS_RUNTIME_|ACTIONS_RESULTS_|ACTIONS_CACHE_|GITHUB_(ENV|OUTPUT|PATH|STATE)$)/;

/**
 * Runs a command of the project's with what it is told as variables, and ends it with everything that it has begun when its time is over.
 * @returns what it has printed
 * @throws UserError `command-failed`, `command-timeout`
 */
export async function runCommand(
  command: string,
  told: Readonly<Record<string, string>>,
  seconds: number,
  { root, environment }: Commands,
): Promise<string> {
  const env = Object.fromEntries(Object.entries(environment).filter(([name]) => !KEPT_BACK.test(name)));
  const child = spawn("/bin/sh", ["-c", command], {
    cwd: root,
    env: { ...env, ...told },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const said = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    if (said.out.length < MOST_BYTES) said.out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said.err = (said.err + text).slice(-TAIL);
  });
  const end = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  };
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    end();
  }, seconds * 1000);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    });
    const output = (said.err || said.out).slice(-TAIL) || undefined;
    if (isLate)
      throw new UserError("command-timeout", `\`${brief(command)}\` did not end within ${seconds} s`, {
        remedy: "see why it waits, or give it more `time`",
        output,
      });
    if (code !== 0)
      throw new UserError("command-failed", `\`${brief(command)}\` ended with ${code ?? "a signal"}`, {
        remedy: "run it by hand with the same MLOPS_ variables; nothing else was done",
        output,
      });
    return said.out;
  } finally {
    clearTimeout(timer);
    end();
  }
}

function brief(command: string): string {
  const [line = ""] = command.split("\n");
  return line.length <= 60 ? line : `${line.slice(0, 59)}…`;
}
