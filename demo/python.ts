import { readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { runProgram } from "./program.ts";
import type { Story } from "./story.ts";

export type Python = { kind: "ready"; command: string; version: string } | { kind: "absent"; why: string };

const OLDEST = [3, 11] as const;

/** The Python that both parts train with, its packages installed, or why there is none. */
export async function preparePython(options: {
  usePython: boolean;
  requirements: string;
  /** A folder that is kept. */
  work: string;
  env: NodeJS.ProcessEnv;
  story: Story;
}): Promise<Python> {
  const { usePython, requirements, work, env, story } = options;
  if (!usePython) return { kind: "absent", why: "--no-python was given" };
  const python = await findPython({ cwd: dirname(requirements), env });
  if (python.kind === "absent") return python;
  const onProgress = (text: string) => story.say(text);
  return makeEnvironment({ python, folder: join(work, "python"), requirements, env, onProgress });
}

/** The first Python on this machine that is new enough for the examples' requirements. */
async function findPython(at: { cwd: string; env: NodeJS.ProcessEnv }): Promise<Python> {
  const found: string[] = [];
  for (const command of ["python3", "python"]) {
    const asked = ["-c", "import platform; print(platform.python_version())"];
    const { status, stdout } = await runProgram(command, asked, at);
    const version = stdout.trim();
    if (status !== 0 || version === "") continue;
    if (isNewEnough(version)) return { kind: "ready", command, version };
    found.push(version);
  }
  const needed = `Python ${OLDEST.join(".")} or newer`;
  if (found.length === 0) return { kind: "absent", why: `there is no ${needed} on this machine` };
  return { kind: "absent", why: `this machine has Python ${found[0]}, and the examples need ${needed}` };
}

/**
 * A virtual environment with exactly these requirements. It is kept, and made again when Python or the requirements change.
 * @returns its Python, or why there is none
 */
async function makeEnvironment(options: {
  python: Extract<Python, { kind: "ready" }>;
  folder: string;
  requirements: string;
  env: NodeJS.ProcessEnv;
  onProgress: (text: string) => void;
}): Promise<Python> {
  const { python, folder, requirements, env, onProgress } = options;
  const command =
    process.platform === "win32" ? join(folder, "Scripts", "python.exe") : join(folder, "bin", "python");
  const stamp = join(folder, "made-for.txt");
  const madeFor = `Python ${python.version} at ${folder}\n${await readFile(requirements, "utf8")}`;
  const ready: Python = { kind: "ready", command, version: python.version };
  if ((await readFile(stamp, "utf8").catch(() => "")) === madeFor) return ready;

  await rm(folder, { recursive: true, force: true });
  onProgress("making a virtual environment in demo/.work; it is kept for the next time");
  const made = await runProgram(python.command, ["-m", "venv", folder], { cwd: dirname(requirements), env });
  if (made.status !== 0)
    return { kind: "absent", why: `python -m venv failed (${made.lastWords || "without a word"})` };

  onProgress("installing the examples' requirements with pip, some 150 MB the first time");
  const quick = ["--disable-pip-version-check", "--no-input", "--retries", "1", "--timeout", "20"];
  // Building scikit-learn from source would take longer than anybody watches.
  const install = ["-m", "pip", "install", ...quick, "--only-binary", ":all:", "-r", requirements];
  const installed = await runProgram(command, install, {
    cwd: folder,
    env,
    onLine: (line) => {
      const [, name] = /^Collecting (\S+)/.exec(line) ?? [];
      if (name !== undefined) onProgress(`  ${name}`);
    },
  });
  if (installed.status !== 0)
    return { kind: "absent", why: `pip could not install the requirements (${installed.lastWords})` };
  await writeFile(stamp, madeFor);
  return ready;
}

function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}
