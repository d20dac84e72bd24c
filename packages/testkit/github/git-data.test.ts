import { expect, test } from "vitest";
import { client, refusal, tokens } from "../octokit.ts";
import { gitRepository } from "../repository/git-repository.ts";
import { push } from "../repository/pull-request.ts";
import { startGitHub } from "./start.ts";

test("of eight annotated tags racing for one name, one wins", async () => {
  await using box = await startGitHub({ tokens });
  await using repository = await gitRepository({ "a.txt": "1\n" });
  await push(box, repository, { token: "ada" });
  const { octokit, repo } = client(box, "job");
  const object = await repository.revision();
  const tags = await Promise.all(
    [...Array(8).keys()].map((n) =>
      octokit.git.createTag({ ...repo, tag: "v1", message: `by ${n}`, object, type: "commit" }),
    ),
  );
  expect(new Set(tags.map(({ data }) => data.sha)).size).toBe(8);
  const answers = await Promise.all(
    tags.map(({ data }) => refusal(octokit.git.createRef({ ...repo, ref: "refs/tags/v1", sha: data.sha }))),
  );
  expect(answers.sort()).toEqual(["none", ...Array(7).fill("422 Reference already exists")].sort());
  expect(await repository.git.text(["ls-remote", box.gitDir, "refs/tags/v1^{}"])).toContain(object);
});

test("of two movers of one reference, the second is told that it is no fast-forward", async () => {
  await using box = await startGitHub({ tokens });
  await using repository = await gitRepository({ "a.txt": "1\n" });
  const ref = "mlops/registry";
  await push(box, repository, { token: "ada" });
  const { octokit, repo } = client(box, "job");
  const first = await repository.revision();
  await octokit.git.createRef({ ...repo, ref: `refs/${ref}`, sha: first });
  const { data: tree } = await octokit.git.getTree({ ...repo, tree_sha: first });
  const next = (message: string) =>
    octokit.git.createCommit({ ...repo, message, tree: tree.sha, parents: [first] });
  const [one, two] = await Promise.all([next("one"), next("two")]);
  const answers = await Promise.all(
    [one, two].map(({ data }) => refusal(octokit.git.updateRef({ ...repo, ref, sha: data.sha }))),
  );
  expect(answers.sort()).toEqual(["422 Update is not a fast forward", "none"]);
});

test("files have Git's own digests, whichever way they are read", async () => {
  await using box = await startGitHub({ tokens });
  await using repository = await gitRepository({ "data/a b.csv": "x\n1\n", "empty.txt": "", "ä.txt": "ü" });
  await push(box, repository, { token: "ada" });
  const { octokit, repo } = client(box, "job");
  const head = await repository.revision();
  const { data: tree } = await octokit.git.getTree({ ...repo, tree_sha: head, recursive: "1" });
  expect(tree.tree.map(({ path, type, size }) => [path, type, size])).toEqual([
    ["data", "tree", undefined],
    ["data/a b.csv", "blob", 4],
    ["empty.txt", "blob", 0],
    ["ä.txt", "blob", 2],
  ]);
  for (const { path, sha, type } of tree.tree) {
    if (type !== "blob") continue;
    const { data: blob } = await octokit.git.getBlob({ ...repo, file_sha: sha });
    const { data: file } = await octokit.repos.getContent({ ...repo, path, ref: head });
    const raw = await octokit.repos.getContent({ ...repo, path, ref: head, mediaType: { format: "raw" } });
    expect(await repository.git.text(["rev-parse", `HEAD:${path}`])).toBe(sha);
    expect(file).toMatchObject({ sha, content: blob.content, path });
    // Octokit gives an empty text for an empty body.
    expect(raw.data).toBe(Buffer.from(blob.content, "base64").toString());
  }
  expect(await refusal(octokit.repos.getContent({ ...repo, path: "none.csv", ref: head }))).toBe(
    "404 Not Found",
  );
  expect(await refusal(octokit.repos.getContent({ ...repo, path: "ä.txt", ref: "none" }))).toBe(
    "404 No commit found for the ref none",
  );
});

test("a commit made from parts is the commit that a clone has", async () => {
  await using box = await startGitHub({ tokens });
  await using repository = await gitRepository({ "a.txt": "1\n", "b.txt": "2\n" });
  await push(box, repository, { token: "ada" });
  const { octokit, repo } = client(box, "job");
  const base = await repository.revision();
  const { data: tree } = await octokit.git.createTree({
    ...repo,
    base_tree: base,
    tree: [
      { path: "a.txt", mode: "100644", type: "blob", content: "changed\n" },
      { path: "b.txt", mode: "100644", type: "blob", sha: null },
    ],
  });
  const { data: commit } = await octokit.git.createCommit({
    ...repo,
    message: "Made",
    tree: tree.sha,
    parents: [base],
  });
  await octokit.git.createRef({ ...repo, ref: "refs/heads/made", sha: commit.sha });
  await repository.git.bytes(["fetch", "--quiet", box.gitDir, "made"]);
  expect(await repository.git.text(["ls-tree", "-r", "--name-only", "FETCH_HEAD"])).toBe("a.txt");
  expect(await repository.git.text(["log", "-1", "--format=%s %an %P", "FETCH_HEAD"])).toBe(
    `Made github-actions[bot] ${base}`,
  );
});
