import type { Context } from "hono";
import { mayRead, mayWrite } from "./access.ts";
import { keep, newBlob, sendBlob, signedUrl } from "./blobs.ts";
import { bodyOf, optionalText } from "./body.ts";
import { type App, type Box, repositoryPath, repositoryUrl } from "./box.ts";
import { page } from "./page.ts";
import { notFound, Refusal, validationFailed } from "./refusal.ts";
import { type Asset, type Release, shownAsset } from "./release.ts";

/** The bytes of a release. */
export function releaseAssets(app: App, box: Box): void {
  const path = repositoryPath(box);
  const at = `${path}/releases`;
  const releaseOf = (c: Pick<Context, "req">): Release => {
    const release = box.releases.get(Number(c.req.param("id")));
    if (release === undefined) throw notFound();
    return release;
  };
  const find = (id: string, isWriter: boolean): { release: Release; asset: Asset } => {
    for (const release of box.releases.values()) {
      const asset = release.assets.find((one) => one.id === Number(id));
      if (asset !== undefined && (isWriter || !release.draft)) return { release, asset };
    }
    throw notFound();
  };
  const taken = (release: Release, name: string) => {
    if (release.assets.some((asset) => asset.name === name))
      throw validationFailed({ resource: "ReleaseAsset", code: "already_exists", field: "name" });
  };

  app.post(`/uploads${at}/:id{[0-9]+}/assets`, async (c) => {
    const who = mayWrite(c, "contents");
    const release = releaseOf(c);
    const wanted = c.req.query("name");
    if (wanted === undefined || wanted === "") throw new Refusal(400, "Bad Request: name wasn't supplied.");
    // GitHub renames what it does not like and says so only in its answer.
    const name = wanted.replaceAll(/[^\w.@+-]+/g, ".").replace(/^\.+/, "default.");
    taken(release, name);
    const blob = newBlob(box);
    const isCut = c.env.isCutUpload === true;
    const kept = isCut ? { size: 0, digest: null } : await keep(box, blob, c.req.raw.body);
    if (kept.size === 0 && !isCut)
      throw validationFailed({
        resource: "ReleaseAsset",
        code: "custom",
        field: "size",
        message: "size must be greater than or equal to 1",
      });
    taken(release, name);
    const asset: Asset = {
      id: box.nextId(),
      name,
      label: c.req.query("label") ?? "",
      contentType: c.req.header("content-type") ?? "application/octet-stream",
      ...kept,
      state: isCut ? "starter" : "uploaded",
      downloads: 0,
      uploader: who,
      createdAt: box.now(),
      blob,
    };
    release.assets.push(asset);
    return c.json(shownAsset(box, release, asset), 201, {
      location: `${repositoryUrl(box)}/releases/assets/${asset.id}`,
    });
  });

  app.get(`${at}/:id{[0-9]+}/assets`, (c) => {
    mayRead(c, box, "contents");
    const release = releaseOf(c);
    if (release.draft && c.get("who")?.permissions.contents !== "write") throw notFound();
    return c.json(page(c, release.assets).map((asset) => shownAsset(box, release, asset)));
  });

  app.get(`${at}/assets/:id{[0-9]+}`, (c) => {
    mayRead(c, box, "contents");
    const { release, asset } = find(c.req.param("id"), c.get("who")?.permissions.contents === "write");
    if (c.req.header("accept")?.includes("application/octet-stream") !== true)
      return c.json(shownAsset(box, release, asset));
    asset.downloads++;
    return c.redirect(signedUrl(box, asset.blob, asset.name), 302);
  });

  app.patch(`${at}/assets/:id{[0-9]+}`, async (c) => {
    mayWrite(c, "contents");
    const { release, asset } = find(c.req.param("id"), true);
    const body = await bodyOf(c);
    const name = optionalText(body, "name") ?? asset.name;
    if (name !== asset.name) taken(release, name);
    asset.name = name;
    asset.label = optionalText(body, "label") ?? asset.label;
    return c.json(shownAsset(box, release, asset));
  });

  app.delete(`${at}/assets/:id{[0-9]+}`, (c) => {
    mayWrite(c, "contents");
    const { release, asset } = find(c.req.param("id"), true);
    release.assets.splice(release.assets.indexOf(asset), 1);
    return c.body(null, 204);
  });

  app.get(`${path.replace("/repos", "")}/releases/download/:tag/:name`, (c) => {
    mayRead(c, box, "contents");
    const release = [...box.releases.values()].find(({ tag, draft }) => !draft && tag === c.req.param("tag"));
    const asset = release?.assets.find(({ name }) => name === c.req.param("name"));
    if (asset === undefined) throw notFound();
    asset.downloads++;
    return sendBlob(box, asset.blob, asset.name, asset.contentType);
  });
}
