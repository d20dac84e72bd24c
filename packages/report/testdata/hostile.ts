import type { Block, Document, Inline } from "@mlops-actions/core";
import { failed } from "./documents.ts";

/** A document that holds the text wherever a stage may put text from data. */
export function hostile(text: string): Document {
  const inline: Inline[] = [
    text,
    " in ",
    { code: text },
    " and ",
    { strong: text },
    " or ",
    { link: text, target: { to: "run" } },
    " at ",
    { link: text, target: { to: "commit", sha: "a1b2c3d4" } },
    text,
  ];
  const compared = failed.blocks.find((block) => block.kind === "comparison");
  const judged = compared?.kind === "comparison" ? compared.judged.slice(-2) : [];
  const blocks: Block[] = [
    { kind: "headline", verdict: "fail", text: inline },
    { kind: "text", text: inline },
    { kind: "text", text: [text] },
    { kind: "text", text: ["#", text, "@", text] },
    { kind: "warning", text: inline },
    { kind: "steps", title: text, items: [[text], inline] },
    {
      kind: "comparison",
      own: text,
      baseline: text,
      judged: judged.map((each) => ({
        ...each,
        condition: text,
        detail: text,
        contrast: {
          ...each.contrast,
          terms: each.contrast.terms.map((term) => ({
            ...term,
            quantity: {
              ...term.quantity,
              name: text,
              args: [{ column: text }, { quoted: text }],
              where: [{ column: text, op: "=" as const, value: text }],
              over: { how: "gap" as const, by: [[text, text]] },
            },
          })),
        },
      })),
    },
    {
      kind: "table",
      columns: [
        { title: text, align: "left" },
        { title: "n", align: "right" },
      ],
      rows: [
        [[text], inline],
        [[{ code: text }], ["1"]],
      ],
    },
    {
      kind: "forest",
      title: text,
      limit: 0,
      neutral: null,
      rows: [{ label: text, value: 1, low: null, high: 2, verdict: "pass" }],
    },
    { kind: "command", text },
    { kind: "output", text },
    {
      kind: "fault",
      fault: { code: "x", message: text, remedy: text, at: { file: text, line: 1, column: 2 } },
    },
    {
      kind: "fold",
      title: text,
      drop: 1,
      blocks: [
        { kind: "text", text: inline },
        { kind: "steps", title: text, items: [[text]] },
      ],
    },
  ];
  return { key: { model: "census-income", stage: "evaluate" }, verdict: "fail", title: text, blocks };
}
