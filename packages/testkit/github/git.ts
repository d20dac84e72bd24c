import { spawn } from "node:child_process";

export interface GitResult {
  status: number;
  stdout: Buffer;
  stderr: string;
}

/** Git on one bare repository, as a program: the server's truth is what Git itself says. */
export interface Git {
  dir: string;
  /** Runs whatever the exit status. */
  attempt(
    args: readonly string[],
    options?: { input?: string | Uint8Array; env?: NodeJS.ProcessEnv },
  ): Promise<GitResult>;
  /** @throws Error when Git fails */
  bytes(
    args: readonly string[],
    options?: { input?: string | Uint8Array; env?: NodeJS.ProcessEnv },
  ): Promise<Buffer>;
  text(
    args: readonly string[],
    options?: { input?: string | Uint8Array; env?: NodeJS.ProcessEnv },
  ): Promise<string>;
}

export function gitIn(dir: string, base: NodeJS.ProcessEnv): Git {
  const git: Git = {
    dir,
    attempt: (args, options = {}) =>
      new Promise((resolve, reject) => {
        const env = { ...gitEnvironment(base), ...options.env };
        const child = spawn("git", ["-C", dir, ...args], { env, stdio: ["pipe", "pipe", "pipe"] });
        const out: Buffer[] = [];
        const err: Buffer[] = [];
        child.stdout.on("data", (part: Buffer) => out.push(part));
        child.stderr.on("data", (part: Buffer) => err.push(part));
        child.on("error", reject);
        // Git may end before it has read all of its input; its status says what happened.
        child.stdin.on("error", () => {});
        child.on("close", (code) =>
          resolve({ status: code ?? -1, stdout: Buffer.concat(out), stderr: Buffer.concat(err).toString() }),
        );
        child.stdin.end(options.input);
      }),
    async bytes(args, options) {
      const { status, stdout, stderr } = await git.attempt(args, options);
      if (status !== 0) throw new Error(`git ${args.join(" ")}: ${stderr.trim() || `exit ${status}`}`);
      return stdout;
    },
    async text(args, options) {
      return (await git.bytes(args, options)).toString().trimEnd();
    },
  };
  return git;
}

/** An environment in which nobody's own settings, hooks or prompts reach Git. */
export function gitEnvironment(base: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(base).filter(([name]) => !name.startsWith("GIT_"));
  return {
    ...Object.fromEntries(kept),
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_SYSTEM: "/dev/null",
    GIT_TERMINAL_PROMPT: "0",
    LC_ALL: "C",
  };
}
