import type { Block, Document } from "@mlops-actions/core";
import type { Element, ElementContent } from "hast";
import { toHtml } from "hast-util-to-html";
import { h } from "hastscript";
import { clean } from "../text/clean.ts";
import type { Links } from "../text/links.ts";
import { elementsOf } from "./block.ts";
import { CSS } from "./css.ts";

export interface HtmlOptions {
  /** Title of the page. */
  title: string;
  links?: Links | undefined;
  /** Last line: the tool and its version, when, for which commit. */
  footer?: string | undefined;
}

// Nothing is loaded and nothing runs, from whichever address the page is opened.
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/** One self-contained page without scripts, for light and dark screens, phones and paper. */
export function renderHtml(documents: Document | readonly Document[], options: HtmlOptions): string {
  const all = "blocks" in documents ? [documents] : documents;
  const links = options.links ?? {};
  const sections = all.map((document) =>
    h(
      "article",
      document.blocks.flatMap((block: Block) => elementsOf(block, { key: document.key, links })),
    ),
  );
  return `${toHtml({ type: "root", children: [{ type: "doctype" }, page(options, sections)] })}\n`;
}

function page({ title, footer }: HtmlOptions, sections: readonly Element[]): Element {
  const foot: ElementContent[] = footer === undefined ? [] : [h("footer", clean(footer))];
  return h("html", { lang: "en" }, [
    h("head", [
      h("meta", { charSet: "utf-8" }),
      h("meta", { httpEquiv: "Content-Security-Policy", content: POLICY }),
      h("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }),
      h("meta", { name: "color-scheme", content: "light dark" }),
      h("meta", { name: "referrer", content: "no-referrer" }),
      h("title", clean(title, 200)),
      h("style", CSS),
    ]),
    h("body", h("main", [...sections, ...foot])),
  ]);
}
