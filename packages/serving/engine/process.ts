import { fork } from "node:child_process";
import { UserError } from "@mlops-actions/core";
import type { Described, FromEngine, Infer, Start, ToEngine } from "./messages.ts";

/** How a model's process is started. */
export interface ProcessOptions {
  /** The path of `child-main`, as source or as its own file of the bundle. */
  entry: string;
  /** Node 24 or later. */
  nodePath: string;
  start: Start;
}

export type Reply = Exclude<FromEngine, { kind: "ready" | "fault" }>;

export interface ModelProcess {
  described: Described;
  send(asked: Omit<Infer, "kind">): void;
  kill(): void;
}

export interface Heard {
  replied(reply: Reply): void;
  /** It is gone, after it was ready. */
  ended(why: string): void;
}

/** @throws UserError for a model that cannot be served */
export function startProcess(
  { entry, nodePath, start }: ProcessOptions,
  heard: Heard,
): Promise<ModelProcess> {
  const child = fork(entry, [], {
    execPath: nodePath,
    execArgv: [],
    // Nothing of ours: tokens lie in variables that nobody thought of. Windows does not start without its root.
    env: {
      TZ: "UTC",
      LC_ALL: "C.UTF-8",
      ...(process.platform === "win32" && { SystemRoot: process.env.SystemRoot }),
    },
    serialization: "advanced",
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    windowsHide: true,
  });
  let said = "";
  child.stderr?.on("data", (bytes: Buffer) => {
    said = (said + bytes.toString("utf8")).slice(-2000);
  });
  // A failed send is a dead child, and its end says why.
  const send = (message: ToEngine) => void child.send(message, () => undefined);
  const kill = () => void child.kill("SIGKILL");
  return new Promise((resolve, reject) => {
    let isReady = false;
    const end = (why: string) => {
      if (isReady) heard.ended(why);
      else reject(died(start, why));
    };
    child.once("exit", (code, signal) =>
      end(`exit ${code ?? signal}${said === "" ? "" : `: ${said.trim()}`}`),
    );
    child.once("error", (error) => end(error.message));
    child.on("message", (message: FromEngine) => {
      if (message.kind === "ready") {
        isReady = true;
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
  return new UserError("model-died", `The process of ${source.label} ended before it was ready (${why})`, {
    remedy:
      "The model is most likely broken, or there is too little memory: ask it with `mlops-actions predict`.",
  });
}
