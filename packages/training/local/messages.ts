import type { Usage } from "@mlops-actions/core";

/** What the supervisor is told. Plain data, so that it survives the pipe. */
export type Order =
  | {
      kind: "start";
      command: string;
      cwd: string;
      env: Readonly<Record<string, string>>;
      /** The name and value of the variable that everything of this job carries. */
      mark: string;
      limitSeconds: number | undefined;
      graceMs: number;
      gpuMemoryBytes: number | undefined;
    }
  | { kind: "cancel" };

/** What it answers: once that the command runs or why not, once how it ended. */
export type Report =
  | { kind: "started" }
  | { kind: "refused"; why: "no-gpu" | "not-started"; detail: string }
  | {
      kind: "ended";
      how: "exited" | "signalled" | "over-time" | "cancelled";
      code: number | null;
      signal: string | null;
      usage: Usage;
      leftovers: number;
    };
