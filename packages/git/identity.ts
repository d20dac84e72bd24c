import { homedir, userInfo } from "node:os";
import { join } from "node:path";
import { type Repository, runGit } from "./run-git.ts";

/** Who writes here: as Git would sign a commit, else the user of this machine. */
export async function identity(
  repository: Repository,
  env: NodeJS.ProcessEnv,
): Promise<{ name: string; email: string }> {
  const { username } = userInfo();
  const name = env.GIT_COMMITTER_NAME || (await configured(repository, "user.name", env)) || username;
  const email =
    env.GIT_COMMITTER_EMAIL || (await configured(repository, "user.email", env)) || `${username}@localhost`;
  return { name, email };
}

/** The address of the remote `origin`. */
export async function originAddress(repository: Repository): Promise<string | undefined> {
  return read(repository, ["--get", "remote.origin.url"]);
}

// The files that `git config --global` names; only these two keys of them are read.
async function configured(
  repository: Repository,
  key: string,
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const global = [
    join(homedir(), ".gitconfig"),
    join(env.XDG_CONFIG_HOME || join(homedir(), ".config"), "git", "config"),
  ];
  for (const place of [[], ...global.map((file) => ["--file", file])]) {
    const found = await read(repository, [...place, "--get", key]);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function read(repository: Repository, args: readonly string[]): Promise<string | undefined> {
  const answer = await runGit(repository, ["config", ...args]);
  return answer.ok ? answer.stdout.toString("utf8").trim() || undefined : undefined;
}
