import type { Block } from "@mlops-actions/core";
import { LIMIT, renderMarkdown } from "@mlops-actions/report";
import { data } from "./data.ts";
import type { CardFacts } from "./facts.ts";
import { limitations } from "./limitations.ts";
import { metrics, slices } from "./measured.ts";
import { model } from "./model.ts";
import { training } from "./training.ts";
import { use } from "./use.ts";

interface Section {
  title: string;
  blocks: readonly Block[];
}

/**
 * The model card: what was checked against bytes or measured here apart from what people or the project's own code say. It names no
 * version number and shows no category of fewer than ten rows.
 */
export function cardOf(facts: CardFacts): string {
  const verified: Section[] = [
    { title: "What it is", blocks: model(facts) },
    { title: "Data", blocks: data(facts) },
    { title: "Metrics", blocks: metrics(facts) },
    ...(facts.accepted.evaluation.slices.length === 0 ? [] : [{ title: "Slices", blocks: slices(facts) }]),
    { title: "Limitations", blocks: limitations(facts) },
    { title: "Get and verify it", blocks: use(facts) },
  ];
  const declared: Section[] = [
    { title: "Training", blocks: training(facts) },
    { title: "Intended use", blocks: notStated },
    { title: "Uses it is not made for", blocks: notStated },
    { title: "People it is about, and risks to them", blocks: notStated },
  ];
  const { model: name } = facts.manifest;
  return [
    `# ${name}`,
    "## Verified",
    "Checked against the bytes, or measured by mlops-actions.",
    ...verified.map((section) => written(section, name)),
    "## Declared",
    "Said by people or by the project's own code; nothing here was checked.",
    ...declared.map((section) => written(section, name)),
    "",
  ]
    .join("\n\n")
    .trimEnd()
    .concat("\n");
}

const notStated: readonly Block[] = [{ kind: "text", text: ["Not stated."] }];

// Titles are ours and the model's name is of harmless letters; everything else goes through the sink that escapes it.
function written({ title, blocks }: Section, name: string): string {
  const document = { key: { model: name, stage: "register" }, verdict: "pass", title, blocks } as const;
  return `### ${title}\n\n${renderMarkdown(document, { limit: LIMIT.summary, links: {} }).trim()}`;
}
