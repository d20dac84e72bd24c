/** A command to run somewhere, with everything it may know. */
export interface Job {
  /** Unique in this run: letters, digits, `-`. */
  id: string;
  /** As the project wrote it, for the system's shell; nothing is put into it. */
  command: string;
  /** Absolute: where the command starts. */
  cwd: string;
  /** All of its environment, but for the launcher's own mark `MLOPS_JOB`, by which it finds what the job started. */
  env: Readonly<Record<string, string>>;
  /** Wall-clock seconds after which everything that it started is ended. */
  limitSeconds?: number | undefined;
  /** Memory that one GPU must have in bytes, or nothing is started. */
  gpuMemoryBytes?: number | undefined;
}

/** Plain JSON: another process can follow or cancel from it. */
export interface JobReference {
  kind: string;
  id: string;
}

/** What a job has used; `null` where this machine cannot tell. */
export interface Usage {
  wallSeconds: number;
  cpuSeconds: number | null;
  peakMemoryBytes: number | null;
  gpus: readonly { name: string; peakMemoryBytes: number; meanUtilization: number }[];
}

export type JobEvent =
  | { kind: "line"; stream: "out" | "err"; text: string }
  /** Bytes of output that were read and not kept, between the lines before and after. */
  | { kind: "omitted"; bytes: number }
  | {
      kind: "ended";
      /** `lost`: nobody knows how it ended. */
      how: "exited" | "signalled" | "over-time" | "cancelled" | "lost";
      code: number | null;
      signal: string | null;
      usage: Usage;
      /** Processes that outlived it and had to be ended. */
      leftovers: number;
      /** Bytes that it has printed, kept or not. */
      outputBytes: number;
    };

/** Where training goes: this machine, or one that has the GPUs. */
export interface Launcher {
  /** @throws UserError where it cannot be started there: no such folder or shell, no GPU of that size */
  submit(job: Job): Promise<JobReference>;
  /** Ends with the `ended` event; nothing of the job runs after it. */
  follow(reference: JobReference): AsyncIterable<JobEvent>;
  cancel(reference: JobReference): Promise<void>;
}
