import { rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type Tables, UserError } from "@mlops-actions/core";
import { z } from "zod";
import { openDuckdb } from "../duckdb.ts";
import type { Answer, Request, StartOptions } from "./messages.ts";

/** The measuring child's side of the pipe: answers one parent until that is gone. */
export function serveTables(child: NodeJS.Process): void {
  let tables: Promise<Tables> | undefined;
  // Its folder is an argument, so that a child whose parent went before the first message removes it too.
  const tempDirectory = child.argv[2];

  // Without a parent nobody waits for an answer. A measurement in native code cannot be asked to stop.
  const end = () => {
    if (tempDirectory !== undefined) rmSync(tempDirectory, { recursive: true, force: true });
    child.kill(child.pid, "SIGKILL");
  };
  child.on("disconnect", end);
  if (!child.connected) end();

  child.on("message", (request: Request) => {
    if (request.kind === "start") tables = start(child, request.options);
    perform(tables, request).then(
      (value) => child.send?.({ id: request.id, kind: "value", value } satisfies Answer),
      (error: unknown) => child.send?.(failed(request.id, error)),
    );
  });
}

function start(child: NodeJS.Process, options: StartOptions): Promise<Tables> {
  const { memoryMb, threads, tempDirectory, natives } = options;
  // Linux parents look from outside; elsewhere the child has to look at itself.
  if (child.platform !== "linux") watchOwnMemory(child, options.processMemoryMb);
  const load =
    natives === undefined
      ? undefined
      : async () => createRequire(join(natives, "package.json"))("@duckdb/node-api");
  return openDuckdb({ memoryMb, threads, tempDirectory, load });
}

function watchOwnMemory(child: NodeJS.Process, limitMb: number): void {
  setInterval(() => {
    if (child.memoryUsage.rss() > limitMb * 2 ** 20) child.exit(outOfMemoryExit);
  }, 50).unref();
}

/** The exit code by which a child that watches itself says why it went. */
export const outOfMemoryExit = 137;

async function perform(tables: Promise<Tables> | undefined, request: Request): Promise<unknown> {
  if (tables === undefined) throw new Error("The first request is `start`");
  const opened = await tables;
  switch (request.kind) {
    case "start":
      return null;
    case "open":
      return opened.open(request.name, request.source);
    case "query":
      // Rows are checked on the parent's side, where their schema is.
      return opened.query(request.sql, z.unknown());
    case "save":
      return opened.save(request.sql, request.format, request.file);
    case "close":
      return (await opened.close()) ?? null;
  }
}

function failed(id: number, error: unknown): Answer {
  if (error instanceof UserError) return { id, kind: "fault", fault: error.toJSON() };
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return { id, kind: "bug", message, stack: stack ?? message };
}
