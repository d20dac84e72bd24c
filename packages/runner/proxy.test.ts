import { execFile } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";

async function server(text: string): Promise<string> {
  const listening = createServer((_, response) => response.end(text)).listen(0, "127.0.0.1");
  // A tunnel ends in an answer of the proxy's own.
  listening.on("connect", (_, socket) => {
    socket.write("HTTP/1.1 200 OK\r\n\r\n");
    socket.once("data", () => socket.end(`HTTP/1.1 200 OK\r\ncontent-length: ${text.length}\r\n\r\n${text}`));
  });
  await new Promise((ready) => listening.once("listening", ready));
  onTestFinished(() => void listening.close());
  return `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
}

// In a process of its own, since a proxy holds for a whole process.
async function fetched(url: string, environment: Record<string, string>): Promise<string> {
  const script = `
    import { followProxy } from ${JSON.stringify(import.meta.resolve("./proxy.ts"))};
    followProxy(${JSON.stringify(environment)});
    process.stdout.write(await (await fetch(${JSON.stringify(url)})).text());`;
  return (await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script])).stdout;
}

test("requests go through the machine's proxy", async () => {
  const proxy = await server("proxy");
  expect(await fetched("http://registry.invalid/", { http_proxy: proxy })).toBe("proxy");
});

test("a host that is excepted is asked directly, and without a proxy all are", async () => {
  const [proxy, direct] = [await server("proxy"), await server("direct")];
  expect(await fetched(direct, { http_proxy: proxy, NO_PROXY: "127.0.0.1" })).toBe("direct");
  expect(await fetched(direct, {})).toBe("direct");
});
