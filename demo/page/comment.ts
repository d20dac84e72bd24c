import type { Element } from "hast";
import { h } from "hastscript";
import { markdown } from "./markdown.ts";

/** What somebody has written, as GitHub frames it. */
export function comment(of: {
  login: string;
  name?: string;
  /** What follows the login: "commented". */
  note: string;
  /** Markdown. */
  body: string;
}): Element {
  const { login, name, note, body } = of;
  const isBot = login.endsWith("[bot]");
  const shown = login.replace("[bot]", "");
  return h("section.box.comment", [
    h("header", [
      h("span.avatar", { className: isBot ? ["bot"] : [], ariaHidden: "true" }, initials(name ?? shown)),
      h("strong", shown),
      isBot ? h("span.label", "bot") : "",
      h("span.muted", ` ${note}`),
    ]),
    markdown(body),
  ]);
}

function initials(name: string): string {
  return name
    .split(/[ -]/)
    .map((word) => word.charAt(0).toUpperCase())
    .join("");
}
