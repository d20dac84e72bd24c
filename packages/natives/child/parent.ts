import { mkdtemp, realpath, rm } from "node:fs/promises";
import { join } from "node:path";
import {
  type Asking,
  type InspectedModel,
  type LatencyBlock,
  type Models,
  type OpenedTable,
  type Tables,
  UserError,
} from "@mlops-actions/core";
import { z } from "zod";
import { bareChild } from "./bare-child.ts";
import { type Answer, type Asked, answer, type Request, type StartOptions } from "./messages.ts";
import { residentMb } from "./resident.ts";

export interface MeasuringChildOptions {
  /** The path of `child-main`, as source or as its own file of the bundle. */
  entry: string;
  /** Node 24 or later. */
  nodePath: string;
  /** Resident memory of the whole child, at least 512. The engine gets what Node leaves. */
  memoryMb: number;
  /** From start to `close`. */
  deadlineMs: number;
  threads: number;
  /** An existing folder that this process may write. */
  tempDirectory: string;
  /** The verified folder whose `node_modules` hold DuckDB. Default: found as any import is. */
  natives?: string | undefined;
  /** The same of onnxruntime; asked when the first model is. Default: found as any import is. */
  modelNatives?: (() => Promise<string | undefined>) | undefined;
}

/** Both engines in one process, so that predictions go from table to table without leaving it. */
export interface MeasuringChild {
  tables: Tables;
  models: Models;
  close(): Promise<void>;
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** What Node needs beside the engine, and the part of the rest that the engine's own limit does not count. */
const nodeMb = 150;
const engineShare = 0.8;
const pollMs = 25;

/**
 * Tables and models in a process of their own. It has no token, no variable of this process's environment, a memory cap and a
 * deadline: a file that breaks an engine ends the child, and the caller gets a `UserError` that names what was read.
 */
export async function openMeasuringChild(options: MeasuringChildOptions): Promise<MeasuringChild> {
  const engineMb = Math.floor((options.memoryMb - nodeMb) * engineShare);
  if (options.memoryMb < 512) throw new Error("A measuring child needs 512 MB at least");
  const folder = await mkdtemp(join(await realpath(options.tempDirectory), "child-"));
  const child = bareChild({ ...options, args: [folder] });
  const waiting = new Map<number, Waiting>();
  let asked = 0;
  let doing = "starting";
  const labels = new Set<string>();
  let why: "memory" | "deadline" | undefined;
  let over: Error | undefined;
  let said = "";

  const kill = (reason: "memory" | "deadline") => {
    why ??= reason;
    child.kill("SIGKILL");
  };
  const deadline = setTimeout(() => kill("deadline"), options.deadlineMs).unref();
  const memory = setInterval(async () => {
    const used = child.pid === undefined ? undefined : await residentMb(child.pid);
    if (used !== undefined && used > options.memoryMb) kill("memory");
  }, pollMs).unref();

  child.stderr?.on("data", (bytes: Buffer) => {
    said = (said + bytes.toString("utf8")).slice(-2000);
  });
  child.on("message", (message: unknown) => settle(waiting, answer.parse(message)));
  const ended = new Promise<void>((resolve) => {
    const end = (code: number | null, signal: string | null, cause?: Error) => {
      clearTimeout(deadline);
      clearInterval(memory);
      const out = why ?? (code === 137 ? "memory" : undefined);
      over ??= death(out, doing, options, cause ?? new Error(`Exit ${code ?? signal}: ${said}`));
      for (const one of waiting.values()) one.reject(over);
      waiting.clear();
      resolve();
    };
    child.once("exit", (code, signal) => end(code, signal));
    child.once("error", (error) => end(null, null, error));
  });

  const ask = (request: Asked): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (over !== undefined) return reject(over);
      asked += 1;
      const id = asked;
      waiting.set(id, { resolve, reject });
      // A failed send is a dead child, and its end says why.
      child.send({ ...request, id } as Request, () => undefined);
    });

  const start: StartOptions = {
    memoryMb: engineMb,
    processMemoryMb: options.memoryMb,
    threads: options.threads,
    tempDirectory: folder,
    natives: options.natives,
  };
  const close = async () => {
    over ??= new Error("The measuring child is closed");
    child.kill("SIGKILL");
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await ask({ kind: "start", options: start });
  } catch (error) {
    await close();
    throw error;
  }
  const measuring = () => (labels.size === 0 ? "measuring" : `measuring ${[...labels].join(", ")}`);
  const tables: Tables = {
    async open(name, source) {
      labels.add(source.label);
      doing = `reading ${source.label}`;
      return (await ask({ kind: "open", name, source })) as OpenedTable;
    },
    async query(sql, row) {
      doing = measuring();
      return z.array(row).parse(await ask({ kind: "query", sql }));
    },
    async save(sql, format, file) {
      doing = measuring();
      return (await ask({ kind: "save", sql, format, file })) as { rows: number };
    },
    close,
  };
  let library: Promise<unknown> | undefined;
  const askModel = async (what: string, request: Asked): Promise<unknown> => {
    library ??= (options.modelNatives?.() ?? Promise.resolve(undefined)).then((natives) =>
      ask({ kind: "models", natives }),
    );
    await library;
    doing = what;
    return ask(request);
  };
  const models: Models = {
    inspect: async (model) =>
      (await askModel(`reading ${model.label}`, { kind: "inspect", model })) as InspectedModel,
    predict: async (asked) =>
      (await askModel(`asking ${asked.model.label}`, { kind: "predict", asked })) as OpenedTable,
    latency: async (of) => (await askModel(timing(of), { kind: "latency", of })) as LatencyBlock[],
  };
  return { tables, models, close };
}

function timing({ own, baseline }: { own: Asking; baseline?: Asking | undefined }): string {
  return `timing ${[own, baseline].flatMap((one) => (one === undefined ? [] : [one.model.label])).join(" and ")}`;
}

function settle(waiting: Map<number, Waiting>, reply: Answer): void {
  const one = waiting.get(reply.id);
  if (one === undefined) return;
  waiting.delete(reply.id);
  if (reply.kind === "value") one.resolve(reply.value);
  else if (reply.kind === "fault") one.reject(UserError.from(reply.fault));
  else one.reject(new Error(reply.message, { cause: reply.stack }));
}

function death(
  why: "memory" | "deadline" | undefined,
  doing: string,
  { memoryMb, deadlineMs }: MeasuringChildOptions,
  cause: Error,
): UserError {
  if (why === "memory") {
    return new UserError(
      "measuring-memory",
      `More than ${memoryMb} MB of memory were needed while ${doing}.`,
      {
        remedy:
          "Use a machine with more memory, or measure a sample; a small file that ends here is malformed.",
        cause,
      },
    );
  }
  if (why === "deadline") {
    const seconds = Math.round(deadlineMs / 1000);
    return new UserError(
      "measuring-deadline",
      `It took longer than ${seconds} s, and was stopped while ${doing}.`,
      {
        remedy: "Measure a sample, or use a faster machine.",
        cause,
      },
    );
  }
  return new UserError("measuring-died", `The process that measures ended while ${doing}.`, {
    remedy:
      "The file is most likely broken: write it again. If it is sound, report this with the file's schema.",
    cause,
  });
}
