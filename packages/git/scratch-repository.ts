import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export interface ScratchRepository extends AsyncDisposable {
  root: string;
  /** An empty folder beside the repository. */
  into: string;
  git(...args: string[]): string;
  /** Writes files (`null` removes one), commits everything and returns the commit. */
  commit(files: Readonly<Record<string, string | Uint8Array | null>>): Promise<string>;
  write(files: Readonly<Record<string, string | Uint8Array | null>>): Promise<void>;
}

/** A real Git repository in a temporary folder; only for tests. */
export async function scratchRepository(): Promise<ScratchRepository> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "scratch-repository-")));
  const root = join(folder, "repository");
  const into = join(folder, "into");
  await mkdir(root);
  await mkdir(into);
  const identity = { NAME: "Ada", EMAIL: "ada@example.org", DATE: "2026-01-01T00:00:00Z" };
  const people = ["AUTHOR", "COMMITTER"].flatMap((role) =>
    Object.entries(identity).map(([key, value]) => [`GIT_${role}_${key}`, value]),
  );
  const env = {
    PATH: process.env.PATH,
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    ...Object.fromEntries(people),
  };
  const git = (...args: string[]) =>
    execFileSync("git", ["-C", root, ...args], {
      env,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    }).trim();
  const write: ScratchRepository["write"] = async (files) => {
    for (const [path, content] of Object.entries(files)) {
      const file = join(root, path);
      if (content === null) {
        await rm(file);
        continue;
      }
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content);
    }
  };
  git("init", "--quiet", "--initial-branch=main");
  return {
    root,
    into,
    git,
    write,
    async commit(files) {
      await write(files);
      git("add", "--all");
      git("commit", "--quiet", "--allow-empty", "--message=change");
      return git("rev-parse", "HEAD");
    },
    async [Symbol.asyncDispose]() {
      await rm(folder, { recursive: true, force: true });
    },
  };
}
