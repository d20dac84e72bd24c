import type { Launcher, Place, Workspace } from "@mlops-actions/core";
import { printable } from "@mlops-actions/report";
import { askedToEnd, fetchData, localLauncher } from "@mlops-actions/training";
import type { Installation } from "./installation.ts";

/** How a project's own commands run at a terminal: here, as this user, with this user's variables. */
export interface CommandsHere {
  launcher: Launcher;
  workspace: Pick<Workspace, "environment" | "print">;
  /** Aborted where this process is asked to end. */
  signal: AbortSignal;
  fetch(run: string, at: Place): Promise<void>;
}

/** @param folder the project's */
export function commandsHere(
  { quiet }: { quiet: boolean },
  { supervisorEntry }: Installation,
  folder: string,
): CommandsHere {
  const signal = askedToEnd(process);
  const launcher = localLauncher({ entry: supervisorEntry });
  const workspace: CommandsHere["workspace"] = {
    environment: process.env,
    print: (line) => void (quiet || process.stderr.write(`${printable(line)}\n`)),
  };
  const fetch = (run: string, at: Place) =>
    fetchData({ run, cwd: folder, at }, { launcher, workspace }, signal);
  return { launcher, workspace, signal, fetch };
}
