import { mayRead, mayWrite } from "./access.ts";
import { bodyOf, text } from "./body.ts";
import { type App, type Box, nodeId, repositoryPath, repositoryUrl } from "./box.ts";
import { isRefName } from "./ref-name.ts";
import { notFound, Refusal } from "./refusal.ts";
import { guardWorkflows } from "./workflow-guard.ts";

const NONE = "0".repeat(40);

/** `git/refs`, `git/ref`, `git/matching-refs`: Git's own compare-and-swap decides every race. */
export function refs(app: App, box: Box): void {
  const at = `${repositoryPath(box)}/git`;
  const { git } = box;

  app.get(`${at}/ref/:ref{.+}`, async (c) => {
    mayRead(c, box, "contents");
    const exact = await one(box, `refs/${c.req.param("ref")}`);
    if (exact === undefined) throw notFound();
    return c.json(exact);
  });

  app.get(`${at}/matching-refs/:ref{.+}`, async (c) => {
    mayRead(c, box, "contents");
    const prefix = `refs/${c.req.param("ref")}`;
    // All of them at once: GitHub pays no heed to `per_page` here (github/docs#3863).
    return c.json(await list(box, prefix));
  });

  app.post(`${at}/refs`, async (c) => {
    const who = mayWrite(c, "contents");
    const body = await bodyOf(c);
    const ref = text(body, "ref");
    const sha = text(body, "sha");
    if (!/^refs\/[^/]+\/.+/.test(ref) || !isRefName(ref))
      throw new Refusal(422, "Reference name must start with 'refs' and have at least two slashes");
    if (!/^[0-9a-f]{40}$/.test(sha))
      throw new Refusal(422, "The sha parameter must be exactly 40 characters and contain only [0-9a-f].");
    if ((await box.objects.find(sha)) === undefined) throw new Refusal(422, "Object does not exist");
    await guardWorkflows(box, who, sha);
    const made = await git.attempt(["update-ref", ref, sha, NONE]);
    if (made.status !== 0) {
      const exists = (await git.attempt(["show-ref", "--verify", "--quiet", ref])).status === 0;
      throw new Refusal(
        422,
        exists || /lock|exists/.test(made.stderr) ? "Reference already exists" : "Reference update failed",
      );
    }
    return c.json(await one(box, ref), 201, { location: `${box.url}${at}/${ref}` });
  });

  app.patch(`${at}/refs/:ref{.+}`, async (c) => {
    const who = mayWrite(c, "contents");
    const body = await bodyOf(c);
    const ref = `refs/${c.req.param("ref")}`;
    const sha = text(body, "sha");
    const old = await git.attempt(["rev-parse", "--verify", "--quiet", ref]);
    if (old.status !== 0) throw new Refusal(422, "Reference does not exist");
    if ((await box.objects.find(sha)) === undefined) throw new Refusal(422, "Object does not exist");
    await guardWorkflows(box, who, sha);
    const from = old.stdout.toString().trim();
    const forward = (await git.attempt(["merge-base", "--is-ancestor", from, sha])).status === 0;
    if (!forward && body.force !== true) throw new Refusal(422, "Update is not a fast forward");
    // Somebody else may have moved it since it was read.
    if ((await git.attempt(["update-ref", ref, sha, from])).status !== 0)
      throw new Refusal(
        422,
        body.force === true ? "Reference update failed" : "Update is not a fast forward",
      );
    return c.json(await one(box, ref));
  });

  app.delete(`${at}/refs/:ref{.+}`, async (c) => {
    mayWrite(c, "contents");
    const ref = `refs/${c.req.param("ref")}`;
    const exists = (await git.attempt(["show-ref", "--verify", "--quiet", ref])).status === 0;
    if (!exists) throw new Refusal(422, "Reference does not exist");
    await git.bytes(["update-ref", "-d", ref]);
    return c.body(null, 204);
  });
}

async function one(box: Box, ref: string) {
  const found = isRefName(ref) ? await box.objects.find(ref) : undefined;
  return found === undefined ? undefined : shownRef(box, ref, found);
}

async function list(box: Box, prefix: string) {
  const format = "%(refname) %(objectname) %(objecttype)";
  const lines = (
    await box.git.text(["for-each-ref", `--format=${format}`, `${prefix}*`, `${prefix}*/**`])
  ).split("\n");
  return lines
    .filter((line) => line !== "" && !line.startsWith("refs/namespaces/"))
    .map((line) => {
      const [ref = "", sha = "", type = ""] = line.split(" ");
      return shownRef(box, ref, { sha, type });
    });
}

function shownRef(box: Box, ref: string, { sha, type }: { sha: string; type: string }) {
  return {
    ref,
    node_id: nodeId("Ref", ref),
    url: `${repositoryUrl(box)}/git/${ref}`,
    object: { sha, type, url: `${repositoryUrl(box)}/git/${type}s/${sha}` },
  };
}
