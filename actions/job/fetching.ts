import type { Launcher, Place } from "@mlops-actions/core";
import { defuse } from "@mlops-actions/runner";
import { fetchData } from "@mlops-actions/training";
import type { Environment } from "./job.ts";

/** How a project's `fetch` runs in this job. */
export function fetching(
  { environment }: { environment: Environment },
  folder: string,
  launcher: Launcher,
  signal: AbortSignal,
): (run: string, at: Place) => Promise<void> {
  const workspace = { environment, print: printLine };
  return (run, at) => fetchData({ run, cwd: folder, at }, { launcher, workspace }, signal);
}

/** Says a line of the project's own code, which must not become a command to the runner. */
export function printLine(line: string): void {
  process.stdout.write(`${defuse(line).replaceAll("\n", " ")}\n`);
}
