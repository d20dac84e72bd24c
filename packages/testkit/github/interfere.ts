import { once } from "node:events";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { Circumstances } from "./box.ts";
import type { Fault, FaultAnswer } from "./fault.ts";

type Handle = (request: Request, circumstances?: Circumstances) => Promise<Response>;

/** Handles a request as the fault says. @returns the response and the status the caller sees, 0 for none */
export async function interfere(
  fault: Fault,
  request: Request,
  { incoming, outgoing }: HttpBindings,
  handle: Handle,
): Promise<{ response: Response; status: number }> {
  const nothing = () => {
    outgoing.destroy();
    return { response: RESPONSE_ALREADY_SENT, status: 0 };
  };
  const instead = async (answer: FaultAnswer) => {
    switch (answer.kind) {
      case "drop":
        return nothing();
      case "silence":
        await new Promise((resolve) => outgoing.once("close", resolve));
        return nothing();
      case "status": {
        const body = {
          message: answer.message ?? "Server Error",
          documentation_url: "https://docs.github.com/rest",
          status: String(answer.status),
        };
        return seen(
          Response.json(body, { status: answer.status, ...(answer.headers && { headers: answer.headers }) }),
        );
      }
      case "body": {
        const headers = { "content-type": answer.contentType ?? "application/json; charset=utf-8" };
        return seen(new Response(answer.body, { status: answer.status ?? 200, headers }));
      }
    }
  };

  switch (fault.phase) {
    case "before":
      return instead(fault.answer);
    case "after-commit": {
      const response = await handle(request);
      await response.arrayBuffer();
      return instead(fault.answer);
    }
    case "delay": {
      const response = await handle(request);
      await sleep(fault.milliseconds);
      return seen(response);
    }
    case "trickle": {
      const response = await handle(request);
      const body = Buffer.from(await response.arrayBuffer());
      async function* bytes() {
        for (const byte of body) {
          yield Uint8Array.of(byte);
          await sleep(milliseconds);
        }
      }
      const { milliseconds } = fault;
      const stream = Readable.toWeb(Readable.from(bytes())) as ReadableStream;
      return seen(new Response(stream, { status: response.status, headers: response.headers }));
    }
    case "truncated": {
      const response = await handle(request);
      const body = Buffer.from(await response.arrayBuffer());
      const headers = new Headers(response.headers);
      headers.delete("content-length");
      return seen(
        new Response(body.subarray(0, fault.bytes ?? body.length >> 1), { status: response.status, headers }),
      );
    }
    case "cut": {
      const response = await handle(request);
      const body = Buffer.from(await response.arrayBuffer());
      const headers = { ...Object.fromEntries(response.headers), "content-length": String(body.length) };
      outgoing.writeHead(response.status, headers);
      await new Promise((resolve) =>
        outgoing.write(body.subarray(0, fault.bytes ?? body.length >> 1), resolve),
      );
      // The last bytes must have left before the socket goes.
      await new Promise((resolve) => setImmediate(resolve));
      return nothing();
    }
    case "stale":
      return seen(await handle(request, { listAgeMs: fault.milliseconds }));
    case "upload-cut": {
      if (fault.leaves === "starter") {
        const { url, method, headers } = request;
        await handle(new Request(url, { method, headers }), { isCutUpload: true });
      }
      if (fault.answer !== undefined) {
        // A server that answers before it has read everything loses its answer.
        incoming.resume();
        if (!incoming.complete) await once(incoming, "end");
        return instead(fault.answer);
      }
      let size = 0;
      for await (const part of incoming) {
        size += (part as Buffer).length;
        if (size >= fault.bytes) break;
      }
      return nothing();
    }
  }
}

function seen(response: Response): { response: Response; status: number } {
  return { response, status: response.status };
}
