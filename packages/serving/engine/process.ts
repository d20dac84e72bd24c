import { UserError } from "@mlops-actions/core";
import { bareChild, residentMb } from "@mlops-actions/natives";
import type { Described, FromEngine, Infer, Start, ToEngine } from "./messages.ts";

/** How a model's process is started. */
export interface ProcessOptions {
  /** The path of `child-main`, as source or as its own file of the bundle. */
  entry: string;
  /** Node 24 or later. */
  nodePath: string;
  /** Resident memory of the whole process, in MB. */
  memoryMb: number;
  /** Milliseconds until it is ready. */
  startMs: number;
  start: Start;
}

export type Reply = Exclude<FromEngine, { kind: "ready" | "fault" }>;

export interface ModelProcess {
  described: Described;
  send(asked: Omit<Infer, "kind">): void;
  /** @param why what its end is told with; default: what the system says */
  kill(why?: string): void;
}

export interface Heard {
  replied(reply: Reply): void;
  /** It is gone, after it was ready. */
  ended(why: string): void;
}

const POLL_MS = 100;

/**
 * Starts a process that loads the model. It has no variable of this process's environment, a memory cap, and a deadline for its start;
 * how long an answer may take is for whoever asks.
 * @throws UserError for a model that cannot be served
 */
export function startProcess(
  { entry, nodePath, memoryMb, startMs, start }: ProcessOptions,
  heard: Heard,
): Promise<ModelProcess> {
  const child = bareChild({ entry, args: [], nodePath, memoryMb });
  let said = "";
  let killed: string | undefined;
  child.stderr?.on("data", (bytes: Buffer) => {
    said = (said + bytes.toString("utf8")).slice(-2000);
  });
  // A failed send is a dead child, and its end says why.
  const send = (message: ToEngine) => void child.send(message, () => undefined);
  const kill = (why?: string) => {
    killed ??= why;
    child.kill("SIGKILL");
  };
  const memory = setInterval(async () => {
    const used = child.pid === undefined ? undefined : await residentMb(child.pid);
    if (used !== undefined && used > memoryMb) kill(`it needed more than ${memoryMb} MB of memory`);
  }, POLL_MS).unref();
  return new Promise((resolve, reject) => {
    let isReady = false;
    const deadline = setTimeout(
      () => kill(`it was not ready after ${Math.round(startMs / 1000)} s`),
      startMs,
    ).unref();
    const end = (why: string) => {
      clearInterval(memory);
      clearTimeout(deadline);
      if (isReady) heard.ended(killed ?? why);
      else reject(died(start, killed ?? why));
    };
    child.once("exit", (code, signal) =>
      end(`exit ${code ?? signal}${said === "" ? "" : `: ${said.trim()}`}`),
    );
    child.once("error", (error) => end(error.message));
    child.on("message", (message: FromEngine) => {
      if (message.kind === "ready") {
        isReady = true;
        clearTimeout(deadline);
        resolve({ described: message.described, send: (asked) => send({ kind: "infer", ...asked }), kill });
      } else if (message.kind === "fault") {
        reject(UserError.from(message.fault));
        kill();
      } else heard.replied(message);
    });
    send(start);
  });
}

function died({ serve: { source } }: Start, why: string): UserError {
  return new UserError("model-died", `The process of ${source.label} ended before it was ready: ${why}`, {
    remedy: "The model is most likely broken. If it is sound and large, give it more: `--memory`.",
  });
}
