import type { Progress } from "@mlops-actions/core";
import { defuse } from "./defuse.ts";

/** Progress as lines of the log: one for each new label, so that a million steps do not become a million lines. */
export function logProgress(write: (line: string) => void): Progress {
  let last: string | undefined;
  return {
    step(label, done, of) {
      const isEnd = done !== undefined && done === of;
      if (label === last && !isEnd) return;
      last = label;
      write(defuse(of === undefined ? label : `${label} (${done ?? 0} of ${of})`).replaceAll("\n", " "));
    },
  };
}
