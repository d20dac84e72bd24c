import type { Element } from "hast";
import { h } from "hastscript";
import type { Change } from "../change.ts";
import type { Conversation } from "../conversation.ts";
import { OWNER } from "../hosting.ts";
import { checkBox, checkLine, rollup } from "./check.ts";
import { comment } from "./comment.ts";
import { fileDiff } from "./diff.ts";
import { icon } from "./icon.ts";

/** A pull request: what somebody proposes, and what stands there for everybody to read. */
export interface Proposed {
  change: Change;
  review: Conversation;
}

/** What a repository's pull requests are shown with. */
export interface Shown {
  /** Name of the repository, which keeps apart the pull requests of two with one number. */
  repo: string;
  /** Numbers of those that were merged. */
  merged: readonly number[];
}

/** All of a repository, each with what its checks say when one asks. */
export function pullRequestList(reviewed: readonly Proposed[], shown: Shown): Element {
  const open = reviewed.filter(({ review }) => !shown.merged.includes(review.number)).length;
  const merged = reviewed.length - open;
  return h("section.box", [
    h("div.list-head", [
      h("strong", `${open} open pull requests`),
      merged > 0 ? h("span", `${merged} merged`) : "",
      h("span.muted", "against main"),
    ]),
    h(
      "ul.list",
      reviewed.map((each) => listed(each, shown)),
    ),
  ]);
}

function listed({ change, review }: Proposed, { repo, merged }: Shown): Element {
  return h("li", [
    icon(merged.includes(review.number) ? "merged" : "pull-request"),
    h("div", [
      h("a.title", { href: `#${idOf(repo, review.number)}` }, change.title),
      " ",
      icon(rollup(review.checks)),
      h("div.muted", `#${review.number} opened by ${change.author.login}`),
      ...review.checks.map(checkLine),
    ]),
  ]);
}

/** Where the page has a pull request. */
export function idOf(repo: string, number: number): string {
  return `${repo}-pull-${number}`;
}

/** A pull request from its title down to the box that says whether it may be merged, and its changed files. */
export function pullRequest({ change, review }: Proposed, { repo, merged }: Shown): Element {
  const { author, branch, title, description } = change;
  const isMerged = merged.includes(review.number);
  return h("article.pull", { id: idOf(repo, review.number) }, [
    h("h2", [title, h("span.muted", ` #${review.number}`)]),
    h("p.about", [
      isMerged
        ? h("span.state.closed-by-merge", [icon("merged"), "Merged"])
        : h("span.state", [icon("pull-request"), "Open"]),
      h("span.muted", [
        h("strong", isMerged ? OWNER : author.login),
        ` ${isMerged ? "merged" : "wants to merge"} ${counted(review.commits, "commit")} into `,
        h("code.branch", "main"),
        " from ",
        h("code.branch", branch),
      ]),
    ]),
    comment({ login: author.login, name: author.name, note: "opened this", body: description }),
    ...review.comments.map(({ author: login, body }) => comment({ login, note: "commented", body })),
    checkBox(review.checks),
    h("h3", ["Files changed ", h("span.count", String(review.files.length))]),
    ...inReadingOrder(review.files).map((file) => fileDiff(file, isGenerated(file.path))),
  ]);
}

function counted(n: number, one: string): string {
  return `${n} ${n === 1 ? one : `${one}s`}`;
}

// What .gitattributes of the example says with `linguist-generated`.
function isGenerated(path: string): boolean {
  return path.startsWith("predictions/");
}

function inReadingOrder<File extends { path: string }>(files: readonly File[]): File[] {
  return [...files].sort((a, b) => Number(isGenerated(a.path)) - Number(isGenerated(b.path)));
}
