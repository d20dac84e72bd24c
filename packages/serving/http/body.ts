import type { IncomingMessage } from "node:http";
import { Refusal } from "../protocol/refusal.ts";

/** The whole body of a request. @throws Refusal for one that is longer than it may be; `undefined` where the caller went away */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  const tooLarge = () => new Refusal("", `The body is longer than ${limit} bytes.`, 413);
  const declared = Number(request.headers["content-length"] ?? 0);
  if (declared > limit) throw tooLarge();
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > limit) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof Refusal || !request.destroyed) throw error;
    return undefined;
  }
  return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
}
