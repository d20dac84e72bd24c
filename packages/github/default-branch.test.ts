import { type GitHubBox, personToken, startGitHub } from "@mlops-actions/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { defaultBranch } from "./default-branch.ts";
import { connect } from "./octokit.ts";

let box: GitHubBox;
beforeAll(async () => {
  box = await startGitHub({ tokens: { ada: personToken("acme") }, private: true });
});
afterAll(() => box.stop());

const asked = (token: string) =>
  defaultBranch({
    octokit: connect({ token, baseUrl: box.apiUrl, userAgent: "test", wait: async () => {} }),
    repo: { owner: box.owner, repo: box.repo },
  });

test("is what the repository says", async () => {
  expect(await asked("ada")).toBe("main");
});

test("is not guessed where GitHub does not say", async () => {
  await expect(asked("unknown")).rejects.toMatchObject({ code: "github-refused" });
});
