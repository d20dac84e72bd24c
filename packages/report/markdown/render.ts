import { conversationOf, type Document } from "@mlops-actions/core";
import type { Root, RootContent } from "mdast";
import { gfmToMarkdown } from "mdast-util-gfm";
import { toMarkdown } from "mdast-util-to-markdown";
import type { Links } from "../text/links.ts";
import { nodesOf, paragraph } from "./block.ts";
import { type Marker, markerOf } from "./marker.ts";
import { type Form, shorter } from "./shorten.ts";

/** The size of a sink. */
export interface Limit {
  size: number;
  in: "characters" | "bytes";
}

/** What GitHub takes: a comment or an issue, summary or text of a check run, the summary of a step. */
export const LIMIT = {
  comment: { size: 65_536, in: "characters" },
  check: { size: 65_535, in: "bytes" },
  summary: { size: 1_048_576, in: "bytes" },
} as const satisfies Record<string, Limit>;

export interface MarkdownOptions {
  limit: Limit;
  links: Links;
  /** Facts of the hidden marker; absent: no marker. */
  marker?: Marker["facts"] | undefined;
}

/**
 * A document, or several of one run, as GitHub's Markdown within the limit of its sink. What does not fit is left out by
 * section with a pointer to the job summary, never in the middle of a table or of markup. Throws a `RangeError` where not
 * even headline and one row of the comparison fit.
 */
export function renderMarkdown(
  documents: Document | readonly Document[],
  { limit, links, marker }: MarkdownOptions,
): string {
  const all = "blocks" in documents ? [documents] : documents;
  const first = all[0];
  const hidden: RootContent[] =
    marker === undefined || first === undefined
      ? []
      : [{ type: "html", value: markerOf(conversationOf(first.key), marker) }];
  let text = "";
  for (const forms of together(all.map((document) => [...shorter(document.blocks)]))) {
    const nodes = forms.flatMap(({ blocks, rows, most }, index) =>
      blocks.flatMap((block) => nodesOf(block, { key: (all[index] as Document).key, links, rows, most })),
    );
    text = write([...hidden, ...nodes, ...pointer(forms, links)]);
    if (sizeOf(text, limit) <= limit.size) return text;
  }
  throw new RangeError(
    `the shortest form of the report has ${sizeOf(text, limit)} of ${limit.size} ${limit.in}`,
  );
}

// All documents are shortened in step, so that the last one does not pay for the first.
function* together(forms: readonly (readonly Form[])[]): Generator<Form[]> {
  const steps = Math.max(1, ...forms.map(({ length }) => length));
  for (let step = 0; step < steps; step += 1)
    yield forms.map((each) => each[Math.min(step, each.length - 1)] as Form);
}

function pointer(forms: readonly Form[], links: Links): RootContent[] {
  const sections = forms.reduce((sum, { left }) => sum + left, 0);
  if (sections === 0) return [];
  const what = `Shortened to fit here: ${sections} ${sections === 1 ? "section" : "sections"} left out, see the `;
  return [paragraph([what, { link: "job summary", target: { to: "run" } }, "."], { links })];
}

function write(children: RootContent[]): string {
  const root: Root = { type: "root", children };
  return toMarkdown(root, {
    bullet: "-",
    listItemIndent: "one",
    extensions: [gfmToMarkdown({ tablePipeAlign: false })],
  });
}

function sizeOf(text: string, { in: unit }: Limit): number {
  return unit === "bytes" ? new TextEncoder().encode(text).length : text.length;
}
