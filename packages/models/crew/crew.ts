import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Sessions } from "../ask/predict.ts";
import type { Answer } from "../onnxruntime.ts";
import { buffersOf, packTexts, type SentFeeds } from "./texts.ts";

export interface CrewOptions {
  /** A file that calls `serveCrew` in a worker thread. */
  entry: string | URL;
  threads: number;
  /** The verified folder of the library; else it is found as any import is. */
  natives?: string | undefined;
}

/** What a member is started with. */
export interface Member {
  bytes: Uint8Array;
  natives: string | undefined;
}

export interface Call {
  feeds: SentFeeds;
  outputs: readonly string[];
}

/** What a member says: that it is ready, an answer, or what went wrong. */
export type Said =
  | { kind: "ready" }
  | { kind: "answer"; answer: Readonly<Record<string, Answer>> }
  | { kind: "error"; message: string };

/** Each member holds a copy of the model and what the runtime makes of it. */
const CREW_BYTES = 2 ** 30;

/**
 * One session a thread, each of one thread: as fast as one session of many, but every row is computed in one way whatever the machine.
 * Members come as there is work for them.
 */
export async function openCrew(
  { entry, threads, natives }: CrewOptions,
  bytes: Uint8Array,
): Promise<Sessions> {
  const most = Math.max(1, Math.min(threads, Math.floor(CREW_BYTES / Math.max(1, bytes.length * 3))));
  const all: Worker[] = [];
  const idle: Worker[] = [];
  const waiting: { resolve(member: Worker): void; reject(error: unknown): void }[] = [];
  let lost: { why: unknown } | undefined;
  const hire = async (): Promise<Worker> => {
    const member = new Worker(entry, { workerData: { bytes, natives } satisfies Member });
    all.push(member);
    const said = await heard(member);
    if (said.kind === "error") throw new Error(said.message);
    return member;
  };
  const next = async (): Promise<Worker> => {
    if (lost !== undefined) throw lost.why;
    const member = idle.pop();
    if (member !== undefined) return member;
    return all.length < most ? hire() : new Promise((resolve, reject) => waiting.push({ resolve, reject }));
  };
  const release = (member: Worker) => {
    const first = waiting.shift();
    if (first === undefined) idle.push(member);
    else first.resolve(member);
  };
  // Where one thread ends, whatever ended it ends the others: nobody goes on waiting for them.
  const lose = (why: unknown) => {
    lost ??= { why };
    for (const { reject } of waiting.splice(0)) reject(why);
  };
  const close = async () => {
    await Promise.all(all.map((member) => member.terminate()));
  };
  try {
    release(await hire());
  } catch (error) {
    await close();
    throw error;
  }
  return {
    // One more than there are members: nobody waits for the reading of the next batch.
    atOnce: most + 1,
    async run(feeds, outputs) {
      const member = await next();
      const sent = packTexts(feeds);
      const answering = heard(member);
      member.postMessage({ feeds: sent, outputs } satisfies Call, buffersOf(sent));
      const said = await answering.catch((error: unknown) => {
        lose(error);
        throw error;
      });
      release(member);
      if (said.kind === "answer") return said.answer;
      throw new Error(said.kind === "error" ? said.message : "A thread answered out of turn");
    },
    close,
  };
}

/** @throws Error where the thread ends instead */
async function heard(member: Worker): Promise<Said> {
  const over = new AbortController();
  try {
    return await Promise.race([
      once(member, "message", { signal: over.signal }).then(([message]) => message as Said),
      once(member, "exit", { signal: over.signal }).then(([code]) => {
        throw new Error(`A thread ended with ${code}`);
      }),
    ]);
  } finally {
    over.abort();
  }
}
