import { createHash, randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { client, refusal, tokens } from "../octokit.ts";
import { gitRepository } from "../repository/git-repository.ts";
import { push } from "../repository/pull-request.ts";
import { startGitHub } from "./start.ts";

async function published() {
  const box = await startGitHub({ tokens });
  const repository = await gitRepository({ "a.txt": "1\n" });
  await push(box, repository, { token: "ada" });
  return { box, repository, ...client(box, "job") };
}

test("a draft has no tag until it is published; then Git has it, too", async () => {
  const { box, repository, octokit, repo } = await published();
  await using _ = box;
  await using __ = repository;
  const tags = () => repository.git.text(["ls-remote", "--tags", box.gitDir]);
  const { data: draft } = await octokit.repos.createRelease({
    ...repo,
    tag_name: "census@v1.0.0",
    draft: true,
  });

  expect(await tags()).toBe("");
  expect(await refusal(octokit.repos.getReleaseByTag({ ...repo, tag: "census@v1.0.0" }))).toBe(
    "404 Not Found",
  );
  expect((await octokit.repos.listReleases(repo)).data.map(({ id }) => id)).toEqual([draft.id]);
  expect((await client(box, "reader").octokit.repos.listReleases(repo)).data).toEqual([]);
  expect(draft.html_url).toContain("/untagged-");

  await octokit.repos.updateRelease({ ...repo, release_id: draft.id, draft: false });
  expect(await tags()).toBe(`${await repository.revision()}\trefs/tags/census@v1.0.0`);
  expect((await octokit.repos.getReleaseByTag({ ...repo, tag: "census@v1.0.0" })).data.id).toBe(draft.id);
  const again = await octokit.repos
    .createRelease({ ...repo, tag_name: "census@v1.0.0" })
    .catch((error) => error.response);
  expect(again).toMatchObject({
    status: 422,
    data: { errors: [{ code: "already_exists", field: "tag_name" }] },
  });
});

test("publishing keeps a tag that is there, wherever it points", async () => {
  const { box, repository, octokit, repo } = await published();
  await using _ = box;
  await using __ = repository;
  const old = await repository.revision();
  await repository.commit({ "a.txt": "2\n" });
  await push(box, repository, { token: "ada" });
  await octokit.git.createRef({ ...repo, ref: "refs/tags/v1", sha: old });
  await octokit.repos.createRelease({ ...repo, tag_name: "v1", target_commitish: "main" });
  expect(await repository.git.text(["ls-remote", box.gitDir, "refs/tags/v1"])).toContain(old);
});

test("of two publishers of one tag, one is refused", async () => {
  const { box, repository, octokit, repo } = await published();
  await using _ = box;
  await using __ = repository;
  const draft = () => octokit.repos.createRelease({ ...repo, tag_name: "v1", draft: true });
  const drafts = await Promise.all([draft(), draft(), draft()]);
  const answers = await Promise.all(
    drafts.map(({ data }) =>
      refusal(octokit.repos.updateRelease({ ...repo, release_id: data.id, draft: false })),
    ),
  );
  expect(answers.sort()).toEqual(["422 Validation Failed", "422 Validation Failed", "none"]);
});

test("20 MB come back byte for byte, with their digest; a name is taken once", async () => {
  const { box, repository, octokit, repo } = await published();
  await using _ = box;
  await using __ = repository;
  const bytes = randomBytes(20 * 1024 * 1024);
  const digest = createHash("sha256").update(bytes).digest("hex");
  const { data: release } = await octokit.repos.createRelease({ ...repo, tag_name: "v1", draft: true });
  const upload = (name: string, data: Uint8Array) =>
    octokit.request({
      method: "POST",
      url: release.upload_url,
      name,
      data,
      headers: { "content-type": "application/octet-stream" },
    } as never) as Promise<{ data: { id: number } }>;

  const { data: asset } = await upload("model.onnx", bytes);
  expect(asset).toMatchObject({ size: bytes.length, digest: `sha256:${digest}`, state: "uploaded" });
  const same = await upload("model.onnx", bytes.subarray(0, 10)).catch((error) => error.response);
  expect(same).toMatchObject({ status: 422, data: { errors: [{ code: "already_exists", field: "name" }] } });
  expect((await upload("my model.onnx", bytes.subarray(0, 10))).data).toMatchObject({
    name: "my.model.onnx",
  });
  const back = await octokit.repos.getReleaseAsset({
    ...repo,
    asset_id: asset.id,
    headers: { accept: "application/octet-stream" },
  });
  expect(
    createHash("sha256")
      .update(Buffer.from(back.data as unknown as ArrayBuffer))
      .digest("hex"),
  ).toBe(digest);

  await octokit.repos.updateRelease({ ...repo, release_id: release.id, draft: false });
  const { data: shown } = await octokit.repos.getReleaseByTag({ ...repo, tag: "v1" });
  const plain = await fetch(shown.assets[0]?.browser_download_url ?? "");
  expect(Buffer.from(await plain.arrayBuffer()).equals(bytes)).toBe(true);
});

test("a workflow may not name a commit whose workflow files no branch has", async () => {
  const { box, repository, octokit, repo } = await published();
  await using _ = box;
  await using __ = repository;
  await repository.commit({ ".github/workflows/evil.yml": "on: push\n" }, { branch: "evil" });
  const evil = await repository.revision();
  // The objects are there, the branch is gone.
  await push(box, repository, { token: "ada", branch: "evil" });
  await repository.git.bytes(["push", "--quiet", box.gitDir, ":refs/heads/evil"]);

  const forbidden = "403 Resource not accessible by integration";
  const ada = client(box, "ada").octokit;
  expect(await refusal(octokit.git.createRef({ ...repo, ref: "refs/tags/v1", sha: evil }))).toBe(forbidden);
  expect(
    await refusal(octokit.repos.createRelease({ ...repo, tag_name: "v1", target_commitish: evil })),
  ).toBe(forbidden);
  expect(
    await refusal(
      octokit.git.createRef({ ...repo, ref: "refs/tags/fine", sha: await repository.revision("main") }),
    ),
  ).toBe("none");
  expect(await refusal(ada.git.createRef({ ...repo, ref: "refs/tags/v1", sha: evil }))).toBe("none");
});
