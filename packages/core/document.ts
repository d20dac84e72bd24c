import type { Judged } from "./condition/judge.ts";
import type { StageName } from "./evidence.ts";
import type { Fault, Place } from "./user-error.ts";
import type { Verdict } from "./verdict.ts";

/** Where a link may lead. Data never chooses an address: a sink resolves these to URLs of the repository it runs for. */
export type Target =
  | { to: "run" }
  | { to: "commit"; sha: string }
  | { to: "file"; place: Place; sha: string }
  | { to: "guide"; page: string };

/** Text from data, branches and models is hostile until a sink has escaped it. */
export type Inline = string | { code: string } | { strong: string } | { link: string; target: Target };

export type Block =
  | { kind: "headline"; verdict: Verdict; text: readonly Inline[] }
  | { kind: "text"; text: readonly Inline[] }
  | { kind: "warning"; text: readonly Inline[] }
  | { kind: "steps"; title: string; items: readonly (readonly Inline[])[] }
  /** One row per condition: baseline, candidate, change with interval, rule, verdict. */
  | { kind: "comparison"; own: string; baseline: string | null; judged: readonly Judged[] }
  | {
      kind: "table";
      columns: readonly { title: string; align: "left" | "right" }[];
      rows: readonly (readonly (readonly Inline[])[])[];
    }
  /** Intervals drawn on one axis; only the HTML page draws, other sinks leave it out. */
  | {
      kind: "forest";
      title: string;
      limit: number | null;
      neutral: number | null;
      rows: readonly {
        label: string;
        value: number;
        low: number | null;
        high: number | null;
        verdict: Verdict | null;
      }[];
    }
  | { kind: "command"; text: string }
  /** Lines that a program has printed. */
  | { kind: "output"; text: string }
  | { kind: "fault"; fault: Fault }
  /** `drop: 1` goes first when the sink is too small. */
  | { kind: "fold"; title: string; drop: 1 | 2 | 3; blocks: readonly Block[] };

/** What people see, before any sink: made from evidence by a pure function. */
export interface Document {
  key: { model: string; stage: StageName };
  verdict: Verdict;
  /** At most 80 characters: the title of the check. */
  title: string;
  blocks: readonly Block[];
}

/** The conversation that a document belongs to: what is said of the rows stands where the verdict about the model does. */
export function conversationOf({ model, stage }: Document["key"]): Document["key"] {
  return { model, stage: stage === "validate" ? "evaluate" : stage };
}
