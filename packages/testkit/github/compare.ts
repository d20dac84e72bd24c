import { mayRead } from "./access.ts";
import { type App, type Box, pageUrl, repositoryPath, repositoryUrl } from "./box.ts";
import { listedCommit, readCommit } from "./commit.ts";
import { page } from "./page.ts";
import { notFound } from "./refusal.ts";

/** `compare`: where two commits stand to each other. Of the files it says nothing. */
export function compare(app: App, box: Box): void {
  app.get(`${repositoryPath(box)}/compare/:basehead{.+}`, async (c) => {
    mayRead(c, box, "contents");
    const [from = "", to = ""] = c.req.param("basehead").split("...");
    const [base, head] = [await readCommit(box, from), await readCommit(box, to)];
    if (base === undefined || head === undefined) throw notFound();
    const merge = await box.git.attempt(["merge-base", base.sha, head.sha]);
    const common = await readCommit(box, merge.stdout.toString().trim() || "none");
    if (common === undefined) throw notFound();
    const list = async (range: string) =>
      (await box.git.text(["rev-list", "--reverse", range])).split("\n").filter(Boolean);
    const ahead = await list(`${base.sha}..${head.sha}`);
    const behind = await list(`${head.sha}..${base.sha}`);
    const shown = await Promise.all(page(c, ahead).map((sha) => readCommit(box, sha)));
    const name = `compare/${base.sha}...${head.sha}`;
    return c.json({
      url: `${repositoryUrl(box)}/${name}`,
      html_url: pageUrl(box, name),
      permalink_url: pageUrl(box, name),
      diff_url: pageUrl(box, `${name}.diff`),
      patch_url: pageUrl(box, `${name}.patch`),
      base_commit: listedCommit(box, base),
      merge_base_commit: listedCommit(box, common),
      status:
        ahead.length === 0
          ? behind.length === 0
            ? "identical"
            : "behind"
          : behind.length === 0
            ? "ahead"
            : "diverged",
      ahead_by: ahead.length,
      behind_by: behind.length,
      total_commits: ahead.length,
      commits: shown.flatMap((commit) => (commit === undefined ? [] : listedCommit(box, commit))),
      files: [],
    });
  });
}
