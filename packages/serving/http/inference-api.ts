import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Failure } from "../engine/engine.ts";
import type { Described } from "../engine/messages.ts";
import type { Reply } from "../engine/process.ts";
import type { PredictionLog } from "../log/prediction-log.ts";
import type { Metrics, Observed, Outcome } from "../metrics.ts";
import { Refusal } from "../protocol/refusal.ts";
import type { Slot, Slots } from "../traffic/slots.ts";
import { readBody } from "./body.ts";
import { sendError, sendJson } from "./reply.ts";

export interface InferenceApi {
  model: string;
  /** Name and version of this program. */
  tool: string;
  slots: Slots;
  metrics: Metrics;
  log: PredictionLog | undefined;
  /** The header whose value keeps a caller on one side of a rollout. */
  stickyHeader: string;
  /** What stands for a sticky key in the log. */
  pseudonym(key: string): string;
  bodyBytes: number;
  /** Whether it is going down: requests are still answered, and callers told to go elsewhere. */
  isEnding(): boolean;
  now(): Date;
  /** A bug of ours that one request has met. */
  bug(error: unknown): void;
}

const HEADERS_MS = 10_000;
const REQUEST_MS = 30_000;
/** Longer than proxies keep an idle connection, so that they end it and not we while they send. */
const IDLE_MS = 75_000;

/** The Open Inference Protocol over HTTP, and `/metrics`. */
export function inferenceServer(api: InferenceApi): Server {
  const server = createServer(
    {
      headersTimeout: HEADERS_MS,
      requestTimeout: REQUEST_MS,
      keepAliveTimeout: IDLE_MS,
      connectionsCheckingInterval: 1000,
    },
    (request, response) => {
      if (api.isEnding()) response.setHeader("connection", "close");
      handle(api, request, response).catch((error: unknown) => {
        if (error instanceof Refusal) return refuse(response, error);
        api.bug(error);
        if (!response.headersSent) sendError(response, 500, "The server has a bug; its log says which.");
      });
    },
  );
  return server;
}

function refuse(response: ServerResponse, refusal: Refusal): void {
  if (response.headersSent) return;
  // The rest of a body that is too long is not read.
  sendJson(response, refusal.status, refusal.body(), refusal.status === 413 ? { connection: "close" } : {});
}

async function handle(api: InferenceApi, request: IncomingMessage, response: ServerResponse): Promise<void> {
  // Pages of a browser have no business here, whatever name brought them to this address.
  if (request.headers.origin !== undefined)
    throw new Refusal("", "Requests of web pages are not answered.", 403);
  const path = (request.url ?? "").split("?", 1)[0] ?? "";
  const isReady = api.slots.stable.engine.isReady && !api.isEnding();
  const json = (status: number, value: unknown) =>
    onlyGet(request, response, async () => sendJson(response, status, JSON.stringify(value)));
  switch (path) {
    case "/metrics":
      return onlyGet(request, response, async () => {
        const text = await api.metrics.text();
        response.writeHead(200, { "content-type": api.metrics.contentType }).end(text);
      });
    case "/v2":
      return json(200, serverMetadata(api));
    case "/v2/health/live":
      return json(200, { live: true });
    case "/v2/health/ready":
      return json(isReady ? 200 : 503, { ready: isReady });
  }
  const parts = path.split("/").slice(1).map(decoded);
  if (parts[0] !== "v2" || parts[1] !== "models" || parts.length < 3) throw nowhere(path);
  return ofModel(api, parts, request, response);
}

async function ofModel(
  api: InferenceApi,
  [, , name = "", ...rest]: readonly string[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (name !== api.model)
    throw new Refusal("", `This server has the model ${api.model}, and not ${JSON.stringify(name)}.`, 404);
  const [version, action, more] = rest[0] === "versions" ? rest.slice(1) : [undefined, ...rest];
  if (more !== undefined || (rest[0] === "versions" && version === undefined))
    throw nowhere(request.url ?? "");
  if (action === "infer") {
    if (request.method !== "POST") {
      response.setHeader("allow", "POST");
      throw new Refusal("", "Inference is asked with POST.", 405);
    }
    return infer(api, version, request, response);
  }
  if (action !== undefined && action !== "ready") throw nowhere(request.url ?? "");
  const { described, isReady } = (version === undefined ? api.slots.stable : loaded(api, version)).engine;
  return onlyGet(request, response, async () => {
    if (action === undefined) sendJson(response, 200, JSON.stringify(modelMetadata(api, described)));
    else sendJson(response, isReady ? 200 : 503, JSON.stringify({ name, ready: isReady }));
  });
}

function loaded({ slots: { stable, canary } }: InferenceApi, version: string): Slot {
  const slots = canary === undefined ? [stable] : [stable, canary];
  const found = slots.find((slot) => slot.version === version);
  if (found !== undefined) return found;
  const present = slots.map((slot) => slot.version).join(" and ");
  throw new Refusal(
    "",
    `The version ${JSON.stringify(version)} is not loaded; ${present} ${slots.length === 1 ? "is" : "are"}.`,
    404,
  );
}

async function infer(
  api: InferenceApi,
  named: string | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let slot = "none";
  let observed: Pick<Observed, "version" | "position"> = { version: "" };
  let began = performance.now();
  const tell = (outcome: Outcome, rows = 0) => {
    const seconds = (performance.now() - began) / 1000;
    api.metrics.observe({ slot, ...observed, outcome, seconds, rows });
    return seconds;
  };
  try {
    const jsonBytes = headerLength(request);
    const body = await readBody(request, api.bodyBytes);
    if (body === undefined) return;
    if (jsonBytes !== undefined && jsonBytes > body.length)
      throw new Refusal("", "Inference-Header-Content-Length is larger than the body.");
    began = performance.now();
    // Only now that all of it is here, and without waiting before it is asked: a version that leaves answers what it was asked before.
    const header = request.headers[api.stickyHeader];
    const key = typeof header === "string" ? header : undefined;
    // A caller that names a version chose it: its requests say nothing about a rollout.
    const route = named === undefined ? api.slots.route(key) : { slot: "named", to: loaded(api, named) };
    slot = route.slot;
    observed = { version: route.to.version, position: "position" in route ? route.position : undefined };
    const reply = await route.to.engine.infer(body, jsonBytes);
    const seconds = tell(outcomeOf(reply), reply.kind === "answer" ? reply.rows : 0);
    if (reply.kind === "failed" && !reply.isModel)
      api.bug(new Error(`In the process of ${observed.version}: ${reply.message}`));
    answer(response, reply);
    if (reply.kind !== "answer" || reply.logged === undefined) return;
    const { version } = observed;
    const told = key === undefined ? null : api.pseudonym(key);
    api.log?.write({ time: api.now(), key: told, version, slot, seconds }, reply.logged);
  } catch (error) {
    tell(error instanceof Refusal ? "client" : "internal");
    throw error;
  }
}

function answer(response: ServerResponse, reply: Reply | Failure): void {
  switch (reply.kind) {
    case "answer":
      sendJson(
        response,
        200,
        reply.body,
        reply.jsonBytes === undefined
          ? {}
          : {
              "content-type": "application/octet-stream",
              "inference-header-content-length": reply.jsonBytes,
            },
      );
      return;
    case "refused":
      sendJson(response, reply.status, reply.body);
      return;
    case "failed":
      sendError(response, 500, reply.isModel ? reply.message : "The server has a bug; its log says which.");
      return;
    case "unanswered":
      sendError(response, reply.why === "timeout" ? 504 : 503, WHY[reply.why], { "retry-after": 1 });
  }
}

const WHY: Readonly<Record<Failure["why"], string>> = {
  crashed: "The model's process ended while it answered; it is started again.",
  timeout: "The model took too long and was stopped; it is started again.",
  overloaded: "Too many requests are waiting.",
  down: "The model's process does not start; the server's log says why.",
};

function outcomeOf(reply: Reply | Failure): Outcome {
  if (reply.kind === "answer") return "ok";
  if (reply.kind === "refused") return "client";
  return reply.kind === "failed" ? (reply.isModel ? "model" : "internal") : reply.why;
}

/** How much of the body is JSON. @throws Refusal, also for a body that is not sent as it is */
function headerLength(request: IncomingMessage): number | undefined {
  if ((request.headers["content-encoding"] ?? "identity") !== "identity")
    throw new Refusal("", "Bodies are read as they are, not compressed.", 415);
  const said = request.headers["inference-header-content-length"];
  if (said === undefined) return undefined;
  if (typeof said !== "string" || !/^\d{1,9}$/.test(said))
    throw new Refusal("", "Inference-Header-Content-Length is no number of bytes.");
  return Number(said);
}

function serverMetadata({ tool }: InferenceApi) {
  const [name, version = ""] = tool.split(" ");
  return { name, version, extensions: ["binary_tensor_data"] };
}

function modelMetadata({ model, slots }: InferenceApi, described: Described) {
  const shaped = (shape: readonly (number | null)[]) =>
    shape.length === 0 ? [-1] : shape.map((size) => size ?? -1);
  return {
    name: model,
    versions: [slots.stable, slots.canary].flatMap((slot) => slot?.version ?? []),
    platform: "onnxruntime",
    inputs: described.inputs.map(({ name, type, shape, columns }) => ({
      name,
      datatype: type,
      shape: shaped(shape),
      ...(columns && { parameters: { columns } }),
    })),
    outputs: described.outputs.map(({ name, type, shape }) => ({
      name,
      datatype: type,
      shape: shaped(shape),
    })),
  };
}

async function onlyGet(
  request: IncomingMessage,
  response: ServerResponse,
  then: () => Promise<void>,
): Promise<void> {
  if (request.method === "GET" || request.method === "HEAD") return then();
  response.setHeader("allow", "GET, HEAD");
  throw new Refusal("", "This is read with GET.", 405);
}

function nowhere(path: string): Refusal {
  return new Refusal("", `There is nothing at ${JSON.stringify(path.slice(0, 200))}.`, 404);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new Refusal("", "The path is not encoded as paths are.");
  }
}
