import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { UserError } from "@mlops-actions/core";
import { type Engine, type EngineOptions, startEngine } from "./engine/engine.ts";
import { adminServer, listenPrivately, type ToLoad } from "./http/admin-api.ts";
import { inferenceServer } from "./http/inference-api.ts";
import { openPredictionLog } from "./log/prediction-log.ts";
import { metrics as openMetrics } from "./metrics.ts";
import { slots as openSlots, type Slot, type SlotName } from "./traffic/slots.ts";
import { hashOf } from "./traffic/sticky.ts";
import type { ServedVersion } from "./version/served.ts";

export interface ServerOptions {
  /** What the stable slot begins with. */
  first: ServedVersion;
  /** Finds a version or folder that the admin names, every digest checked. @throws UserError */
  find(what: ToLoad): Promise<ServedVersion>;
  /** Where requests come in. */
  listen: { host: string; port: number };
  /** Path of the admin socket; absent: traffic cannot be changed. */
  admin: string | undefined;
  /** What the salts of rollouts are made from. */
  secret: Buffer;
  stickyHeader: string;
  bodyBytes: number;
  maxRows: number;
  /** Of one answer, and of waiting for one's turn, in milliseconds. */
  timeoutMs: number;
  /** Requests of a slot that may wait. */
  queue: number;
  /** Processes of each model. */
  processes: number;
  log: { folder: string; inputs: readonly string[] | "all"; fileBytes: number; fileMs: number } | undefined;
  /** How the processes of a model are started. */
  engine: Pick<EngineOptions, "entry" | "nodePath" | "memoryMb" | "startMs"> & {
    natives: string | undefined;
  };
  tool: string;
  now(): Date;
  /** A line for whoever runs this. */
  tell(line: string): void;
}

export interface RunningServer {
  url: string;
  /**
   * Goes down without losing a request: says that it is not ready and asks every caller to leave, for `graceMs`; then takes no more
   * connections, answers what has come, and ends.
   */
  end(graceMs: number): Promise<void>;
}

/** @throws UserError for a model that cannot be served, and for addresses that are taken */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { first, tell, now, admin } = options;
  const { model } = first.serve;
  let isEnding = false;
  const bug = (error: unknown) => tell(`bug: ${error instanceof Error ? error.stack : String(error)}`);
  const slotOf = async ({ serve, digest }: ServedVersion): Promise<Slot> => ({
    version: serve.version,
    digest,
    engine: await engineOf(options, serve),
  });
  const metrics = openMetrics(model);
  const slots = openSlots(await slotOf(first), {
    secret: options.secret,
    changed: metrics.routed,
    left: bug,
  });
  const opened: Server[] = [];
  try {
    const log =
      options.log &&
      (await openPredictionLog({
        ...options.log,
        now,
        lost(rows, why) {
          metrics.lostLogLines(rows);
          tell(`the prediction log lost ${rows} row${rows === 1 ? "" : "s"}: ${why}`);
        },
      }));
    const load = async (name: SlotName, what: ToLoad) => {
      const found = await options.find(what);
      if (found.serve.model !== model)
        throw new UserError("other-model", `That is ${found.serve.model}, and this server serves ${model}`, {
          remedy: `Name a version of ${model}.`,
        });
      const present = name === "stable" ? slots.stable : slots.canary;
      if (present?.digest === found.digest && present.version === found.serve.version) return slots.now();
      tell(`${name}: loading ${found.serve.source.label}`);
      const slot = await slotOf(found);
      return slots.put(name, slot);
    };
    const inference = inferenceServer({
      model,
      tool: options.tool,
      slots,
      metrics,
      log,
      stickyHeader: options.stickyHeader.toLowerCase(),
      pseudonym: (key) => hashOf(options.secret, key),
      bodyBytes: options.bodyBytes,
      isEnding: () => isEnding,
      now,
      bug,
    });
    if (admin !== undefined) {
      const changes = adminServer({ slots, metrics, load, bug });
      await listenPrivately(changes, admin);
      opened.push(changes);
    }
    const url = await listening(inference, options.listen);
    opened.push(inference);
    return {
      url,
      async end(graceMs) {
        isEnding = true;
        if (graceMs > 0) await new Promise((resolve) => setTimeout(resolve, graceMs));
        await Promise.all(opened.map(closed));
        await slots.drain();
        await log?.close();
      },
    };
  } catch (error) {
    await Promise.all(opened.map(closed));
    await slots.drain();
    throw error;
  }
}

function engineOf(options: ServerOptions, serve: ServedVersion["serve"]): Promise<Engine> {
  const { engine, maxRows, processes, timeoutMs, queue, log, tell } = options;
  const { natives, ...process } = engine;
  return startEngine({
    ...process,
    processes,
    timeoutMs,
    queue,
    tell,
    start: { kind: "start", serve, limits: { maxRows }, log: log?.inputs, natives },
  });
}

async function listening(server: Server, { host, port }: ServerOptions["listen"]): Promise<string> {
  server.listen(port, host);
  try {
    await once(server, "listening");
  } catch (cause) {
    throw new UserError(
      "address-taken",
      `${host}:${port} cannot be listened on: ${(cause as Error).message}`,
      {
        remedy: "Name another address with `--host` and `--port`.",
        cause,
      },
    );
  }
  const { address, port: actual, family } = server.address() as AddressInfo;
  return `http://${family === "IPv6" ? `[${address}]` : address}:${actual}`;
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
