import { fileURLToPath } from "node:url";
import { BUG_EXIT, UserError } from "@mlops-actions/core";
import { renderTerminal } from "@mlops-actions/report";
import { run } from "./program.ts";

/** Runs the command line of this process. `entry` is the address of the file that was started. */
export async function terminal(entry: string): Promise<void> {
  // A bundle has its processes beside it, the sources have each in its room.
  const beside = (source: string, built: string) =>
    fileURLToPath(new URL(entry.endsWith(".ts") ? source : built, entry));
  try {
    process.exitCode = await run(process.argv, {
      childEntry: beside("../natives/child-main.ts", "./measuring-child.js"),
      supervisorEntry: beside("../training/supervisor-main.ts", "./supervisor.js"),
      servingEntry: beside("../serving/child-main.ts", "./serving-child.js"),
      from: entry,
      templates: beside("../../workflows-templates", "./workflows-templates"),
    });
  } catch (error) {
    if (error instanceof UserError) {
      process.stderr.write(said(error));
      process.exitCode = 3;
      return;
    }
    process.stderr.write(`mlops-actions has a bug:\n${error instanceof Error ? error.stack : error}\n`);
    process.exitCode = BUG_EXIT;
  }
}

function said(error: UserError): string {
  const key = { model: "", stage: "evaluate" } as const;
  const blocks = [{ kind: "fault", fault: error.toJSON() } as const];
  const document = { key, verdict: "error" as const, title: error.message, blocks };
  return renderTerminal(document, { color: false, unicode: false, width: 100 });
}
