import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Runs a program to its end. @returns what it said @throws Error with the end of what it complained of */
export async function command(
  program: string,
  args: readonly string[],
  options: { cwd?: string; env?: Readonly<Record<string, string>> } = {},
): Promise<string> {
  const { cwd, env } = options;
  try {
    const { stdout } = await run(program, args, {
      ...(cwd !== undefined && { cwd }),
      env: { ...process.env, ...env },
      maxBuffer: 64 * 1024 * 1024,
    });
    return stdout;
  } catch (error) {
    const { code, stderr = "" } = error as { code?: string | number; stderr?: string };
    if (code === "ENOENT") throw new Error(`${program} is not installed`);
    const last = stderr.trim().split("\n").slice(-5).join("\n");
    throw new Error(`${program} ${args.slice(0, 3).join(" ")} …: exit ${code}\n${last}`);
  }
}
