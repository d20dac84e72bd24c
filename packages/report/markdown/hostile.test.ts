import fc from "fast-check";
import type { Element, Root } from "hast";
import rehypeRaw from "rehype-raw";
import remarkBreaks from "remark-breaks";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import remarkRehype from "remark-rehype";
import { unified } from "unified";
import { describe, expect, it } from "vitest";
import { attacks } from "../testdata/attacks.ts";
import { hostile } from "../testdata/hostile.ts";
import { LIMIT, renderMarkdown } from "./render.ts";

const links = {
  run: "https://github.example/runs/1",
  commit: (sha: string) => `https://github.example/commit/${sha}`,
};

// Without the sanitiser: what reaches GitHub must be harmless before GitHub cleans it.
const reader = unified()
  .use(remarkParse)
  .use(remarkGfm)
  .use(remarkBreaks)
  .use(remarkRehype, { allowDangerousHtml: true })
  .use(rehypeRaw);

interface Seen {
  elements: Record<string, number>;
  addresses: string[];
  comments: string[];
  /** Text that GitHub searches for mentions and references. */
  texts: string[];
}

function see(markdown: string): Seen {
  const seen: Seen = { elements: {}, addresses: [], comments: [], texts: [] };
  const visit = (node: Root | Root["children"][number], inCode: boolean): void => {
    if (node.type === "text" && !inCode) seen.texts.push(node.value);
    if (node.type === "comment") seen.comments.push(node.value);
    if (node.type === "element") note(node, seen);
    if ("children" in node)
      for (const child of node.children)
        visit(child, inCode || (node.type === "element" && ["code", "pre"].includes(node.tagName)));
  };
  visit(reader.runSync(reader.parse(markdown)), false);
  return seen;
}

function note(element: Element, seen: Seen): void {
  seen.elements[element.tagName] = (seen.elements[element.tagName] ?? 0) + 1;
  for (const [name, value] of Object.entries(element.properties)) {
    if (name === "href" || name === "src") seen.addresses.push(String(value));
    else if (name !== "align" && name !== "style")
      seen.elements[`[${name}]`] = (seen.elements[`[${name}]`] ?? 0) + 1;
  }
}

const REFERENCES = [
  /(?<![\p{L}\p{N}_`])@[a-z\d]/iu,
  /#\d/,
  /\bGH-\d/i,
  /\b(?:https?|ftp):\/\//i,
  /\bwww\./i,
  /[^\s@]@[a-z\d-]+\./i,
  /:[\w+-]+:/,
  /\$/,
  /\b(?=\d*[a-f])[\da-f]{7,40}\b/i,
  // biome-ignore lint/suspicious/noControlCharactersInRegex: their absence is what is tested
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/,
];

const render = (text: string): string =>
  renderMarkdown(hostile(text), { limit: LIMIT.summary, links, marker: { run: "1" } });
const plain = see(render("income"));

function expectHarmless(text: string): void {
  const found = see(render(text));
  // What a fault quotes is code: GitHub searches it for nothing.
  const { code: _, ...elements } = found.elements;
  for (const [name, count] of Object.entries(elements))
    expect(count, `${name} in ${JSON.stringify(text)}`).toBeLessThanOrEqual(plain.elements[name] ?? 0);
  expect(new Set(found.addresses)).toEqual(new Set(plain.addresses));
  expect(found.comments).toEqual([" mlops:census-income:evaluate run=1 "]);
  for (const reference of REFERENCES)
    for (const each of found.texts) expect(each, JSON.stringify(text)).not.toMatch(reference);
}

describe("text from data in Markdown", () => {
  it("has a corpus worth the name", () => {
    expect(attacks.length).toBeGreaterThan(300);
  });

  it("adds no element, link, picture, box, comment or reference, whatever it says", () => {
    for (const attack of attacks) expectHarmless(attack);
  }, 180_000);

  it("does so for any string", () => {
    const piece = fc.oneof(
      fc.constantFrom(...attacks.filter(({ length }) => length < 100)),
      fc.string({ unit: "binary" }),
      fc.string(),
    );
    const text = fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join(""));
    fc.assert(fc.property(text, expectHarmless), { numRuns: 100 });
  });

  it("never leaves its cell: every row has the cells of its header", () => {
    const markdown = render("a\\|b` | x");
    // Readers differ on a pipe behind a backslash, so none may be there.
    const lines = markdown.split("\n").filter((line) => line.startsWith("|"));
    expect(lines.join("\n")).not.toContain("\\|");
    const rows = reader
      .parse(markdown)
      .children.flatMap((node) =>
        node.type === "table" ? [node.children.map((row) => row.children.length)] : [],
      );
    expect(rows).toEqual([
      [6, 6, 6],
      [2, 2, 2],
    ]);
  });
});
