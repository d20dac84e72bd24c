import { renderMarkdown } from "@mlops-actions/report";
import { describe, expect, it } from "vitest";
import { check } from "./checked.ts";

const project = (task: string, output: string, label: string) => `model: m
task: ${task}
data: { key: id, label: ${label} }
drift:
  current: now.csv
  reference: then.csv
  output: ${output}
  labels: { files: labels.csv }
`;
const rows = (header: string, row: (id: number) => string, n: number) =>
  [header, ...Array.from({ length: n }, (_, id) => row(id))].join("\n");
const answers = (answer: (id: number) => string, name: string, n = 1_000) =>
  rows(`id,a,${name}`, (id) => `${id},${(id * 7919) % 1000},${answer(id)}`, n);
const labels = (first: number, label: string) => rows("id,y", (id) => `${id + first},${label}`, 800);
const score = (id: number) => String(((id * 31) % 1000) / 1000);
const binary = {
  "mlops.yml": project("binary", "score", '{ column: y, positive: "yes" }'),
  "then.csv": answers(score, "score", 2_000),
  "now.csv": answers(score, "score"),
};

describe("labels", () => {
  it.each([
    ["binary", binary],
    [
      "multiclass",
      {
        "mlops.yml": project("multiclass", "label", "{ column: y, classes: [a, b, c] }"),
        "then.csv": answers((id) => "abc"[id % 3] ?? "", "label", 2_000),
        "now.csv": answers((id) => "abc"[id % 3] ?? "", "label"),
      },
    ],
  ])("of which none has arrived leave the quality untold (%s)", async (_task, files) => {
    const { details, document } = await check({ ...files, "labels.csv": labels(5_000, "no") });
    expect(details.quality).toMatchObject({ cohort: { rows: 1_000, labelled: 0 }, metrics: [], lost: false });
    const text = renderMarkdown(document, { limit: { size: 65_536, in: "characters" }, links: {} });
    expect(text).toContain("No labels have arrived for 1,000 answers that should have them.");
  });
});
