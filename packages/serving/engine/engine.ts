import { setTimeout as wait } from "node:timers/promises";
import type { Described } from "./messages.ts";
import { type ModelProcess, type ProcessOptions, type Reply, startProcess } from "./process.ts";

export interface EngineOptions extends ProcessOptions {
  /** Processes of this model, each answering one request at a time. */
  processes: number;
  /** Milliseconds that one answer may take, and that a request may wait for its turn. */
  timeoutMs: number;
  /** Requests that may wait. */
  queue: number;
  /** What an operator should know: a death, a restart. */
  tell(line: string): void;
}

/** Why a request has no answer though it may be a good one. */
export type Failure = { kind: "unanswered"; why: "crashed" | "timeout" | "overloaded" | "down" };

/** A model that is asked in processes of its own: whatever it does, the server lives on. */
export interface Engine {
  readonly described: Described;
  readonly isReady: boolean;
  infer(body: Uint8Array, jsonBytes: number | undefined): Promise<Reply | Failure>;
  /** Answers what it was asked, then ends. Nothing may be asked any more. */
  drain(): Promise<void>;
}

interface Asked {
  id: number;
  body: Uint8Array;
  jsonBytes: number | undefined;
  since: number;
  resolve(reply: Reply | Failure): void;
}

interface Seat {
  process: ModelProcess | undefined;
  /** In the order in which they are answered: the first one is being worked on … */
  sent: Asked[];
  /** … since then. */
  workingSince: number;
  isOverdue: boolean;
}

/** How many requests a process is handed at once: it need not wait for the next one, and little is lost with it. */
const WINDOW = 4;
const LOOK_MS = 50;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 10_000;

/** @throws UserError for a model that cannot be served */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { processes, timeoutMs, queue, tell, start } = options;
  const { label } = start.serve.source;
  const waiting: Asked[] = [];
  const seats: Seat[] = Array.from({ length: processes }, () => ({
    process: undefined,
    sent: [],
    workingSince: 0,
    isOverdue: false,
  }));
  let ids = 0;
  let isOver = false;
  /** Whether a restart has failed: nobody waits for the next one. */
  let isDown = false;
  let drained: (() => void) | undefined;

  /** The process with the least to do, of those that can be handed more. */
  const free = () => {
    let least: Seat | undefined;
    for (const seat of seats)
      if (seat.process !== undefined && seat.sent.length < (least?.sent.length ?? WINDOW)) least = seat;
    return least;
  };
  const next = () => {
    for (let seat = free(); seat !== undefined; seat = free()) {
      const asked = waiting.shift();
      if (asked === undefined) break;
      seat.sent.push(asked);
      if (seat.sent.length === 1) seat.workingSince = performance.now();
      seat.process?.send({ id: asked.id, body: asked.body, jsonBytes: asked.jsonBytes });
    }
    if (waiting.length === 0 && seats.every(({ sent }) => sent.length === 0)) drained?.();
  };
  const look = setInterval(() => {
    const latest = performance.now() - timeoutMs;
    while (waiting[0] !== undefined && waiting[0].since < latest)
      waiting.shift()?.resolve({ kind: "unanswered", why: "overloaded" });
    for (const seat of seats) {
      if (seat.isOverdue || seat.sent.length === 0 || seat.workingSince >= latest) continue;
      seat.isOverdue = true;
      // Native code cannot be asked to stop.
      seat.process?.kill(`one answer took longer than ${timeoutMs} ms`);
    }
    next();
  }, LOOK_MS).unref();
  const replied = (seat: Seat, reply: Reply) => {
    // What it still said is told by its end: the answer may have come too late.
    if (seat.isOverdue) return;
    const asked = seat.sent[0];
    // Nobody can know any more whose answer is whose.
    if (asked === undefined || asked.id !== reply.id) return seat.process?.kill("it answered out of turn");
    seat.sent.shift();
    seat.workingSince = performance.now();
    asked.resolve(reply);
    next();
  };
  const ended = (seat: Seat, why: string) => {
    const [suspect, ...others] = seat.sent.splice(0);
    suspect?.resolve({ kind: "unanswered", why: seat.isOverdue ? "timeout" : "crashed" });
    seat.process = undefined;
    seat.isOverdue = false;
    // Those behind it were never looked at.
    waiting.unshift(...others);
    if (isOver) return;
    tell(`${label}: its process ended, and is started again (${why})`);
    void restart(seat);
  };
  const restart = async (seat: Seat) => {
    for (let pause = FIRST_PAUSE_MS; !isOver; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      try {
        await take(seat);
        isDown = false;
        return next();
      } catch (error) {
        if (isOver) return;
        tell(`${label} cannot be started again: ${error instanceof Error ? error.message : error}`);
        isDown = seats.every(({ process }) => process === undefined);
        if (isDown) for (const asked of waiting.splice(0)) asked.resolve({ kind: "unanswered", why: "down" });
        next();
        await wait(pause, undefined, { ref: false });
      }
    }
  };
  const take = async (seat: Seat): Promise<Described> => {
    const process = await startProcess(options, {
      replied: (reply) => replied(seat, reply),
      ended: (why) => ended(seat, why),
    });
    if (isOver) process.kill();
    else seat.process = process;
    return process.described;
  };
  const end = () => {
    isOver = true;
    clearInterval(look);
    for (const { process } of seats) process?.kill();
  };
  try {
    const [described] = await Promise.all(seats.map(take));
    if (described === undefined) throw new Error("A model needs one process at least");
    return {
      described,
      get isReady() {
        return seats.some(({ process }) => process !== undefined);
      },
      infer: (body, jsonBytes) =>
        new Promise((resolve) => {
          if (isOver || isDown) return resolve({ kind: "unanswered", why: "down" });
          if (waiting.length >= queue) return resolve({ kind: "unanswered", why: "overloaded" });
          ids += 1;
          waiting.push({ id: ids, body, jsonBytes, since: performance.now(), resolve });
          next();
        }),
      async drain() {
        await new Promise<void>((resolve) => {
          drained = resolve;
          next();
        });
        end();
      },
    };
  } catch (error) {
    end();
    throw error;
  }
}
