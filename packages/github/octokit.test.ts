import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { ask } from "./ask.ts";
import { failureOf } from "./failure.ts";
import { type Connection, connect } from "./octokit.ts";

type Answer = (request: IncomingMessage, response: ServerResponse, count: number) => void;

// GitHub's answers under a limit, one after the other; what is asked is counted.
async function server(answer: Answer): Promise<{ baseUrl: string; asked: IncomingMessage[] }> {
  const asked: IncomingMessage[] = [];
  const listening = createServer((request, response) => {
    asked.push(request);
    answer(request, response, asked.length);
  }).listen(0, "127.0.0.1");
  await new Promise((ready) => listening.once("listening", ready));
  onTestFinished(() => void listening.closeAllConnections());
  onTestFinished(() => void listening.close());
  return { baseUrl: `http://127.0.0.1:${(listening.address() as AddressInfo).port}`, asked };
}
function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}
async function failure(connection: Partial<Connection> & { baseUrl: string }) {
  const octokit = connect({ token: "t", paced: true, wait: async () => {}, ...connection });
  return ask(octokit, z.object({ id: z.int() }), "GET /thing", {}).catch(failureOf);
}
const secondary = { message: "You have exceeded a secondary rate limit." };
const primary = { message: "API rate limit exceeded for installation." };
const inSeconds = (seconds: number) => String(Math.floor(Date.now() / 1000) + seconds);

test("a secondary limit is waited for once and then over", async () => {
  const { baseUrl, asked } = await server((_, response, count) =>
    count === 1 ? json(response, 403, secondary, { "retry-after": "1" }) : json(response, 200, { id: 7 }),
  );
  expect(await failure({ baseUrl })).toEqual({ id: 7 });
  expect(asked).toHaveLength(2);
});

test.each([
  ["a secondary limit of two hours", 403, secondary, () => ({ "retry-after": "7200" })],
  [
    "a secondary limit until a date in two hours",
    429,
    secondary,
    () => ({ "retry-after": new Date(Date.now() + 7_200_000).toUTCString() }),
  ],
  [
    "a primary limit of two hours",
    403,
    primary,
    () => ({ "x-ratelimit-remaining": "0", "x-ratelimit-reset": inSeconds(7_200) }),
  ],
  ["an absurd limit", 403, secondary, () => ({ "retry-after": "99999999999" })],
] as const)(
  "%s is not worth the job's time: one request, and it is named",
  async (_, status, body, headers) => {
    const { baseUrl, asked } = await server((_request, response) => json(response, status, body, headers()));
    expect(await failure({ baseUrl })).toMatchObject({
      kind: "refused",
      why: expect.stringContaining("(rate limit)"),
    });
    expect(asked).toHaveLength(1);
  },
);

test("a clock that is an hour ahead does not make it ask inside the window", async () => {
  const hour = 3_600_000;
  const { baseUrl, asked } = await server((_, response) =>
    json(response, 403, primary, {
      date: new Date(Date.now() - hour).toUTCString(),
      "x-ratelimit-remaining": "0",
      // By GitHub's clock in ten minutes; by ours fifty minutes ago.
      "x-ratelimit-reset": inSeconds(-3_000),
    }),
  );
  expect(await failure({ baseUrl })).toMatchObject({ kind: "refused" });
  expect(asked).toHaveLength(1);
});

test("a server that never answers costs the deadline, not five minutes", async () => {
  const { baseUrl, asked } = await server(() => {});
  expect(await failure({ baseUrl, deadlineMs: 100 })).toMatchObject({ kind: "indeterminate" });
  expect(asked).toHaveLength(4);
});

test("a body that comes byte by byte for ever is cut off by the same deadline", async () => {
  const { baseUrl } = await server((_, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    const drip = setInterval(() => response.write(" "), 20);
    response.on("close", () => clearInterval(drip));
  });
  expect(await failure({ baseUrl, deadlineMs: 150 })).toMatchObject({ kind: "indeterminate" });
});

test.each([
  ["nothing", ""],
  ["half of the JSON", '{"id":'],
  ["another shape", '{"id":"7"}'],
  ["a page", "<html>"],
])("a success that says %s is no success", async (_, body) => {
  const { baseUrl } = await server((_request, response) =>
    response.writeHead(200, { "content-type": "application/json" }).end(body),
  );
  expect(await failure({ baseUrl })).toMatchObject({ kind: "indeterminate" });
});

test("a redirect to another host goes there without the token", async () => {
  const other = await server((_, response) => json(response, 200, { id: 7 }));
  const { baseUrl } = await server((_, response) =>
    response.writeHead(302, { location: `${other.baseUrl.replace("127.0.0.1", "localhost")}/thing` }).end(),
  );
  await failure({ baseUrl, token: "secret-token" });
  expect(other.asked.map(({ headers }) => headers.authorization)).toEqual([undefined]);
});

test("the job's own deadline ends what is under way", async () => {
  const { baseUrl } = await server(() => {});
  const result = await failure({ baseUrl, signal: AbortSignal.timeout(100) });
  expect(result).toMatchObject({ kind: "indeterminate", why: expect.any(String) });
});
