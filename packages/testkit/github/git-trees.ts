import { mayRead, mayWrite } from "./access.ts";
import { bodyOf } from "./body.ts";
import { type App, type Box, repositoryPath, repositoryUrl } from "./box.ts";
import { notFound, Refusal } from "./refusal.ts";

interface NewEntry {
  path: string;
  mode: string;
  type: string;
  /** null removes the path. */
  sha?: string | null;
  content?: string;
}

/** `git/trees`, whole or folder by folder. */
export function gitTrees(app: App, box: Box): void {
  const at = `${repositoryPath(box)}/git/trees`;
  const { git } = box;

  app.get(`${at}/:sha{.+}`, async (c) => {
    mayRead(c, box, "contents");
    const found = await git.attempt(["rev-parse", "--verify", "--quiet", `${c.req.param("sha")}^{tree}`]);
    if (found.status !== 0) throw notFound();
    return c.json(
      await readTree(box, found.stdout.toString().trim(), c.req.query("recursive") !== undefined),
    );
  });

  app.post(at, async (c) => {
    mayWrite(c, "contents");
    const body = await bodyOf(c);
    const entries = (body.tree ?? []) as NewEntry[];
    if (!Array.isArray(entries)) throw new Refusal(422, "Invalid tree info");
    // An index of its own: two requests may build trees at the same time.
    const env = { GIT_INDEX_FILE: `${box.settings.dir}/index-${box.nextId()}` };
    const base = body.base_tree;
    if (typeof base === "string") {
      const read = await git.attempt(["read-tree", base], { env });
      if (read.status !== 0) throw new Refusal(422, "base_tree is not a valid tree oid");
    }
    const lines: string[] = [];
    for (const { path, mode, sha, content } of entries) {
      const id =
        sha ??
        (content === undefined ? null : await git.text(["hash-object", "-w", "--stdin"], { input: content }));
      lines.push(id === null ? `0 ${"0".repeat(40)}\t${path}` : `${mode} ${id}\t${path}`);
    }
    const added = await git.attempt(["update-index", "--index-info"], {
      env,
      input: `${lines.join("\n")}\n`,
    });
    const written = await git.attempt(["write-tree"], { env });
    if (added.status !== 0 || written.status !== 0) throw new Refusal(422, "GitRPC::BadObjectState");
    return c.json(await readTree(box, written.stdout.toString().trim(), false), 201);
  });
}

async function readTree(box: Box, sha: string, recursive: boolean) {
  const flags = recursive ? ["-r", "-t"] : [];
  const out = (await box.git.bytes(["ls-tree", "-l", "-z", ...flags, sha])).toString();
  const tree = out
    .split("\0")
    .filter((line) => line !== "")
    .map((line) => {
      const [, mode = "", type = "", object = "", size = "", path = ""] =
        /^(\d+) (\w+) (\w+) +(\S+)\t(.*)$/s.exec(line) ?? [];
      return {
        path,
        mode,
        type,
        sha: object,
        ...(type === "blob" && { size: Number(size) }),
        url: `${repositoryUrl(box)}/git/${type}s/${object}`,
      };
    });
  return { sha, url: `${repositoryUrl(box)}/git/trees/${sha}`, tree, truncated: false };
}
