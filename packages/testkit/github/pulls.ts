import { mayRead, mayWrite } from "./access.ts";
import { bodyOf, optionalText, text } from "./body.ts";
import { type App, type Box, repositoryPath } from "./box.ts";
import { listedCommit, readCommit } from "./commit.ts";
import { changedFiles } from "./diff.ts";
import { page } from "./page.ts";
import { branchRef, follow, listedPull, mergePull, type Pull } from "./pull.ts";
import { notFound, Refusal, validationFailed } from "./refusal.ts";

/** `pulls`: two branches of Git, and what people say about them. */
export function pulls(app: App, box: Box): void {
  const at = `${repositoryPath(box)}/pulls`;
  const { git } = box;
  const find = async (number: string): Promise<Pull> => {
    const pull = box.pulls.get(Number(number));
    if (pull === undefined) throw notFound();
    await follow(box, pull);
    return pull;
  };
  const count = async (range: string) => Number(await git.text(["rev-list", "--count", range]));
  const full = async (pull: Pull) => {
    const files = await changedFiles(box, pull.base.sha, pull.head.sha);
    const sum = (of: "additions" | "deletions") => files.reduce((total, file) => total + file[of], 0);
    return {
      ...listedPull(box, pull),
      merged: pull.mergedAt !== null,
      mergeable: pull.merge !== null,
      mergeable_state: pull.merge === null ? "dirty" : "clean",
      rebaseable: pull.merge !== null,
      merged_by: null,
      comments: [...box.comments.values()].filter(({ issue }) => issue === pull.number).length,
      review_comments: 0,
      maintainer_can_modify: false,
      commits: await count(`${pull.base.sha}..${pull.head.sha}`),
      additions: sum("additions"),
      deletions: sum("deletions"),
      changed_files: files.length,
    };
  };

  app.get(at, async (c) => {
    mayRead(c, box, "pull_requests");
    const state = c.req.query("state") ?? "open";
    const [head, base] = [c.req.query("head"), c.req.query("base")];
    for (const pull of box.pulls.values()) await follow(box, pull);
    const found = [...box.pulls.values()].filter(
      (pull) =>
        (state === "all" || pull.state === state) &&
        (base === undefined || pull.base.ref === base) &&
        (head === undefined || `${pull.head.owner}:${pull.head.ref}` === head),
    );
    const ascending = c.req.query("direction") === "asc";
    const order = (a: Pull, b: Pull) =>
      (c.req.query("sort") === "updated" && a.updatedAt.localeCompare(b.updatedAt)) || a.number - b.number;
    found.sort((a, b) => (ascending ? order(a, b) : order(b, a)));
    return c.json(page(c, found).map((pull) => listedPull(box, pull)));
  });

  app.post(at, async (c) => {
    const who = mayWrite(c, "pull_requests");
    const body = await bodyOf(c);
    const named = text(body, "head");
    const [owner, ref] = named.includes(":") ? split(named) : [box.settings.owner, named];
    const base = text(body, "base");
    const wrong = async (of: string, branch: string) =>
      (await git.attempt(["rev-parse", "--verify", "--quiet", branchRef(box, of, branch)])).status !== 0;
    if (await wrong(owner, ref))
      throw validationFailed({ resource: "PullRequest", field: "head", code: "invalid" });
    if (await wrong(box.settings.owner, base))
      throw validationFailed({ resource: "PullRequest", field: "base", code: "invalid" });
    const refuse = (message: string) =>
      validationFailed({ resource: "PullRequest", code: "custom", message });
    const isOpen = (pull: Pull) =>
      pull.state === "open" && pull.head.owner === owner && pull.head.ref === ref && pull.base.ref === base;
    if ([...box.pulls.values()].some(isOpen))
      throw refuse(`A pull request already exists for ${owner}:${ref}.`);
    if ((await count(`${branchRef(box, box.settings.owner, base)}..${branchRef(box, owner, ref)}`)) === 0)
      throw refuse(`No commits between ${base} and ${ref}`);
    const now = box.now();
    const pull: Pull = {
      id: box.nextId(),
      number: box.nextNumber(),
      title: text(body, "title"),
      body: optionalText(body, "body") ?? null,
      draft: body.draft === true,
      state: "open",
      author: who,
      base: { ref: base, sha: "" },
      head: { owner, ref, sha: "" },
      merge: null,
      createdAt: now,
      updatedAt: now,
      mergedAt: null,
    };
    await follow(box, pull);
    box.pulls.set(pull.number, pull);
    return c.json(await full(pull), 201);
  });

  app.get(`${at}/:number{[0-9]+}`, async (c) => {
    mayRead(c, box, "pull_requests");
    return c.json(await full(await find(c.req.param("number"))));
  });

  app.patch(`${at}/:number{[0-9]+}`, async (c) => {
    mayWrite(c, "pull_requests");
    const pull = await find(c.req.param("number"));
    const body = await bodyOf(c);
    pull.title = optionalText(body, "title") ?? pull.title;
    pull.body = optionalText(body, "body") ?? pull.body;
    const state = optionalText(body, "state");
    if (state === "open" || state === "closed") pull.state = state;
    pull.updatedAt = box.now();
    return c.json(await full(pull));
  });

  app.put(`${at}/:number{[0-9]+}/merge`, async (c) => {
    const { login: by } = mayWrite(c, "contents");
    const pull = await find(c.req.param("number"));
    const isSquashed = optionalText(await bodyOf(c), "merge_method") === "squash";
    const sha = pull.state === "open" ? await mergePull(box, pull, { by, isSquashed }) : null;
    if (sha === null) throw new Refusal(405, "Pull Request is not mergeable");
    return c.json({ sha, merged: true, message: "Pull Request successfully merged" });
  });

  app.get(`${repositoryPath(box)}/commits/:sha`, async (c) => {
    mayRead(c, box, "contents");
    const commit = await readCommit(box, c.req.param("sha"));
    if (commit === undefined) throw new Refusal(422, `No commit found for SHA: ${c.req.param("sha")}`);
    const files =
      commit.parents[0] === undefined ? [] : await changedFiles(box, commit.parents[0], commit.sha);
    const sum = (of: "additions" | "deletions") => files.reduce((total, file) => total + file[of], 0);
    const stats = { additions: sum("additions"), deletions: sum("deletions") };
    return c.json({
      ...listedCommit(box, commit),
      stats: { ...stats, total: stats.additions + stats.deletions },
      files,
    });
  });

  app.get(`${repositoryPath(box)}/commits/:sha/pulls`, async (c) => {
    mayRead(c, box, "pull_requests");
    const commit = await readCommit(box, c.req.param("sha"));
    if (commit === undefined) throw new Refusal(422, `No commit found for SHA: ${c.req.param("sha")}`);
    // GitHub names the pull requests whose merge this is, or whose head it belongs to.
    const found = [...box.pulls.values()].filter(
      ({ merge, head }) => merge === commit.sha || head.sha === commit.sha,
    );
    return c.json(page(c, found).map((pull) => listedPull(box, pull)));
  });

  app.get(`${at}/:number{[0-9]+}/files`, async (c) => {
    mayRead(c, box, "pull_requests");
    const { base, head } = await find(c.req.param("number"));
    return c.json(page(c, await changedFiles(box, base.sha, head.sha)));
  });

  app.get(`${at}/:number{[0-9]+}/commits`, async (c) => {
    mayRead(c, box, "pull_requests");
    const { base, head } = await find(c.req.param("number"));
    const ids = (await git.text(["rev-list", "--reverse", `${base.sha}..${head.sha}`]))
      .split("\n")
      .filter(Boolean);
    const commits = await Promise.all(page(c, ids).map((id) => readCommit(box, id)));
    return c.json(
      commits.filter((commit) => commit !== undefined).map((commit) => listedCommit(box, commit)),
    );
  });
}

function split(label: string): [string, string] {
  const at = label.indexOf(":");
  return [label.slice(0, at), label.slice(at + 1)];
}
