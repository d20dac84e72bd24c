import type { Block, Document, Inline } from "@mlops-actions/core";
import { toHtml } from "hast-util-to-html";
import { h } from "hastscript";
import type { Paragraph, RootContent } from "mdast";
import { cleanLines } from "../text/clean.ts";
import { placed } from "../text/place.ts";
import { quoted } from "../text/quoted.ts";
import { aboutOf, SIGN, saidOf } from "../text/words.ts";
import { comparison, left, tableRow } from "./comparison.ts";
import { type InlineContext, phrasing } from "./inline.ts";
import { neutral } from "./neutral.ts";

export interface BlockContext extends InlineContext {
  key: Document["key"];
  /** Most rows of a table. */
  rows: number;
}

/** A block as nodes of the tree; nothing for what Markdown cannot show. */
export function nodesOf(block: Block, context: BlockContext): RootContent[] {
  switch (block.kind) {
    case "headline": {
      const { verdict, text } = block;
      const said = `${SIGN[verdict]} ${aboutOf(context.key)}: ${saidOf(verdict, context.key.stage)}`;
      const inlines: Inline[] = text.length === 0 ? [said] : [`${said} — `, ...text];
      return [{ type: "heading", depth: 3, children: phrasing(inlines, { ...context, most: 300 }) }];
    }
    case "text":
      return [paragraph(block.text, context)];
    case "warning":
      return [paragraph(["⚠️ ", ...block.text], context)];
    case "steps":
      return [
        paragraph([{ strong: block.title }], context),
        {
          type: "list",
          ordered: true,
          spread: false,
          children: block.items.map((item) => ({
            type: "listItem",
            spread: false,
            children: [paragraph(item, context)],
          })),
        },
      ];
    case "comparison":
      return comparison(block, context);
    case "table": {
      const { columns, rows } = block;
      if (columns.length === 0) return [];
      const shown = rows.slice(0, context.rows);
      return [
        {
          type: "table",
          align: columns.map(({ align }) => align),
          children: [columns.map(({ title }): Inline[] => [title]), ...shown].map((row) =>
            tableRow(
              columns.map((_, index) => row[index] ?? []),
              context,
            ),
          ),
        },
        ...left(rows.length - shown.length),
      ];
    }
    case "forest":
      return [];
    case "command":
    case "output":
      return [{ type: "code", lang: null, value: cleanLines(block.text) }];
    case "fault": {
      const { message, remedy, at } = block.fault;
      const where = at === undefined ? [] : [{ code: placed(at) }, ": "];
      return [
        paragraph([...where, ...quoted(message)], context),
        paragraph([{ strong: "Fix:" }, " ", ...quoted(remedy)], context),
      ];
    }
    case "fold":
      return [
        { type: "html", value: opening(block.title) },
        ...block.blocks.flatMap((inner) => nodesOf(inner, context)),
        { type: "html", value: "</details>" },
      ];
  }
}

export function paragraph(text: readonly Inline[], context: InlineContext): Paragraph {
  return { type: "paragraph", children: phrasing(text, context) };
}

// Markdown has no fold: GitHub shows this element, and reads Markdown again behind an empty line.
function opening(title: string): string {
  return toHtml(h("details", h("summary", neutral(title, 200)))).slice(0, -"</details>".length);
}
