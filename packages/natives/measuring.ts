import { availableParallelism } from "node:os";
import type { MeasuringChildOptions } from "@mlops-actions/tables";

const GIGABYTE = 1024;

/** What a measuring child may use of this machine: six tenths of its memory, so that the job's own processes live. */
export function measuringLimits(machine: {
  /** Bytes, as the cgroup has it where there is one. */
  memory: number;
  processors?: number;
}): Pick<MeasuringChildOptions, "memoryMb" | "threads" | "deadlineMs"> {
  const share = Math.floor((machine.memory / 1024 / 1024) * 0.6);
  return {
    memoryMb: Math.max(GIGABYTE, share),
    threads: machine.processors ?? availableParallelism(),
    deadlineMs: 30 * 60_000,
  };
}
