import { expect, test } from "vitest";
import { client, refusal, tokens } from "../octokit.ts";
import { gitRepository } from "../repository/git-repository.ts";
import { openPullRequest, push } from "../repository/pull-request.ts";
import { startGitHub } from "./start.ts";

test("who may not is told why, in GitHub's words", async () => {
  await using box = await startGitHub({ tokens });
  await using repository = await gitRepository({ "a.txt": "1\n" });
  await push(box, repository, { token: "ada" });
  await repository.commit({ "a.txt": "2\n" }, { branch: "change" });
  const { number } = await openPullRequest(box, repository, { token: "ada", branch: "change" });
  const { repo } = client(box);
  const say = (auth?: string) =>
    client(box, auth).octokit.issues.createComment({ ...repo, issue_number: number, body: "x" });

  expect(await refusal(say("made up"))).toBe("401 Bad credentials");
  expect(await refusal(client(box, "made up").octokit.repos.get(repo))).toBe("401 Bad credentials");
  expect(await refusal(say())).toBe("401 Requires authentication");
  expect(await refusal(say("job"))).toBe("none");
  const missing = await say("reader").catch((error) => error.response);
  expect(missing).toMatchObject({
    status: 403,
    headers: { "x-accepted-github-permissions": "issues=write; pull_requests=write" },
    data: {
      message: "Resource not accessible by integration",
      status: "403",
      documentation_url: expect.stringMatching(/^https/),
    },
  });
  expect(await refusal(client(box).octokit.pulls.list(repo))).toBe("none");
});

test("in a private repository reading needs a permission, and strangers learn nothing", async () => {
  await using box = await startGitHub({ tokens, private: true });
  const { repo } = client(box);
  const list = (auth?: string) => client(box, auth).octokit.pulls.list(repo);
  expect(await refusal(list())).toBe("404 Not Found");
  expect(await refusal(list("reader"))).toBe("403 Resource not accessible by integration");
  expect(await refusal(list("job"))).toBe("none");
});

test("a workflow's token has no user; a person has", async () => {
  await using box = await startGitHub({ tokens });
  expect(await refusal(client(box, "job").octokit.users.getAuthenticated())).toBe(
    "403 Resource not accessible by integration",
  );
  const { data } = await client(box, "ada").octokit.users.getAuthenticated();
  expect(data).toMatchObject({ login: "ada", type: "User" });
});

test("GraphQL says who asks, to everyone with a token", async () => {
  const app = { id: 7, slug: "our-reviews", name: "Our reviews" };
  const own = { login: "our-reviews[bot]", type: "Bot" as const, permissions: {}, app };
  await using box = await startGitHub({ tokens: { ...tokens, own } });
  const ask = (auth?: string, query = "{ viewer { login } }") => client(box, auth).octokit.graphql(query);
  expect(await ask("own")).toEqual({ viewer: { login: "our-reviews[bot]" } });
  expect(await ask("job", "query { viewer { login databaseId } }")).toEqual({
    viewer: { login: "github-actions[bot]", databaseId: 41898282 },
  });
  await expect(ask()).rejects.toThrow("requires you to be authenticated");
  await expect(ask("job", "{ repository { id } }")).rejects.toThrow("does not answer");
});

test("another repository is not there", async () => {
  await using box = await startGitHub({ tokens });
  expect(await refusal(client(box, "ada").octokit.repos.get({ owner: "acme", repo: "other" }))).toBe(
    "404 Not Found",
  );
});
