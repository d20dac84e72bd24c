import type { Launcher, Place, Workspace } from "@mlops-actions/core";
import { passedToFetch } from "./command/environment.ts";
import { runCommand } from "./command/run.ts";

const LIMIT = { seconds: 6 * 3600, written: "6 h" };

/**
 * Runs `data.fetch` in the project's folder, with the credentials of this job.
 * @throws UserError `fetch-failed` and its like
 */
export async function fetchData(
  { run, cwd, at }: { run: string; cwd: string; at: Place },
  ports: { launcher: Launcher; workspace: Pick<Workspace, "print" | "environment"> },
  signal: AbortSignal,
): Promise<void> {
  const passed = passedToFetch(ports.workspace.environment);
  const limits = { limitSeconds: LIMIT.seconds, limit: LIMIT.written };
  await runCommand({ name: "fetch", run, cwd, at, passed, variables: {}, ...limits }, ports, signal);
}
