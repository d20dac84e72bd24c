import type { Document } from "@mlops-actions/core";

/** The same document as somebody's claim: without a verdict of ours, and with the reason in its first lines. */
export function claimed({ key, title, blocks }: Document): Document {
  return {
    key,
    verdict: "not_applicable",
    title,
    blocks: [
      {
        kind: "headline",
        verdict: "not_applicable",
        text: ["the pull request's own workflow says: ", title],
      },
      {
        kind: "warning",
        text: [
          { strong: "Measured by the pull request's own workflow, not verified." },
          " It ran in a fork's name, and whoever proposes this change can make it say anything. No check counts it.",
        ],
      },
      ...blocks.filter(({ kind }) => kind !== "headline"),
    ],
  };
}
