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
  const waiting: ((member: Worker) => void)[] = [];
  const hire = async (): Promise<Worker> => {
    const member = new Worker(entry, { workerData: { bytes, natives } satisfies Member });
    all.push(member);
    await heard(member);
    return member;
  };
  const next = async (): Promise<Worker> => {
    const member = idle.pop();
    if (member !== undefined) return member;
    return all.length < most ? hire() : new Promise((resolve) => waiting.push(resolve));
  };
  const release = (member: Worker) => {
    const first = waiting.shift();
    if (first === undefined) idle.push(member);
    else first(member);
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
      try {
        const sent = packTexts(feeds);
        member.postMessage({ feeds: sent, outputs } satisfies Call, buffersOf(sent));
        const said = await heard(member);
        if (said.kind !== "answer") throw new Error("A member of the crew answered out of turn");
        return said.answer;
      } finally {
        release(member);
      }
    },
    close,
  };
}

async function heard(member: Worker): Promise<Said> {
  const said: Said = await Promise.race([
    once(member, "message").then(([message]) => message as Said),
    once(member, "exit").then(([code]) => {
      throw new Error(`A thread ended with ${code}`);
    }),
  ]);
  if (said.kind === "error") throw new Error(said.message);
  return said;
}
