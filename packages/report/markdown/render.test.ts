import type { Block, Document } from "@mlops-actions/core";
import fc from "fast-check";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import { unified } from "unified";
import { describe, expect, it } from "vitest";
import { better, failed, unclear } from "../testdata/documents.ts";
import { asGitHub } from "../testdata/github.ts";
import { LIMIT, renderMarkdown } from "./render.ts";

const links = {
  run: "https://github.example/runs/1",
  commit: (sha: string) => `https://github.example/commit/${sha}`,
};
const comment = { limit: LIMIT.comment, links };
const bytes = (text: string): number => new TextEncoder().encode(text).length;

describe("a report as GitHub Markdown", () => {
  it("says the verdict first, then the change of the primary metric, then every rule", () => {
    const lines = renderMarkdown(better, comment)
      .split("\n")
      .filter((line) => line !== "");
    expect(lines.slice(0, 6)).toMatchInlineSnapshot(`
      [
        "### ✅ census-income: pass — better than production",
        "**AUC 0.9264 → 0.9285**, likely between +0.0011 and +0.0031. Nothing you guard got worse.",
        "| metric | production v1.4.0 | this PR | change (95 % interval) | rule | verdict |",
        "| :- | -: | -: | :- | :- | :- |",
        "| **auc** (primary) | 0.9264 | 0.9285 | **+0.0021** \\[+0.0011, +0.0031] | not worse than −0.005 | ✅ better |",
        "| recall gap by \`sex\` | 7.0 % | 6.1 % | −0.9 points \\[−2.3, +0.5] | at most 3 points worse | ✅ not worse |",
      ]
    `);
  });

  it("says better only for what was shown to be better", () => {
    const text = renderMarkdown(unclear, comment);
    expect(text).toContain("🟡 churn-2: cannot tell — 900 test rows are too few for this rule");
    expect(text).not.toMatch(/✅|better/);
  });

  it("names the rule that could not be judged, with what is missing", () => {
    expect(renderMarkdown(failed, comment)).toContain(
      "- worst auc by `race`: groups too small to judge: Other: 41 of 100",
    );
  });

  it("links commits by code and leaves unlinked what has no https address", () => {
    expect(renderMarkdown(better, comment)).toContain(
      "[`a1b2c3d`](https://github.example/commit/a1b2c3d4e5f6",
    );
    const unlinked = renderMarkdown(better, {
      limit: LIMIT.comment,
      links: { run: "http://github.example/runs/1", commit: () => "javascript:alert(1)" },
    });
    expect(unlinked).not.toContain("](");
    expect(unlinked).toContain("commit `a1b2c3d`");
  });

  it("survives GitHub's sanitiser: tables and folds stay, the marker is hidden", () => {
    const page = asGitHub(renderMarkdown(better, { ...comment, marker: { run: "1" } }));
    expect(page.match(/<table>/g)).toHaveLength(2);
    expect(page.match(/<details><summary>/g)).toHaveLength(2);
    expect(page).toContain('<td align="left">✅\u00a0better</td>');
    expect(page).not.toContain("mlops:");
  });

  it("puts several documents of one run below each other", () => {
    const text = renderMarkdown([better, unclear], comment);
    expect(text.match(/^### .*$/gm)).toEqual([
      "### ✅ census-income: pass — better than production",
      "### 🟡 churn-2: cannot tell — 900 test rows are too few for this rule",
    ]);
  });
});

const reader = unified().use(remarkParse).use(remarkGfm);

function big(drops: readonly (1 | 2 | 3)[], rows: number): Document {
  const table: Block = {
    kind: "table",
    columns: [
      { title: "column", align: "left" },
      { title: "größe", align: "right" },
    ],
    rows: Array.from({ length: rows }, (_, row) => [[{ code: `column_${row}` }], [`${row} ≥ 1`]]),
  };
  const folds = drops.map(
    (drop, index): Block => ({ kind: "fold", title: `fold ${index} of ${drop}`, drop, blocks: [table] }),
  );
  return { ...failed, blocks: [...failed.blocks, table, ...folds] };
}

describe("a report too long for its sink", () => {
  it("loses folds in their order, from the last, and says how many", () => {
    const document = big([1, 2, 1, 3], 300);
    const full = renderMarkdown(document, comment);
    const text = renderMarkdown(document, { links, limit: { size: full.length - 100, in: "characters" } });
    expect(text.match(/fold \d of \d/g)).toEqual(["fold 0 of 1", "fold 1 of 2", "fold 3 of 3"]);
    expect(text).toContain(
      "Shortened to fit here: 1 section left out, see the [job summary](https://github.example/runs/1).",
    );
  });

  it("cuts tables between rows and says how many are left", () => {
    const text = renderMarkdown(big([], 3000), comment);
    expect(text).toContain("… 2,900 more rows, see the job summary");
    expect(text).toContain("`column_99`");
    expect(text).not.toContain("`column_100`");
  });

  it("always fits, keeps headline and comparison, and never breaks a table or a fold", () => {
    const drop = fc.constantFrom<1 | 2 | 3>(1, 2, 3);
    const unit = fc.constantFrom<"bytes" | "characters">("bytes", "characters");
    fc.assert(
      fc.property(
        fc.array(drop, { maxLength: 4 }),
        fc.nat(400),
        fc.integer({ min: 2500, max: 65_536 }),
        unit,
        (drops, rows, size, unit) => {
          const text = renderMarkdown(big(drops, rows), { links, limit: { size, in: unit } });
          expect(unit === "bytes" ? bytes(text) : text.length).toBeLessThanOrEqual(size);
          expect(text).toContain("### ❌ census-income: fail — AUC is worse than production");
          expect(text).toContain("**−0.0113**");
          expect(text).toContain("worst auc by `race`");
          expect(text.match(/<details>/g)?.length).toBe(text.match(/<\/details>/g)?.length);
          for (const node of reader.parse(text).children)
            if (node.type === "table")
              expect(new Set(node.children.map((row) => row.children.length)).size).toBe(1);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("is a fault of ours where not even the comparison fits", () => {
    expect(() => renderMarkdown(failed, { links, limit: { size: 200, in: "characters" } })).toThrow(
      RangeError,
    );
  });
});
