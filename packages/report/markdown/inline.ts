import type { Inline } from "@mlops-actions/core";
import type { PhrasingContent } from "mdast";
import { type Links, resolve } from "../text/links.ts";
import { inCell, neutral, neutralCode } from "./neutral.ts";

export interface InlineContext {
  links: Links;
  cell?: boolean;
  /** Longest plain text, in characters. */
  most?: number;
}

/** Inlines as nodes of the tree. Neighbouring texts are joined first: `#` and `1` apart would be `#1` on the page. */
export function phrasing(inlines: readonly Inline[], context: InlineContext): PhrasingContent[] {
  const fit = context.cell ? inCell : (text: string): string => text;
  return joined(inlines, context.links).map((inline): PhrasingContent => {
    if (typeof inline === "string") return { type: "text", value: fit(neutral(inline, context.most)) };
    if ("code" in inline) return { type: "inlineCode", value: fit(neutralCode(inline.code)) };
    if ("strong" in inline)
      return {
        type: "strong",
        children: [{ type: "text", value: fit(neutral(inline.strong, context.most).trim()) }],
      };
    return { type: "link", url: inline.url, children: [label(inline, fit)] };
  });
}

type Resolved =
  | string
  | { code: string }
  | { strong: string }
  | { link: string; url: string; isCode: boolean };

function label(inline: Extract<Resolved, { url: string }>, fit: (text: string) => string): PhrasingContent {
  if (inline.isCode) return { type: "inlineCode", value: fit(neutralCode(inline.link)) };
  return { type: "text", value: fit(neutral(inline.link, 200).trim() || "link") };
}

function joined(inlines: readonly Inline[], links: Links): Resolved[] {
  const all: Resolved[] = [];
  for (const inline of inlines) {
    const next = resolved(inline, links);
    const last = all.at(-1);
    if (typeof next === "string" && typeof last === "string") all[all.length - 1] = last + next;
    else if (next !== "" && !isBlankStrong(next)) all.push(next);
  }
  return all;
}

function isBlankStrong(inline: Resolved): boolean {
  return typeof inline === "object" && "strong" in inline && neutral(inline.strong).trim() === "";
}

function resolved(inline: Inline, links: Links): Resolved {
  if (typeof inline === "string" || !("link" in inline)) return inline;
  const url = resolve(inline.target, links);
  const isCode = inline.target.to === "commit" || inline.target.to === "file";
  if (url !== undefined) return { link: inline.link, url, isCode };
  return isCode ? { code: inline.link } : inline.link;
}
