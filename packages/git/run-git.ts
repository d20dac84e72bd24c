import { execFile, spawn } from "node:child_process";
import { open } from "node:fs/promises";
import { UserError } from "@mlops-actions/core";

export interface Repository {
  /** Absolute path of the working tree's root. */
  root: string;
  /** The git program. Default: `git` on the path. */
  git?: string | undefined;
}

// A repository's own configuration can name programs (hooks, monitors, filters, helpers); none of them is to run here.
const HARDENED = [
  "--no-optional-locks",
  "--no-replace-objects",
  "--literal-pathspecs",
  ...[
    "safe.directory=*",
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.sshCommand=false",
    "core.pager=cat",
    "credential.helper=",
    "protocol.allow=never",
    "submodule.recurse=false",
    "log.showSignature=false",
  ].flatMap((setting) => ["-c", setting]),
];

const MAX_OUTPUT_BYTES = 512 * 1024 * 1024;

function environment(): NodeJS.ProcessEnv {
  // Built up instead of cut down: GIT_DIR, GIT_OBJECT_DIRECTORY and their kin would lead git to another repository.
  const kept = ["PATH", "SystemRoot", "TMPDIR", "TEMP", "TMP"].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(kept),
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_GRAFT_FILE: "/dev/null",
    GIT_NO_LAZY_FETCH: "1",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_TERMINAL_PROMPT: "0",
    LC_ALL: "C",
  };
}

export type GitResult = { ok: true; stdout: Buffer } | { ok: false; code: number | null; stderr: string };

/**
 * Runs git with an argument array, without a shell and without anything the repository's configuration could start.
 * @param input what git reads; nothing by default
 */
export function runGit(
  { root, git = "git" }: Repository,
  args: readonly string[],
  settings: readonly string[] = [],
  input: string | Uint8Array = "",
): Promise<GitResult> {
  const argv = [...HARDENED, ...settings.flatMap((setting) => ["-c", setting]), "-C", root, ...args];
  return new Promise((resolve, reject) => {
    const child = execFile(
      git,
      argv,
      { encoding: "buffer", env: environment(), maxBuffer: MAX_OUTPUT_BYTES },
      (error, stdout, stderr) => {
        if (error === null) return resolve({ ok: true, stdout });
        if (typeof error.code === "string") return reject(notStarted(git, error));
        resolve({ ok: false, code: error.code ?? null, stderr: stderr.toString("utf8").trim() });
      },
    );
    // A git that ends before it has read everything says why by its exit code.
    child.stdin?.on("error", () => undefined).end(input);
  });
}

/** Writes what git prints into a new file, so that no data set has to fit into memory. */
export async function runGitInto(
  { root, git = "git" }: Repository,
  args: readonly string[],
  file: string,
): Promise<GitResult> {
  const handle = await open(file, "wx", 0o600);
  try {
    return await new Promise((resolve, reject) => {
      const child = spawn(git, [...HARDENED, "-C", root, ...args], {
        env: environment(),
        stdio: ["ignore", handle.fd, "pipe"],
      });
      let stderr = "";
      child.stderr?.setEncoding("utf8").on("data", (text: string) => {
        stderr = (stderr + text).slice(0, 10_000);
      });
      child.on("error", (error) => reject(notStarted(git, error)));
      child.on("close", (code) =>
        resolve(
          code === 0 ? { ok: true, stdout: Buffer.alloc(0) } : { ok: false, code, stderr: stderr.trim() },
        ),
      );
    });
  } finally {
    await handle.close();
  }
}

function notStarted(git: string, cause: Error & { code?: unknown }): Error {
  if (cause.code !== "ENOENT") return cause;
  return new UserError("git-not-found", `\`${git}\` cannot be started`, {
    remedy: "Install Git, or put it on the PATH.",
    cause,
  });
}
