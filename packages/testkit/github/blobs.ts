import { createHash, randomBytes } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { appendFile, mkdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { App, Box } from "./box.ts";
import { Refusal } from "./refusal.ts";

/** A link that whoever has it may use for a while, like those of GitHub's object store. */
export function signedUrl(box: Box, blob: string, name = blob): string {
  // Short signatures would be masked everywhere in a log: the artifact library registers them as secrets.
  const sig = randomBytes(32).toString("base64url");
  return `${box.url}/_blob/${blob}/${encodeURIComponent(name)}?se=2099-01-01&sp=rw&sig=${sig}`;
}

export function newBlob(box: Box): string {
  return `b${box.nextId()}`;
}

function fileOf(box: Box, blob: string): string {
  return join(box.settings.dir, "blobs", blob);
}

/** Keeps a stream's bytes. */
export async function keep(box: Box, blob: string, body: ReadableStream | null) {
  const file = fileOf(box, blob);
  await mkdir(join(box.settings.dir, "blobs"), { recursive: true });
  const hash = createHash("sha256");
  let size = 0;
  const counted = async function* (parts: AsyncIterable<Uint8Array>) {
    for await (const part of parts) {
      hash.update(part);
      size += part.length;
      yield part;
    }
  };
  await pipeline(
    body === null ? Readable.from([]) : Readable.fromWeb(body as never),
    counted,
    createWriteStream(file),
  );
  return { size, digest: `sha256:${hash.digest("hex")}` };
}

/** The part of Azure's block blobs that the official libraries use: whole, or in blocks and a list that orders them. */
export function blobs(app: App, box: Box): void {
  const types = new Map<string, string>();

  app.put("/_blob/:blob/:name", async (c) => {
    const blob = c.req.param("blob");
    const type = c.req.header("x-ms-blob-content-type") ?? c.req.header("content-type");
    const part = c.req.query("comp");
    if (part === "block") {
      await keep(box, blockName(blob, c.req.query("blockid") ?? ""), c.req.raw.body);
    } else if (part === "blocklist") {
      const ids = [...(await c.req.text()).matchAll(/<(Latest|Uncommitted|Committed)>([^<]+)</g)];
      await keep(box, blob, null);
      for (const [, , id = ""] of ids) {
        const block = fileOf(box, blockName(blob, id));
        await appendFile(fileOf(box, blob), await readFile(block));
        await rm(block);
      }
      if (type !== undefined)
        types.set(blob, c.req.header("x-ms-blob-content-type") ?? "application/octet-stream");
    } else {
      await keep(box, blob, c.req.raw.body);
      if (type !== undefined) types.set(blob, type);
    }
    return c.body(null, 201, {
      etag: `"${blob}"`,
      "last-modified": new Date().toUTCString(),
      "x-ms-request-id": blob,
      "x-ms-version": "2024-11-04",
    });
  });

  app.get("/_blob/:blob/:name", async (c) => {
    const blob = c.req.param("blob");
    const name = c.req.param("name");
    return sendBlob(box, blob, name, types.get(blob) ?? "application/octet-stream");
  });
}

export async function sendBlob(box: Box, blob: string, name: string, type: string): Promise<Response> {
  const file = fileOf(box, blob);
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) throw new Refusal(404, "The specified blob does not exist.");
  const headers = {
    "content-type": type,
    "content-length": String(found.size),
    "content-disposition": `attachment; filename="${name.replaceAll(/["\r\n]/g, "_")}"`,
  };
  return new Response(Readable.toWeb(createReadStream(file)) as ReadableStream, { headers });
}

function blockName(blob: string, id: string): string {
  return `${blob}.${Buffer.from(id).toString("hex")}`;
}
