import { expect, test } from "vitest";
import { client, refusal, tokens } from "../octokit.ts";
import { gitRepository } from "../repository/git-repository.ts";
import { push } from "../repository/pull-request.ts";
import { startGitHub } from "./start.ts";

const annotation = {
  path: "a.txt",
  start_line: 1,
  end_line: 1,
  annotation_level: "warning",
  message: "look",
} as const;
const annotations = (count: number) => Array(count).fill(annotation);

test("annotations come in portions of fifty and add up", async () => {
  await using box = await startGitHub({ tokens });
  await using repository = await gitRepository({ "a.txt": "1\n" });
  await push(box, repository, { token: "ada" });
  const { octokit, repo } = client(box, "job");
  const output = { title: "t", summary: "s" };
  const head_sha = await repository.revision();
  const { data: run } = await octokit.checks.create({
    ...repo,
    name: "gate",
    head_sha,
    output: { ...output, annotations: annotations(50) },
  });
  const at = { ...repo, check_run_id: run.id };
  await octokit.checks.update({
    ...at,
    conclusion: "failure",
    output: { ...output, annotations: annotations(1) },
  });

  expect(await octokit.paginate(octokit.checks.listAnnotations, at)).toHaveLength(51);
  const { data } = await octokit.checks.get(at);
  expect(data).toMatchObject({
    status: "completed",
    conclusion: "failure",
    output: { annotations_count: 51, title: "t" },
  });
  expect(data.completed_at).not.toBeNull();

  const portion = octokit.checks.update({ ...at, output: { ...output, annotations: annotations(51) } });
  expect(await refusal(portion)).toMatch(
    /^422 Invalid request.*No more than 50 items are allowed; 51 were supplied/s,
  );
  const long = octokit.checks.update({ ...at, output: { title: "t", summary: "x".repeat(65_536) } });
  expect(await refusal(long)).toMatch(/^422 .*Only 65535 characters are allowed; 65536 were supplied/s);
  expect(await octokit.paginate(octokit.checks.listAnnotations, at)).toHaveLength(51);
});

test("only apps write checks, only on commits that are there, and never completed without a conclusion", async () => {
  await using box = await startGitHub({ tokens });
  await using repository = await gitRepository({ "a.txt": "1\n" });
  await push(box, repository, { token: "ada" });
  const head_sha = await repository.revision();
  const create = (auth: string, more: object) => {
    const { octokit, repo } = client(box, auth);
    return refusal(octokit.checks.create({ ...repo, name: "gate", head_sha, ...more } as never));
  };
  expect(await create("ada", {})).toBe("403 You must authenticate via a GitHub App.");
  expect(await create("reader", {})).toBe("403 Resource not accessible by integration");
  expect(await create("job", { head_sha: "0".repeat(40) })).toBe(
    `422 No commit found for SHA: ${"0".repeat(40)}`,
  );
  expect(await create("job", { status: "completed" })).toContain("422 Invalid request");
  expect(await create("job", { status: "done" })).toContain("is not a member of");
  expect(await create("job", { conclusion: "success" })).toBe("none");
});

test("a list shows the newest run of each name, or all of them", async () => {
  await using box = await startGitHub({ tokens });
  await using repository = await gitRepository({ "a.txt": "1\n" });
  await push(box, repository, { token: "ada" });
  const { octokit, repo } = client(box, "job");
  const head_sha = await repository.revision();
  for (const name of ["gate", "gate", "drift"])
    await octokit.checks.create({ ...repo, name, head_sha, external_id: name, conclusion: "success" });
  const list = async (more: object) =>
    (await octokit.checks.listForRef({ ...repo, ref: head_sha, ...more })).data.check_runs.map(
      ({ name }) => name,
    );
  expect(await list({})).toEqual(["drift", "gate"]);
  expect(await list({ filter: "all" })).toEqual(["drift", "gate", "gate"]);
  expect(await list({ check_name: "drift" })).toEqual(["drift"]);
  expect((await octokit.checks.listForRef({ ...repo, ref: "main" })).data.total_count).toBe(2);
});
