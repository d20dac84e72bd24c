import { error, notice, warning } from "@actions/core";
import type { Place } from "@mlops-actions/core";
import { defuse } from "./defuse.ts";

/** A line beside the code, or beside the run where there is no place. */
export interface Annotation {
  level: "error" | "warning" | "notice";
  title: string;
  message: string;
  at?: Place | undefined;
}

// The runner drops the rest of each level in silence, and cuts messages.
const MOST = 10;
const MAX_MESSAGE = 4_000;

/** Writes annotations, at most ten of a level; the tenth says how many more there were. */
export function annotate(annotations: readonly Annotation[]): void {
  const write = { error, warning, notice };
  for (const level of ["error", "warning", "notice"] as const) {
    const all = annotations.filter((one) => one.level === level);
    const shown = all.length > MOST ? all.slice(0, MOST - 1) : all;
    for (const { title, message, at } of shown)
      write[level](defuse(message).slice(0, MAX_MESSAGE), {
        title: defuse(title).replaceAll("\n", " "),
        ...(at && { file: at.file }),
        ...(at?.line !== undefined && { startLine: at.line }),
        ...(at?.column !== undefined && { startColumn: at.column }),
      });
    if (shown.length < all.length)
      write[level](`${all.length - shown.length} more are in the job's summary`, {
        title: "Not all are shown here",
      });
  }
}

/** One line beside the run. */
export function notify(level: Annotation["level"], title: string, message: string): void {
  annotate([{ level, title, message }]);
}
