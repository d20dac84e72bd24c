import { mayRead } from "./access.ts";
import { type App, type Box, pageUrl, repositoryPath, repositoryUrl } from "./box.ts";
import { base64, isRaw } from "./git-blobs.ts";
import { notFound, Refusal } from "./refusal.ts";

/** `contents`: a file or a folder at a revision. */
export function contents(app: App, box: Box): void {
  const at = `${repositoryPath(box)}/contents`;
  const { git } = box;

  const answer = async (
    path: string,
    ref: string | undefined,
    accept: string | undefined,
  ): Promise<Response> => {
    const revision = ref ?? "HEAD";
    const commit = await git.attempt(["rev-parse", "--verify", "--quiet", `${revision}^{commit}`]);
    if (commit.status !== 0) throw new Refusal(404, `No commit found for the ref ${revision}`);
    const sha = commit.stdout.toString().trim();
    const found = await git.attempt(["rev-parse", "--verify", "--quiet", `${sha}:${path}`]);
    if (found.status !== 0) throw notFound();
    const object = found.stdout.toString().trim();
    const type = await git.text(["cat-file", "-t", object]);
    if (type === "tree") {
      const lines = (await git.bytes(["ls-tree", "-l", "-z", object])).toString().split("\0").filter(Boolean);
      const list = lines.map((line) => {
        const [, kind = "", id = "", size = "", name = ""] =
          /^\d+ (\w+) (\w+) +(\S+)\t(.*)$/s.exec(line) ?? [];
        return entry(
          path === "" ? name : `${path}/${name}`,
          id,
          kind === "tree" ? "dir" : "file",
          Number(size) || 0,
          revision,
        );
      });
      return Response.json(list);
    }
    const bytes = await git.bytes(["cat-file", "blob", object]);
    if (isRaw(accept)) {
      if (bytes.length > 100 * 1024 * 1024)
        throw new Refusal(403, "This API returns blobs up to 100 MB in size.");
      const headers = { "content-type": "application/vnd.github.raw+json; charset=utf-8" };
      return new Response(new Uint8Array(bytes), { headers });
    }
    // Above 1 MB GitHub says how large the file is and leaves the content out.
    const large = bytes.length > 1024 * 1024;
    return Response.json({
      ...entry(path, object, "file", bytes.length, revision),
      content: large ? "" : base64(bytes),
      encoding: large ? "none" : "base64",
    });
  };

  const entry = (path: string, sha: string, type: "file" | "dir", size: number, ref: string) => {
    const self = `${repositoryUrl(box)}/contents/${encodeURI(path)}?ref=${encodeURIComponent(ref)}`;
    const git = `${repositoryUrl(box)}/git/${type === "dir" ? "trees" : "blobs"}/${sha}`;
    const html = pageUrl(box, `${type === "dir" ? "tree" : "blob"}/${ref}/${encodeURI(path)}`);
    return {
      type,
      size,
      name: path.split("/").at(-1) ?? path,
      path,
      sha,
      url: self,
      git_url: git,
      html_url: html,
      download_url: type === "dir" ? null : pageUrl(box, `raw/${ref}/${encodeURI(path)}`),
      _links: { self, git, html },
    };
  };

  for (const route of [at, `${at}/:path{.+}`])
    app.get(route, async (c) => {
      mayRead(c, box, "contents");
      const path = decodeURIComponent(c.req.path.slice(at.length)).replace(/^\/+|\/+$/g, "");
      return answer(path, c.req.query("ref"), c.req.header("accept"));
    });
}
