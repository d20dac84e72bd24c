import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

// A slow registry may take its time, one that hangs may not take the job's.
const MAX_MINUTES = 15;

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
      timeout: MAX_MINUTES * 60_000,
    });
    return stdout;
  } catch (error) {
    const {
      code,
      killed,
      stderr = "",
    } = error as { code?: string | number; killed?: boolean; stderr?: string };
    if (code === "ENOENT") throw new Error(`${program} is not installed`);
    const last = stderr.trim().split("\n").slice(-5).join("\n");
    const how = killed ? `not done after ${MAX_MINUTES} minutes` : `exit ${code}`;
    throw new Error(`${program} ${args.slice(0, 3).join(" ")} …: ${how}\n${last}`);
  }
}
