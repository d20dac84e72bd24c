import type { Block, Inline, Tensor } from "@mlops-actions/core";
import { filesBlock } from "@mlops-actions/report";
import { listed } from "../wording.ts";
import type { CardFacts } from "./facts.ts";

const TASK = {
  binary: "Binary classification",
  multiclass: "Classification",
  regression: "Regression",
} as const;

export function model({ manifest }: Pick<CardFacts, "manifest">): Block[] {
  const { files, interface: how } = manifest;
  const answers: Inline[] =
    how.positive === undefined
      ? [...(how.classes === undefined ? [] : [": ", ...listed(how.classes)])]
      : [
          ", the score is about ",
          { code: how.positive },
          ...(how.threshold === undefined ? [] : [`, decided from ${how.threshold} on`]),
        ];
  const runs = files.filter(({ executesCode }) => executesCode === true);
  return [
    { kind: "text", text: [{ strong: TASK[manifest.task] }, ...answers, "."] },
    {
      kind: "text",
      text: [
        how.by === "onnx"
          ? "ONNX: it is run as data and brings no code."
          : "It answers only through its project's own `predict.run`.",
        ...(runs.length === 0
          ? []
          : [
              " ⚠️ Loading runs code that the file brings: ",
              ...listed(runs.map(({ name }) => name)),
              ". Load it only where that code may run.",
            ]),
      ],
    },
    filesBlock(files),
    ...tensors("input", how.inputs),
    ...(how.features === undefined
      ? []
      : [
          {
            kind: "text",
            text: ["Columns, in this order: ", ...listed(how.features)],
          } as const,
        ]),
    ...tensors("output", how.outputs),
  ];
}

function tensors(what: "input" | "output", list: readonly Tensor[] = []): Block[] {
  if (list.length === 0) return [];
  return [
    {
      kind: "table",
      columns: [
        { title: what, align: "left" },
        { title: "type", align: "left" },
        { title: "shape", align: "left" },
      ],
      rows: list.map(({ name, type, shape }) => [
        [{ code: name }],
        [type],
        [`[${shape.map((size) => size ?? "any").join(", ")}]`],
      ]),
    },
  ];
}
