import type { Element, ElementContent, Root } from "hast";
import { h } from "hastscript";
import type { Reviewed } from "../review.ts";
import { checkBox, checkLine, rollup } from "./check.ts";
import { fileDiff } from "./diff.ts";
import { icon } from "./icon.ts";
import { commentHtml } from "./markdown.ts";

/** The line of a pull request in the list, with what its checks say when one asks. */
export function listed({ change, review }: Reviewed): Element {
  return h("li", [
    icon("pull-request"),
    h("div", [
      h("a.title", { href: `#pull-${review.number}` }, change.title),
      " ",
      icon(rollup(review.checks)),
      h("div.muted", `#${review.number} opened by ${change.author.login}`),
      ...review.checks.map(checkLine),
    ]),
  ]);
}

/** A pull request from its title down to the box that says whether it may be merged, and its changed files. */
export function pullRequest({ change, review }: Reviewed): Element {
  const { author, branch, title, description } = change;
  return h("article.pull", { id: `pull-${review.number}` }, [
    h("h2", [title, h("span.muted", ` #${review.number}`)]),
    h("p.about", [
      h("span.open", [icon("pull-request"), "Open"]),
      h("span.muted", [
        h("strong", author.login),
        ` wants to merge ${review.commits} commits into `,
        h("code.branch", "main"),
        " from ",
        h("code.branch", branch),
      ]),
    ]),
    comment({ login: author.login, name: author.name, note: "opened this", body: description }),
    ...review.comments.map(({ author: login, body }) =>
      comment({ login: login.replace("[bot]", ""), isBot: login.endsWith("[bot]"), note: "commented", body }),
    ),
    checkBox(review.checks),
    h("h3", ["Files changed ", h("span.count", String(review.files.length))]),
    ...inReadingOrder(review.files).map((file) => fileDiff(file, isGenerated(file.path))),
  ]);
}

function comment(of: { login: string; name?: string; isBot?: boolean; note: string; body: string }): Element {
  const { login, name, isBot = false, note, body } = of;
  return h("section.box.comment", [
    h("header", [
      h("span.avatar", { className: isBot ? ["bot"] : [], ariaHidden: "true" }, initials(name ?? login)),
      h("strong", login),
      isBot ? h("span.label", "bot") : "",
      h("span.muted", ` ${note}`),
    ]),
    h("div.markdown-body", contentOf(commentHtml(body))),
  ]);
}

function contentOf({ children }: Root): ElementContent[] {
  return children.filter((child): child is ElementContent => child.type !== "doctype");
}

function initials(name: string): string {
  return name
    .split(/[ -]/)
    .map((word) => word.charAt(0).toUpperCase())
    .join("");
}

// What .gitattributes of the example says with `linguist-generated`.
function isGenerated(path: string): boolean {
  return path.startsWith("predictions/");
}

function inReadingOrder<File extends { path: string }>(files: readonly File[]): File[] {
  return [...files].sort((a, b) => Number(isGenerated(a.path)) - Number(isGenerated(b.path)));
}
