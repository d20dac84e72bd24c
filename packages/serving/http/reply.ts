import type { ServerResponse } from "node:http";

/** Sends a JSON text, or bytes that follow one. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string | number>> = {},
): void {
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    ...headers,
  });
  response.end(body);
}

export function sendError(response: ServerResponse, status: number, error: string, headers = {}): void {
  sendJson(response, status, JSON.stringify({ error }), headers);
}
