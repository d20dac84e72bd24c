import type { Document } from "@mlops-actions/core";
import { LIMIT, type Links, renderHtml, renderMarkdown } from "@mlops-actions/report";
import { TOOL } from "./run.ts";

/** A document as one of a run's sinks shows it. */
export function rendered(
  document: Document,
  sink: "comment" | "check" | "summary" | "page",
  links: Links,
  facts: Readonly<Record<string, string>>,
): string {
  if (sink === "page")
    return renderHtml(document, { title: `${document.key.model}: ${document.title}`, links, footer: TOOL });
  // The marker counts towards the size of the comment.
  return renderMarkdown(document, {
    limit: LIMIT[sink],
    links,
    ...(sink === "comment" && { marker: facts }),
  });
}
