import type { Element, ElementContent, Root } from "hast";
import { h } from "hastscript";
import rehypeRaw from "rehype-raw";
import rehypeSanitize, { defaultSchema } from "rehype-sanitize";
import remarkBreaks from "remark-breaks";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import remarkRehype from "remark-rehype";
import { unified } from "unified";

/** Markdown as GitHub shows it in a comment: tables, line breaks, and only what its sanitiser lets through. */
export function commentHtml(markdown: string): Root {
  const processor = unified()
    .use(remarkParse)
    .use(remarkGfm)
    .use(remarkBreaks)
    .use(remarkRehype, { allowDangerousHtml: true })
    .use(rehypeRaw)
    .use(rehypeSanitize, defaultSchema);
  return processor.runSync(processor.parse(markdown)) as Root;
}

/** A comment, or the notes of a release, where they stand on a page. */
export function markdown(text: string): Element {
  const { children } = commentHtml(text);
  return h(
    "div.markdown-body",
    children.filter((child): child is ElementContent => child.type !== "doctype"),
  );
}
