import { personToken, startGitHub, workflowToken } from "@mlops-actions/testkit";
import { expect, test } from "vitest";
import { connect } from "./octokit.ts";
import { writablePermissions } from "./writable.ts";

test("a token's permissions to write are seen without anything being written", async () => {
  await using box = await startGitHub({
    tokens: {
      ada: personToken("ada"),
      reader: workflowToken({ contents: "read", pull_requests: "read" }),
      reporter: workflowToken({ contents: "read", pull_requests: "write", checks: "write" }),
      releaser: workflowToken({ contents: "write" }),
    },
  });
  const may = (token: string) =>
    writablePermissions(connect({ token, baseUrl: box.apiUrl }), { owner: box.owner, repo: box.repo });
  expect(await may("reader")).toEqual([]);
  expect(await may("nobody")).toEqual([]);
  expect(await may("reporter")).toEqual(["checks", "pull-requests"]);
  expect(await may("releaser")).toEqual(["contents"]);
  const answered = (await box.requests()).map(({ status }) => status);
  expect(answered.filter((status) => status < 400)).toEqual([]);
});
