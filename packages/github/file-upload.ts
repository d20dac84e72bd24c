import { createReadStream } from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import { pipeline } from "node:stream/promises";
import { type Patience, signalOf } from "./fetch.ts";

const MAX_ANSWER_BYTES = 1024 * 1024;

/**
 * `fetch` that sends a file as its body, whatever body it is given, anew at every call. Node's own keeps what it has sent until the
 * last byte has left: a gigabyte of memory for a file of one.
 */
export function fileUpload(
  file: { path: string; size: number },
  patience: Pick<Patience, "deadlineMs" | "signal">,
): typeof fetch {
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const asked = (url.protocol === "http:" ? http : https).request(url, {
      method: init?.method ?? "POST",
      headers: { ...Object.fromEntries(new Headers(init?.headers)), "content-length": file.size },
      signal: signalOf(patience, init?.signal),
    });
    const answered = new Promise<http.IncomingMessage>((resolve, reject) => {
      asked.once("response", resolve).on("error", reject);
    });
    const bytes = createReadStream(file.path, { end: file.size - 1, highWaterMark: 1 << 18 });
    pipeline(bytes, asked).then(
      () => {
        // The server would wait for the rest.
        if (bytes.bytesRead < file.size) asked.destroy(new Error(`${file.path} has become shorter`));
      },
      // What goes wrong on the way is the request's error; an answer that comes before the last byte is an answer.
      () => {},
    );
    const answer = await answered;
    const parts: Buffer[] = [];
    let size = 0;
    for await (const part of answer as AsyncIterable<Buffer>) {
      size += part.length;
      if (size > MAX_ANSWER_BYTES) throw new Error(`the answer is larger than ${MAX_ANSWER_BYTES} bytes`);
      parts.push(part);
    }
    if (!answer.complete) throw new Error("the answer broke off");
    const headers = new Headers(
      Object.entries(answer.headers).map(([name, value]) => [name, String(value)] as [string, string]),
    );
    const status = answer.statusCode ?? 500;
    const copy = new Response(status === 204 ? null : Buffer.concat(parts), { status, headers });
    Object.defineProperty(copy, "url", { value: url.href });
    return copy;
  };
}
