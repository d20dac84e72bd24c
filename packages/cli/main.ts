#!/usr/bin/env node
import { fileURLToPath } from "node:url";
import { BUG_EXIT, UserError } from "@mlops-actions/core";
import { renderTerminal } from "@mlops-actions/report";
import { run } from "./program.ts";

// A bundle has the child beside it, the sources have it in its room.
const isSource = import.meta.url.endsWith(".ts");
const child = new URL(isSource ? "../tables/child-main.ts" : "./measuring-child.js", import.meta.url);

try {
  process.exitCode = await run(process.argv, { childEntry: fileURLToPath(child), from: import.meta.url });
} catch (error) {
  if (error instanceof UserError) {
    const blocks = [{ kind: "fault", fault: error.toJSON() } as const];
    const said = {
      key: { model: "", stage: "evaluate" } as const,
      verdict: "error" as const,
      title: error.message,
      blocks,
    };
    process.stderr.write(renderTerminal(said, { color: false, unicode: false, width: 100 }));
    process.exitCode = 3;
  } else {
    process.stderr.write(`mlops-actions has a bug:\n${error instanceof Error ? error.stack : error}\n`);
    process.exitCode = BUG_EXIT;
  }
}
