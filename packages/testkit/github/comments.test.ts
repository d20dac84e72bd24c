import { expect, test } from "vitest";
import { client, refusal, tokens } from "../octokit.ts";
import { gitRepository } from "../repository/git-repository.ts";
import { openPullRequest, push } from "../repository/pull-request.ts";
import { startGitHub } from "./start.ts";

async function conversation() {
  const box = await startGitHub({ tokens });
  await using repository = await gitRepository({ "a.txt": "1\n" });
  await push(box, repository, { token: "ada" });
  await repository.commit({ "a.txt": "2\n" }, { branch: "change" });
  const { number } = await openPullRequest(box, repository, { token: "ada", branch: "change" });
  return { box, at: { ...client(box).repo, issue_number: number } };
}

test("130 comments come in pages that lead to each other", async () => {
  const { box, at } = await conversation();
  await using _ = box;
  const { octokit } = client(box, "job");
  const bodies = [...Array(130).keys()].map((n) => `comment ${n}`);
  for (const body of bodies) await octokit.issues.createComment({ ...at, body });

  const first = await octokit.issues.listComments({ ...at, per_page: 100 });
  expect(first.data).toHaveLength(100);
  expect(first.headers.link).toMatch(/page=2>; rel="next".*page=2>; rel="last"/);
  const all = await octokit.paginate(octokit.issues.listComments, { ...at, per_page: 50 });
  expect(all.map(({ body }) => body)).toEqual(bodies);
  expect((await octokit.issues.listComments(at)).data).toHaveLength(30);
  expect((await octokit.issues.listComments({ ...at, page: 9 })).data).toEqual([]);
});

test("a workflow's comment says which app wrote it, and only that app and people change it", async () => {
  const { box, at } = await conversation();
  await using _ = box;
  const job = client(box, "job").octokit;
  const ada = client(box, "ada").octokit;
  const repo = client(box).repo;
  const { data: made } = await job.issues.createComment({ ...at, body: "verdict" });
  const { data: own } = await ada.issues.createComment({ ...at, body: "<!-- marker --> mine" });

  expect(made).toMatchObject({
    user: { login: "github-actions[bot]", type: "Bot", id: 41898282 },
    performed_via_github_app: { id: 15368, slug: "github-actions" },
  });
  expect(own).toMatchObject({ user: { login: "ada", type: "User" }, performed_via_github_app: null });
  const overwrite = job.issues.updateComment({ ...repo, comment_id: own.id, body: "taken" });
  expect(await refusal(overwrite)).toBe("403 Resource not accessible by integration");
  await job.issues.updateComment({ ...repo, comment_id: made.id, body: "newer verdict" });
  expect((await job.issues.getComment({ ...repo, comment_id: made.id })).data.body).toBe("newer verdict");
  await ada.issues.deleteComment({ ...repo, comment_id: made.id });
  expect(await refusal(job.issues.getComment({ ...repo, comment_id: made.id }))).toBe("404 Not Found");
});

test("a comment has at most 65,536 characters and is not blank", async () => {
  const { box, at } = await conversation();
  await using _ = box;
  const { octokit } = client(box, "job");
  const say = (body: string) => octokit.issues.createComment({ ...at, body });
  await say("x".repeat(65_536));
  const long = await say("x".repeat(65_537)).catch((error) => error.response);
  expect(long).toMatchObject({
    status: 422,
    data: {
      message: "Validation Failed",
      errors: [{ field: "data", message: expect.stringContaining("maximum is 65536 characters") }],
    },
  });
  expect(await refusal(say("  "))).toBe("422 Validation Failed");
  expect((await octokit.issues.listComments(at)).data).toHaveLength(1);
});
