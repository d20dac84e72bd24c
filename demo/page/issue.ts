import type { Element } from "hast";
import { h } from "hastscript";
import type { Issue } from "../production/issue.ts";
import { comment } from "./comment.ts";
import { icon } from "./icon.ts";

/** An issue from its title down to the last comment. */
export function issuePage({ number, title, author, state, body, comments }: Issue): Element {
  return h("article.pull", { id: issueId(number) }, [
    h("h2", [title, h("span.muted", ` #${number}`)]),
    h("p.about", [
      h("span.state", { className: [state] }, [icon("issue"), state === "open" ? "Open" : "Closed"]),
      h("span.muted", [h("strong", author.replace("[bot]", "")), " opened this issue"]),
    ]),
    comment({ login: author, note: "keeps this up to date", body }),
    ...comments.map((one) => comment({ login: one.author, note: "commented", body: one.body })),
  ]);
}

/** Where the page has an issue. */
export function issueId(number: number): string {
  return `issue-${number}`;
}
