import { mayRead, mayWrite } from "./access.ts";
import { type Body, bodyOf, optionalText, text } from "./body.ts";
import { type App, type Box, repositoryPath, repositoryUrl } from "./box.ts";
import { readCommit } from "./commit.ts";
import { page } from "./page.ts";
import { isRefName } from "./ref-name.ts";
import { notFound, validationFailed } from "./refusal.ts";
import { type Release, shownRelease } from "./release.ts";
import type { Token } from "./token.ts";
import { guardWorkflows } from "./workflow-guard.ts";

/** `releases`: drafts are seen by writers alone; publishing makes the tag where there is none. */
export function releases(app: App, box: Box): void {
  const at = `${repositoryPath(box)}/releases`;
  const all = box.releases;
  const published = () => [...all.values()].filter(({ draft }) => !draft);
  const seenBy = (who: Token | undefined) => (release: Release) =>
    !release.draft || who?.permissions.contents === "write";
  const newestFirst = (a: Release, b: Release) =>
    Date.parse(b.createdAt) - Date.parse(a.createdAt) || b.id - a.id;

  app.get(at, (c) => {
    mayRead(c, box, "contents");
    const until = Date.now() - (c.env.listAgeMs ?? 0);
    const found = [...all.values()]
      .filter(seenBy(c.get("who")))
      .filter(({ madeMs }) => madeMs <= until)
      .sort(newestFirst);
    return c.json(page(c, found).map((release) => shownRelease(box, release)));
  });

  app.post(at, async (c) => {
    const who = mayWrite(c, "contents");
    const body = await bodyOf(c);
    const now = box.now();
    const release: Release = {
      id: box.nextId(),
      tag: text(body, "tag_name"),
      target: "main",
      name: null,
      body: null,
      draft: true,
      prerelease: false,
      latest: "true",
      author: who,
      createdAt: now,
      madeMs: Date.now(),
      publishedAt: null,
      assets: [],
    };
    await change(box, release, { draft: false, ...body }, who);
    all.set(release.id, release);
    return c.json(shownRelease(box, release), 201, {
      location: `${repositoryUrl(box)}/releases/${release.id}`,
    });
  });

  app.get(`${at}/latest`, (c) => {
    mayRead(c, box, "contents");
    const found = published()
      .filter(({ prerelease, latest }) => !prerelease && latest !== "false")
      .sort(newestFirst)[0];
    if (found === undefined) throw notFound();
    return c.json(shownRelease(box, found));
  });

  app.get(`${at}/tags/:tag{.+}`, (c) => {
    mayRead(c, box, "contents");
    const found = published().find(({ tag }) => tag === c.req.param("tag"));
    if (found === undefined) throw notFound();
    return c.json(shownRelease(box, found));
  });

  const find = (id: string, who: Token | undefined): Release => {
    const release = all.get(Number(id));
    if (release === undefined || !seenBy(who)(release)) throw notFound();
    return release;
  };

  app.get(`${at}/:id{[0-9]+}`, (c) => {
    mayRead(c, box, "contents");
    return c.json(shownRelease(box, find(c.req.param("id"), c.get("who"))));
  });

  app.patch(`${at}/:id{[0-9]+}`, async (c) => {
    const who = mayWrite(c, "contents");
    const release = find(c.req.param("id"), who);
    await change(box, release, await bodyOf(c), who);
    return c.json(shownRelease(box, release));
  });

  app.delete(`${at}/:id{[0-9]+}`, (c) => {
    const who = mayWrite(c, "contents");
    all.delete(find(c.req.param("id"), who).id);
    return c.body(null, 204);
  });
}

async function change(box: Box, release: Release, body: Body, who: Token): Promise<void> {
  const next = { ...release };
  next.tag = optionalText(body, "tag_name") ?? release.tag;
  next.target = optionalText(body, "target_commitish") ?? release.target;
  next.name = optionalText(body, "name") ?? release.name;
  next.body = optionalText(body, "body") ?? release.body;
  const latest = optionalText(body, "make_latest");
  if (latest === "true" || latest === "false" || latest === "legacy") next.latest = latest;
  if (typeof body.prerelease === "boolean") next.prerelease = body.prerelease;
  if (typeof body.draft === "boolean") next.draft = body.draft;

  const refuse = (code: string, field: string) => validationFailed({ resource: "Release", code, field });
  if (!isRefName(`refs/tags/${next.tag}`)) throw refuse("invalid", "tag_name");
  if (!next.draft) {
    const taken = () =>
      [...box.releases.values()].some(
        ({ id, tag, draft }) => !draft && id !== release.id && tag === next.tag,
      );
    if (taken()) throw refuse("already_exists", "tag_name");
    const ref = `refs/tags/${next.tag}`;
    // The target counts only where there is no tag yet.
    const tag = await readCommit(box, ref);
    const commit = tag ?? (await readCommit(box, next.target));
    if (commit === undefined) throw refuse("invalid", "target_commitish");
    await guardWorkflows(box, who, commit.sha);
    if (tag === undefined) await box.git.attempt(["update-ref", ref, commit.sha, "0".repeat(40)]);
    if (taken()) throw refuse("already_exists", "tag_name");
    next.publishedAt ??= box.now();
  }
  Object.assign(release, { ...next, assets: release.assets });
}
