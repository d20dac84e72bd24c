import { once } from "node:events";
import { chmod, lstat, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { connect } from "node:net";
import { UserError } from "@mlops-actions/core";
import { z } from "zod";
import type { Metrics } from "../metrics.ts";
import { Refusal } from "../protocol/refusal.ts";
import { Conflict, type SlotName, type Slots, type Traffic } from "../traffic/slots.ts";
import { readBody } from "./body.ts";
import { sendJson } from "./reply.ts";

// The admin API: HTTP with JSON over a Unix socket (mode 0600).
//
// GET /traffic               200 { "stable": { "version": "1.4.0" }, "canary": { "version": "1.5.0", "weight": 0.25 } | null }
//     What is true now. `weight` is the canary's part of the requests, from 0 to 1; stable gets the rest.
//
// PUT /slots/canary          { "version": "1.5.0" }             a version of the same model, from the registry: its number, `latest`, or
// PUT /slots/stable                                             an environment
//                            { "folder": "/abs/dir", "version"? }  a folder with a `manifest.json` and its model; without `version` it is
//                                                               called by the beginning of its manifest's digest
//     Fetches, verifies and loads, then answers 200 with what is true, as GET /traffic does. What was in the slot answers what it was
//     asked, then ends. A canary begins with weight 0; a stable that is replaced leaves the canary as it is. Loading takes seconds; the
//     same version once more is no work. Nothing has changed after any other answer than 200.
//
// PUT /traffic               the same shape as GET /traffic gives; `canary: null` takes it away
//     Names versions that are loaded, so that nobody moves requests to something else than they think: 409 for any other. At once and
//     all together. Promoting is { "stable": { "version": "1.5.0" }, "canary": null }. Safe to repeat.
//
// GET /metrics               Prometheus's text, the same as the inference address gives (docs/serving.md names the series)
//
// Errors: { "error": "…", "field"?: "canary.weight", "code"?: "bytes-differ", "remedy"?: "…" }
//     400 the body is not right, 404 there is no such path, 409 that version is in no slot, 422 that version cannot be served, 500 a bug.
// Changes happen one after the other, in the order in which they came.

/** What a slot is to be loaded with: a version of the registry, or a folder of its files. */
export const toLoad = z.union([
  z.strictObject({ version: z.string().min(1).max(100) }),
  z.strictObject({ folder: z.string().min(1), version: z.string().min(1).max(100).optional() }),
]);
export type ToLoad = z.infer<typeof toLoad>;

const traffic = z.strictObject({
  stable: z.strictObject({ version: z.string() }),
  canary: z.strictObject({ version: z.string(), weight: z.number().min(0).max(1) }).nullable(),
});

export interface AdminApi {
  slots: Slots;
  metrics: Metrics;
  /** Verifies and loads a version into a slot. @throws UserError */
  load(slot: SlotName, what: ToLoad): Promise<Traffic>;
  bug(error: unknown): void;
}

const LARGEST_BODY = 64 * 1024;

/** What may change traffic: only reachable through a Unix socket that its owner alone may open. */
export function adminServer(api: AdminApi): Server {
  // Changes come one after the other; what is true may be read meanwhile.
  let changing: Promise<unknown> = Promise.resolve();
  const inTurn = (change: () => Promise<Traffic> | Traffic): Promise<Traffic> => {
    const turn = changing.then(change);
    changing = turn.catch(() => undefined);
    return turn;
  };
  return createServer((request, response) => {
    handle(api, inTurn, request, response).catch((error: unknown) => refuse(api, response, error));
  });
}

async function handle(
  { slots, metrics, load }: AdminApi,
  inTurn: (change: () => Promise<Traffic> | Traffic) => Promise<Traffic>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const asked = `${request.method} ${request.url}`;
  const slot = /^PUT \/slots\/(stable|canary)$/.exec(asked)?.[1] as SlotName | undefined;
  if (asked === "GET /traffic") sendJson(response, 200, JSON.stringify(slots.now()));
  else if (asked === "GET /metrics")
    response.writeHead(200, { "content-type": metrics.contentType }).end(await metrics.text());
  else if (asked === "PUT /traffic") {
    const wanted = await bodyOf(request, traffic);
    sendJson(response, 200, JSON.stringify(await inTurn(() => slots.set(wanted))));
  } else if (slot !== undefined) {
    const what = await bodyOf(request, toLoad);
    sendJson(response, 200, JSON.stringify(await inTurn(() => load(slot, what))));
  } else
    throw new Refusal(
      "",
      "There is GET /traffic, PUT /traffic, PUT /slots/stable, PUT /slots/canary and GET /metrics.",
      404,
    );
}

async function bodyOf<Body>(request: IncomingMessage, schema: z.ZodType<Body>): Promise<Body> {
  const bytes = await readBody(request, LARGEST_BODY);
  let value: unknown;
  try {
    value = JSON.parse(bytes?.toString("utf8") ?? "");
  } catch {
    throw new Refusal("", "The body is no JSON.");
  }
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const field = issue?.path.join(".") ?? "";
  throw new Refusal(
    field,
    `${field === "" ? "The body" : `\`${field}\``}: ${issue?.message ?? "is not valid"}.`,
  );
}

function refuse(api: AdminApi, response: ServerResponse, error: unknown): void {
  if (response.headersSent) return;
  if (error instanceof Refusal) sendJson(response, error.status, error.body());
  else if (error instanceof Conflict) sendJson(response, 409, JSON.stringify({ error: error.message }));
  else if (error instanceof UserError)
    sendJson(response, 422, JSON.stringify({ error: error.message, code: error.code, remedy: error.remedy }));
  else {
    api.bug(error);
    sendJson(response, 500, JSON.stringify({ error: "The server has a bug; its log says which." }));
  }
}

/** Opens the socket for its owner alone, from its first moment. @throws UserError `socket-taken` */
export async function listenPrivately(server: Server, path: string): Promise<void> {
  await removeStale(path);
  // Between bind and chmod anybody could connect: the mask is there before.
  const mask = process.umask(0o177);
  try {
    server.listen(path);
  } finally {
    process.umask(mask);
  }
  try {
    await once(server, "listening");
    await chmod(path, 0o600);
  } catch (cause) {
    throw taken(path, `cannot be listened on: ${(cause as Error).message}`);
  }
}

/** Where a server was killed its socket stays behind; nobody answers there. */
async function removeStale(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return;
  if (!found.isSocket()) throw taken(path, "is there already, and is no socket");
  const isAlive = await new Promise<boolean>((resolve) => {
    const socket = connect(path, () => resolve(true));
    socket.once("error", () => resolve(false));
    socket.once("close", () => socket.destroy());
    socket.unref();
  });
  if (isAlive) throw taken(path, "belongs to a server that runs");
  await rm(path);
}

function taken(path: string, what: string): UserError {
  return new UserError("socket-taken", `${path} ${what}`, {
    remedy: "Name another path with `--admin`, in a folder that is there and that this user may write to.",
  });
}
