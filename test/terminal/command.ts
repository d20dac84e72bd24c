import { type ChildProcess, spawn } from "node:child_process";
import { join, resolve } from "node:path";
import { type Files, temporaryFolder } from "@mlops-actions/testkit";
import { build } from "../../scripts/build.ts";
import { beside, bundles } from "../../scripts/bundles.ts";
import { write } from "./project.ts";

export const REPOSITORY = resolve(import.meta.dirname, "../..");

/** The command as a checkout runs it. */
export const SOURCE = join(REPOSITORY, "packages/cli/main.ts");

/** What a process said and how it ended. */
export interface Told {
  /** null where a signal ended it. */
  exit: number | null;
  stdout: string;
  stderr: string;
}

export interface Ask {
  main?: string;
  cwd?: string;
  env?: Readonly<Record<string, string>>;
  onStart?: (child: ChildProcess) => void;
}

/** `mlops-actions …` as a process of its own, with as few variables as a bare shell has. */
export async function mlops(args: readonly string[], ask: Ask = {}): Promise<Told> {
  const { main = SOURCE, cwd = REPOSITORY, env = {}, onStart } = ask;
  const child = spawn(process.execPath, [main, ...args], {
    cwd,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, MLOPS_NATIVES: REPOSITORY, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (text: string) => {
      said[name] += text;
    });
  onStart?.(child);
  return new Promise((done, failed) => {
    child.on("error", failed);
    child.on("close", (exit) => done({ exit, ...said }));
  });
}

/** The bundle of these sources in a folder of its own. */
export async function buildInto(folder: string): Promise<string> {
  const dist = join(folder, "dist");
  await build(REPOSITORY, dist, bundles, beside);
  return dist;
}

/** A folder outside any repository with these files. */
export async function folderOf(files: Files) {
  const folder = await temporaryFolder("project");
  await write(folder.path, files);
  return folder;
}
