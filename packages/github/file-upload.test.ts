import { createHash, randomBytes } from "node:crypto";
import { truncate, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { temporaryFolder } from "@mlops-actions/testkit";
import { expect, onTestFinished, test } from "vitest";
import { fileUpload } from "./file-upload.ts";

async function sending(
  size: number,
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  deadlineMs = 10_000,
) {
  const folder = await temporaryFolder("file-upload");
  const path = join(folder.path, "file");
  const bytes = randomBytes(size);
  await writeFile(path, bytes);
  const server = createServer(answer).listen(0, "127.0.0.1");
  await new Promise((ready) => server.once("listening", ready));
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await folder[Symbol.asyncDispose]();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const send = fileUpload({ path, size }, { deadlineMs, signal: undefined });
  return { path, bytes, send: () => send(url, { method: "POST", headers: { accept: "text/plain" } }) };
}
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

test("the file arrives whole, with its length, and again when it is asked for again", async () => {
  const { bytes, send } = await sending(3_000_000, async (request, response) => {
    const parts = await request.toArray();
    response.end(`${request.headers["content-length"]} ${sha256(Buffer.concat(parts))}`);
  });
  for (let n = 0; n < 2; n++) expect(await (await send()).text()).toBe(`3000000 ${sha256(bytes)}`);
});

test("a refusal before the last byte is the answer", async () => {
  const { send } = await sending(50_000_000, (request, response) => {
    response.writeHead(401, { "content-type": "text/plain" }).end("no");
    request.resume();
  });
  const answer = await send();
  expect([answer.status, answer.headers.get("content-type"), await answer.text()]).toEqual([
    401,
    "text/plain",
    "no",
  ]);
});

test("a file that has become shorter is an error at once", async () => {
  const { path, send } = await sending(1_000_000, () => {});
  await truncate(path, 10);
  await expect(send()).rejects.toThrow("shorter");
});

test("a server that does not answer costs the deadline", async () => {
  const { send } = await sending(10, () => {}, 200);
  await expect(send()).rejects.toMatchObject({ name: expect.stringMatching(/AbortError|TimeoutError/) });
});

test("an answer that breaks off is none", async () => {
  const { send } = await sending(10, (_, response) => {
    response.writeHead(201, { "content-length": "100" }).write("half");
    setTimeout(() => response.destroy(), 20);
  });
  await expect(send()).rejects.toThrow();
});
