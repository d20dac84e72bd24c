import { type ChildProcess, fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { type Job, type JobEvent, type JobReference, type Launcher, UserError } from "@mlops-actions/core";
import type { Order, Report } from "./messages.ts";
import { output } from "./output.ts";
import { endFamily, familyOf } from "./processes.ts";

export interface LocalOptions {
  /** The supervisor's entry, as source or as its file of the bundle. */
  entry: string;
  /** How long what has been asked to end may take before it is killed. Below the 7.5 s that a cancelled job has. */
  graceMs?: number;
  /** Bytes of output that are kept in full. */
  keptBytes?: number;
}

const GRACE_MS = 5_000;
// A process that nobody found can hold the pipe open; its output is not waited for.
const PIPE_MS = 1_000;
const KIND = "local";

interface Running {
  events: Events;
  cancel(): void;
}

/** Runs jobs as processes of this machine, each under a supervisor that outlives this process if it has to. */
export function localLauncher(options: LocalOptions): Launcher {
  const jobs = new Map<string, Running>();
  const find = ({ kind, id }: JobReference): Running => {
    const job = kind === KIND ? jobs.get(id) : undefined;
    if (job === undefined) throw new Error(`not a job of this process: ${kind} ${id}`);
    return job;
  };
  return {
    async submit(job) {
      jobs.set(job.id, await start(job, options));
      return { kind: KIND, id: job.id };
    },
    async *follow(reference) {
      yield* find(reference).events;
      jobs.delete(reference.id);
    },
    async cancel(reference) {
      find(reference).cancel();
    },
  };
}

async function start(job: Job, { entry, graceMs = GRACE_MS, keptBytes }: LocalOptions): Promise<Running> {
  const mark = `${job.id}.${randomUUID()}`;
  const child = fork(entry, [], {
    execArgv: [],
    // Nothing of ours: see `supervise`. Windows does not start without its root.
    env: process.platform === "win32" ? { SystemRoot: process.env.SystemRoot } : {},
    // A terminal's Ctrl-C is for this process, which then ends the job in order.
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    windowsHide: true,
  });
  const events = new Events();
  const said = output(keptBytes);
  child.stdout?.on("data", (chunk: Buffer) => events.push(...said.push("out", chunk)));
  child.stderr?.on("data", (chunk: Buffer) => events.push(...said.push("err", chunk)));
  const begun = performance.now();
  let ended: Extract<Report, { kind: "ended" }> | undefined;

  const first = new Promise<Report | undefined>((resolve, reject) => {
    child.on("message", (report: Report) => {
      if (report.kind === "ended") ended = report;
      resolve(report);
    });
    child.once("error", reject);
    // A job can kill its supervisor before that has said a word: then it is lost, as later.
    child.once("exit", (code, signal) =>
      signal === null ? reject(new Error(`the supervisor ended with ${code}`)) : resolve(undefined),
    );
  });
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const send = (order: Order) => void (child.connected && child.send(order, () => undefined));
  send({
    kind: "start",
    command: job.command,
    cwd: job.cwd,
    env: job.env,
    mark,
    limitSeconds: job.limitSeconds,
    graceMs,
    gpuMemoryBytes: job.gpuMemoryBytes,
  });
  const answer = await first;
  if (answer?.kind === "refused") {
    await gone;
    throw refused(answer, job);
  }
  gone.then(async () => {
    // A supervisor that was killed has ended nothing; what it watched carries the mark.
    const left = await endFamily(familyOf(undefined, mark), undefined, ended === undefined ? 0 : graceMs);
    await closed(child);
    const wallSeconds = (performance.now() - begun) / 1000;
    const lost = {
      how: "lost",
      code: null,
      signal: null,
      usage: { wallSeconds, cpuSeconds: null, peakMemoryBytes: null, gpus: [] },
      leftovers: left,
    } as const;
    events.push(...said.end(), { ...(ended ?? lost), kind: "ended", outputBytes: said.bytes });
  });
  return { events, cancel: () => send({ kind: "cancel" }) };
}

async function closed(child: ChildProcess): Promise<void> {
  const streams = [child.stdout, child.stderr].filter((stream) => stream !== null);
  const all = Promise.all(
    streams.map((stream) =>
      stream.closed ? undefined : new Promise<void>((resolve) => stream.once("close", resolve)),
    ),
  );
  const timer = setTimeout(() => {
    for (const stream of streams) stream.destroy();
  }, PIPE_MS);
  await all;
  clearTimeout(timer);
}

function refused({ why, detail }: Extract<Report, { kind: "refused" }>, job: Job): UserError {
  if (why === "no-gpu") {
    const wanted = `${Math.round((job.gpuMemoryBytes ?? 0) / 1e9)} GB`;
    const here = detail === "" ? "there is none that `nvidia-smi` knows" : `there is ${detail}`;
    return new UserError("no-gpu", `A GPU with ${wanted} of memory is asked for; here ${here}`, {
      remedy: "Run the job on a machine that has one (`runs-on`), or change `train.gpu.min_memory`.",
    });
  }
  return new UserError("command-not-started", `\`${job.command}\` could not be started: ${detail}`, {
    remedy: "Check that the folder exists and that this machine has a shell.",
  });
}

/** Events in their order, for one reader that may come later. */
class Events implements AsyncIterable<JobEvent> {
  #waiting: JobEvent[] = [];
  #wake: (() => void) | undefined;

  push(...events: readonly JobEvent[]): void {
    this.#waiting.push(...events);
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<JobEvent> {
    for (;;) {
      const events = this.#waiting;
      this.#waiting = [];
      for (const event of events) {
        yield event;
        if (event.kind === "ended") return;
      }
      if (this.#waiting.length === 0)
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
    }
  }
}
