import { Octokit } from "@octokit/rest";
import { expect, test } from "vitest";
import { checkoutMerge } from "../repository/checkout.ts";
import { gitRepository } from "../repository/git-repository.ts";
import { openPullRequest, push } from "../repository/pull-request.ts";
import { startGitHub } from "./start.ts";
import { personToken, workflowToken } from "./token.ts";

const tokens = {
  ada: personToken("ada"),
  job: workflowToken({ contents: "write", checks: "write", pull_requests: "write" }),
};

test("of eight annotated tags racing for one name, one wins", async () => {
  await using box = await startGitHub({ tokens });
  await using repository = await gitRepository({ "a.txt": "1\n" });
  await push(box, repository, { token: "ada" });
  const octokit = new Octokit({ auth: "ada", baseUrl: box.apiUrl });
  const repo = { owner: box.owner, repo: box.repo };
  const object = await repository.revision();
  const tags = await Promise.all(
    [...Array(8).keys()].map((n) =>
      octokit.git.createTag({ ...repo, tag: "v1", message: `by ${n}`, object, type: "commit" }),
    ),
  );
  const answers = await Promise.all(
    tags.map(({ data }) =>
      octokit.git.createRef({ ...repo, ref: "refs/tags/v1", sha: data.sha }).then(
        ({ status }) => status,
        (error) => `${error.status} ${error.response.data.message}`,
      ),
    ),
  );
  expect(answers.filter((answer) => answer === 201)).toHaveLength(1);
  expect(answers.filter((answer) => answer === "422 Reference already exists")).toHaveLength(7);
});

test("a pull request is what Git says", async () => {
  await using box = await startGitHub({ tokens });
  await using repository = await gitRepository({ "a.txt": "1\n", "b.txt": "1\n" });
  await push(box, repository, { token: "ada" });
  await repository.commit({ "a.txt": "2\n" }, { branch: "change" });
  const pull = await openPullRequest(box, repository, { token: "ada", branch: "change" });
  await using workspace = await checkoutMerge(box, pull);
  expect(workspace.sha).toBe(pull.merge);
});
