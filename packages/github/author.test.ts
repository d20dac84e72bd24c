import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { authorOf, isBy } from "./author.ts";
import { connect } from "./octokit.ts";

// The two ways to ask who one is, as GitHub answers them for this kind of token.
async function client(answers: { user: [number, unknown]; graphql: [number, unknown] }) {
  const server = createServer((request, response) => {
    const [status, body] = request.url === "/user" ? answers.user : answers.graphql;
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  }).listen(0, "127.0.0.1");
  await new Promise((ready) => server.once("listening", ready));
  onTestFinished(() => void server.close());
  return connect({
    token: "t",
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    wait: async () => {},
  });
}
const refused: [number, unknown] = [403, { message: "Resource not accessible by integration" }];

test("a person is known by id", async () => {
  const octokit = await client({ user: [200, { id: 7, login: "ada" }], graphql: refused });
  expect(await authorOf(octokit)).toEqual({ id: 7 });
});

test("an app of one's own is known by its login", async () => {
  const octokit = await client({
    user: refused,
    graphql: [200, { data: { viewer: { login: "our-reviews[bot]" } } }],
  });
  expect(await authorOf(octokit)).toEqual({ login: "our-reviews[bot]" });
});

test.each([
  ["refuses", refused],
  ["names a person", [200, { data: { viewer: { login: "ada" } } }] as [number, unknown]],
])("where GraphQL %s it is a workflow's own token", async (_, graphql) => {
  expect(await authorOf(await client({ user: refused, graphql }))).toEqual({ login: "github-actions[bot]" });
});

test("a login is believed of bots alone: people's can be given up and taken by others", () => {
  const author = { login: "our-reviews[bot]" };
  expect(isBy(author, { id: 1, login: "our-reviews[bot]", type: "Bot" })).toBe(true);
  expect(isBy(author, { id: 1, login: "our-reviews[bot]", type: "User" })).toBe(false);
  expect(isBy({ id: 7 }, { id: 8, login: "ada", type: "User" })).toBe(false);
});
