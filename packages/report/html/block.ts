import type { Block, Document, Inline } from "@mlops-actions/core";
import type { ElementContent } from "hast";
import { h } from "hastscript";
import { clean, cleanLines } from "../text/clean.ts";
import type { Links } from "../text/links.ts";
import { placed } from "../text/place.ts";
import { quoted } from "../text/quoted.ts";
import { aboutOf, saidOf } from "../text/words.ts";
import { comparison } from "./comparison.ts";
import { forest } from "./forest.ts";
import { inlines } from "./inline.ts";
import { sign } from "./sign.ts";

export interface PageContext {
  key: Document["key"];
  links: Links;
}

/** A block as elements. Text becomes text nodes only; no address, style or name of an element comes from it. */
export function elementsOf(block: Block, context: PageContext): ElementContent[] {
  const { links } = context;
  const text = (parts: readonly Inline[]): ElementContent[] => inlines(parts, links);
  switch (block.kind) {
    case "headline":
      return [
        h("header", { className: [block.verdict] }, [
          h("p", { className: ["about"] }, clean(aboutOf(context.key), 200)),
          h("h1", [
            h("span", { className: ["badge", block.verdict] }, [
              sign(block.verdict, 20),
              saidOf(block.verdict, context.key.stage),
            ]),
            " ",
            h("span", text(block.text)),
          ]),
        ]),
      ];
    case "text":
      return [h("p", text(block.text))];
    case "warning":
      return [h("p", { className: ["warning"] }, [h("strong", "Note: "), ...text(block.text)])];
    case "steps":
      return [
        h("section", [
          h("h2", clean(block.title, 200)),
          h(
            "ol",
            block.items.map((item) => h("li", text(item))),
          ),
        ]),
      ];
    case "comparison":
      return comparison(block, links);
    case "table":
      return [
        h("div", { className: ["scroll"], tabIndex: 0, role: "region", ariaLabel: "Table" }, [
          h("table", [
            h(
              "thead",
              h(
                "tr",
                block.columns.map(({ title, align }) =>
                  h("th", { scope: "col", className: [align] }, clean(title, 200)),
                ),
              ),
            ),
            h(
              "tbody",
              block.rows.map((row) =>
                h(
                  "tr",
                  block.columns.map(({ align }, index) =>
                    h("td", { className: [align] }, text(row[index] ?? [])),
                  ),
                ),
              ),
            ),
          ]),
        ]),
      ];
    case "forest":
      return [forest(block)];
    case "command":
    case "output":
      return [h("pre", h("code", cleanLines(block.text)))];
    case "fault": {
      const { message, remedy, at } = block.fault;
      return [
        h("section", { className: ["fault"] }, [
          h("p", [
            ...(at === undefined ? [] : [h("code", clean(placed(at), 200)), " "]),
            ...text(quoted(message)),
          ]),
          h("p", [h("strong", "Fix: "), ...text(quoted(remedy))]),
        ]),
      ];
    }
    case "fold":
      return [
        h("details", [
          h("summary", clean(block.title, 200)),
          ...block.blocks.flatMap((inner) => elementsOf(inner, context)),
        ]),
      ];
  }
}
