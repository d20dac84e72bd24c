import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Root } from "hast";
import { toHtml } from "hast-util-to-html";
import { h } from "hastscript";
import type { ReleasePart } from "../release/part.ts";
import type { Part } from "../verdicts.ts";
import { listed, pullRequest } from "./pull-request.ts";

/** One page without scripts or other files: the pull requests as a reviewer sees them. */
export async function renderPage(of: { verdicts: Part; release: ReleasePart }): Promise<string> {
  const { repository, reviewed } = of.verdicts;
  const styles = await Promise.all(
    [
      import.meta.resolve("github-markdown-css/github-markdown.css"),
      new URL("page.css", import.meta.url),
    ].map((url) => readFile(fileURLToPath(url), "utf8")),
  );
  const [owner = "", name = ""] = repository.split("/");
  const tree: Root = h(null, [
    { type: "doctype" },
    h("html", { lang: "en" }, [
      h("head", [
        h("meta", { charSet: "utf-8" }),
        h("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }),
        h("meta", { name: "color-scheme", content: "light dark" }),
        h("title", `Pull requests · ${repository}`),
        h("style", styles.join("\n")),
      ]),
      h("body", [
        h("header.repository", [h("span.muted", `${owner} / `), h("strong", name)]),
        h("main", [
          h(
            "p.hint.muted",
            "A model says who earns more than $50,000 a year. Four people propose a change to it, and this is what their reviewers find on GitHub. Made by npm run demo.",
          ),
          h("section.box", [
            h("div.list-head", [
              h("strong", `${reviewed.length} open pull requests`),
              h("span.muted", "against main"),
            ]),
            h("ul.list", reviewed.map(listed)),
          ]),
          ...reviewed.map(pullRequest),
        ]),
      ]),
    ]),
  ]);
  return `${toHtml(tree)}\n`;
}
