import { rmSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { type Models, type Rows, type Tables, UserError } from "@mlops-actions/core";
import { type Member, openOnnx, serveCrew } from "@mlops-actions/models";
import { openDuckdb, openPlain } from "@mlops-actions/tables";
import { z } from "zod";
import { loadNative } from "../load.ts";
import type { Answer, Request, StartOptions } from "./messages.ts";

type Engines = { tables: Tables & { rows: Rows }; threads: number };

/** The measuring child's side of the pipe: answers one parent until that is gone. @param entry the file that threads begin with */
export function serveMeasuring(child: NodeJS.Process, entry: string): void {
  let engines: Promise<Engines> | undefined;
  let models: Models | undefined;
  // Its folder is an argument, so that a child whose parent went before the first message removes it too.
  const tempDirectory = child.argv[2];

  // Without a parent nobody waits for an answer. A measurement in native code cannot be asked to stop.
  const end = () => {
    if (tempDirectory !== undefined) rmSync(tempDirectory, { recursive: true, force: true });
    child.kill(child.pid, "SIGKILL");
  };
  child.on("disconnect", end);
  if (!child.connected) end();

  const perform = async (request: Request): Promise<unknown> => {
    if (request.kind === "start") engines ??= start(child, request.options);
    if (engines === undefined) throw new Error("The first request is `start`");
    const { tables, threads } = await engines;
    if (request.kind === "models")
      models ??= openModels(tables, { entry, threads, natives: request.natives });
    switch (request.kind) {
      case "start":
      case "models":
        return null;
      case "open":
        return tables.open(request.name, request.source);
      case "query":
        // Rows are checked on the parent's side, where their schema is.
        return tables.query(request.sql, z.unknown());
      case "save":
        return tables.save(request.sql, request.format, request.file);
    }
    if (models === undefined) throw new Error("The first request about a model is `models`");
    switch (request.kind) {
      case "inspect":
        return models.inspect(request.model);
      case "predict":
        return models.predict(request.asked);
      case "latency":
        return models.latency(request.of);
    }
  };
  child.on("message", (request: Request) => {
    perform(request).then(
      (value) => child.send?.({ id: request.id, kind: "value", value } satisfies Answer),
      (error: unknown) => child.send?.(failed(request.id, error)),
    );
  });
}

/** A thread of the child: one more session of the model that is asked. */
export function serveThread(): void {
  if (parentPort === null) throw new Error("This is no thread");
  const member = workerData as Member;
  void serveCrew(parentPort, member, loader(member.natives, "onnxruntime-node"));
}

async function start(child: NodeJS.Process, options: StartOptions): Promise<Engines> {
  const { memoryMb, threads, tempDirectory, natives } = options;
  // Linux parents look from outside; elsewhere the child has to look at itself.
  if (child.platform !== "linux") watchOwnMemory(child, options.processMemoryMb);
  const tables = await openDuckdb({
    memoryMb,
    threads,
    tempDirectory,
    load: loader(natives, "@duckdb/node-api"),
  });
  return { tables, threads };
}

function openModels(
  { rows }: Engines["tables"],
  crew: { entry: string; threads: number; natives: string | undefined },
): Models {
  return openOnnx({ rows, open: openPlain, load: loader(crew.natives, "onnxruntime-node"), crew });
}

function loader<Module>(natives: string | undefined, name: string): (() => Promise<Module>) | undefined {
  return natives === undefined ? undefined : async () => loadNative<Module>(natives, name);
}

function watchOwnMemory(child: NodeJS.Process, limitMb: number): void {
  setInterval(() => {
    if (child.memoryUsage.rss() > limitMb * 2 ** 20) child.exit(outOfMemoryExit);
  }, 50).unref();
}

/** The exit code by which a child that watches itself says why it went. */
export const outOfMemoryExit = 137;

function failed(id: number, error: unknown): Answer {
  if (error instanceof UserError) return { id, kind: "fault", fault: error.toJSON() };
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return { id, kind: "bug", message, stack: stack ?? message };
}
