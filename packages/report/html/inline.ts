import type { Inline } from "@mlops-actions/core";
import type { ElementContent } from "hast";
import { h } from "hastscript";
import { clean, cleanCode } from "../text/clean.ts";
import { type Links, resolve } from "../text/links.ts";

/** Inlines as text nodes and a few elements; an address comes from the links of the repository only. */
export function inlines(parts: readonly Inline[], links: Links): ElementContent[] {
  return parts.map((part): ElementContent => {
    if (typeof part === "string") return { type: "text", value: clean(part) };
    if ("code" in part) return h("code", cleanCode(part.code));
    if ("strong" in part) return h("strong", clean(part.strong));
    const url = resolve(part.target, links);
    const isCode = part.target.to === "commit" || part.target.to === "file";
    const label = isCode ? h("code", cleanCode(part.link)) : clean(part.link, 200);
    if (url === undefined) return typeof label === "string" ? { type: "text", value: label } : label;
    return h("a", { href: url, rel: ["noreferrer", "noopener"] }, label);
  });
}
