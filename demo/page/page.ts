import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Element, Root } from "hast";
import { toHtml } from "hast-util-to-html";
import { h } from "hastscript";
import { OWNER } from "../hosting.ts";
import type { ReleasePart } from "../release/part.ts";
import type { Part } from "../verdicts.ts";
import { issuePage } from "./issue.ts";
import { environmentHistory, loop } from "./loop.ts";
import { pullRequest, pullRequestList } from "./pull-request.ts";
import { releaseList } from "./releases.ts";
import { rolloutBox } from "./rollout.ts";

/** One page without scripts or other files: both repositories as people see them. */
export async function renderPage({
  verdicts,
  release,
}: {
  verdicts: Part;
  release: ReleasePart;
}): Promise<string> {
  const styles = await Promise.all(
    [
      import.meta.resolve("github-markdown-css/github-markdown.css"),
      new URL("page.css", import.meta.url),
    ].map((url) => readFile(fileURLToPath(url), "utf8")),
  );
  const tree: Root = h(null, [
    { type: "doctype" },
    h("html", { lang: "en" }, [
      h("head", [
        h("meta", { charSet: "utf-8" }),
        h("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }),
        h("meta", { name: "color-scheme", content: "light dark" }),
        h("title", `Pull requests and releases · ${OWNER}`),
        h("style", styles.join("\n")),
      ]),
      h("body", [
        h("nav", [
          h("a", { href: "#verdicts" }, "1. Four changes: which may be merged?"),
          h("a", { href: "#releases" }, "2. From training to production, and back"),
          h("a", { href: "#rollouts" }, "Rollouts under traffic"),
          h("a", { href: "#drift" }, "Drift, and a retrain"),
        ]),
        ...verdictsOf(verdicts),
        ...releaseOf(release),
      ]),
    ]),
  ]);
  return `${toHtml(tree)}\n`;
}

function verdictsOf({ repository, reviewed }: Part): Element[] {
  const shown = { repo: nameOf(repository), merged: [] };
  return [
    header("verdicts", repository),
    h("main", [
      h(
        "p.hint.muted",
        "A model says who earns more than $50,000 a year. Four people propose a change to it, and this is what their reviewers find on GitHub. Made by npm run demo.",
      ),
      pullRequestList(reviewed, shown),
      ...reviewed.map((each) => pullRequest(each, shown)),
    ]),
  ];
}

function releaseOf(part: ReleasePart): Element[] {
  const { repository, stopped, reviewed, broken, merged, releases, made, drift } = part;
  const pulls = [stopped, ...reviewed, broken];
  const rollouts = made.flatMap(({ rollout }) =>
    rollout === undefined || rollout.details.from === null ? [] : [rollout],
  );
  const shown = { repo: nameOf(repository), merged };
  return [
    header("releases", repository),
    h("main", [
      h(
        "p.hint.muted",
        "The same question, from training to production. The repository is the registry: a version is a tag and a release, what is live is a tag too. What is asked, answered and found out in production comes back to it.",
      ),
      loop(part, shown.repo),
      environmentHistory(part),
      pullRequestList(pulls, shown),
      h("h2.section", { id: "rollouts" }, "Rollouts"),
      ...rollouts.map(rolloutBox),
      h("h2.section", { id: "drift" }, "The issue that the drift check keeps"),
      ...drift.issues.map(issuePage),
      h("h2.section", "Releases"),
      ...releaseList(releases),
      ...pulls.map((each) => pullRequest(each, shown)),
    ]),
  ];
}

function header(id: string, repository: string): Element {
  const [owner = "", name = ""] = repository.split("/");
  return h("header.repository", { id }, [h("span.muted", `${owner} / `), h("strong", name)]);
}

function nameOf(repository: string): string {
  return repository.split("/").at(-1) ?? repository;
}
