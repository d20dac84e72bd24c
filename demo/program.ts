import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export interface Ended {
  /** null where it did not start or a signal ended it. */
  status: number | null;
  stdout: string;
  stderr: string;
  /** The last line that says something, of errors before output: what a person would be told. */
  lastWords: string;
}

/** Runs a program to its end. A program that is not there ends like one that fails. */
export function runProgram(
  command: string,
  args: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv; onLine?: (line: string) => void },
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...options.env, PYTHONDONTWRITEBYTECODE: "1", PYTHONUTF8: "1" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const lines: string[] = [];
    const errors: string[] = [];
    createInterface({ input: child.stdout }).on("line", (line) => {
      lines.push(line);
      options.onLine?.(line);
    });
    createInterface({ input: child.stderr }).on("line", (line) => errors.push(line));
    child.on("error", ({ message }) =>
      resolve({ status: null, stdout: "", stderr: message, lastWords: message }),
    );
    child.on("close", (status) => {
      const said = (of: readonly string[]) => of.findLast((line) => line.trim() !== "")?.trim();
      resolve({
        status,
        stdout: lines.join("\n"),
        stderr: errors.join("\n"),
        lastWords: said(errors) ?? said(lines) ?? "",
      });
    });
  });
}
