import type { Block, Estimate } from "@mlops-actions/core";
import { formatChange, formatEstimate, formatInterval, formatValue } from "@mlops-actions/report";
import { baselineName } from "../trust/told.ts";
import { counted, grouped } from "../wording.ts";
import type { CardFacts } from "./facts.ts";
import { named } from "./privacy.ts";

export function metrics({ accepted: { evaluation, judged } }: CardFacts): Block[] {
  const { confidence } = evaluation;
  const level = formatValue(confidence, "proportion", { percent: true });
  const other = baselineName(evaluation) ?? "constant answer";
  return [
    {
      kind: "table",
      columns: [
        { title: "metric", align: "left" },
        { title: `value [${level} interval]`, align: "right" },
        { title: "n", align: "right" },
        { title: other, align: "right" },
        { title: "change", align: "right" },
        { title: "method", align: "left" },
      ],
      rows: evaluation.metrics.map(({ metric, own, baseline, change }) => [
        [{ code: metric }],
        [shown(own)],
        ["n" in own ? grouped(own.n) : ""],
        [baseline === undefined ? "" : (formatEstimate(baseline) ?? "none")],
        [changed(change)],
        [own.kind === "sampled" ? own.method : ""],
      ]),
    },
    { kind: "text", text: [{ strong: "Conditions it was held against:" }] },
    {
      kind: "table",
      columns: [
        { title: "condition", align: "left" },
        { title: "verdict", align: "left" },
      ],
      rows: judged.map(({ condition, verdict }) => [[{ code: condition }], [verdict.replaceAll("_", " ")]]),
    },
  ];
}

export function slices({ accepted: { evaluation } }: CardFacts): Block[] {
  const { shown: list, hidden } = named(evaluation.slices);
  return [
    {
      kind: "table",
      columns: [
        { title: "slice", align: "left" },
        { title: "rows", align: "right" },
        { title: "value", align: "right" },
      ],
      rows: list.map(({ column, value, n, own }) => [
        [{ code: `${column} = ${value ?? "(missing)"}` }],
        [grouped(n)],
        [shown(own)],
      ]),
    },
    ...(hidden === 0
      ? []
      : [
          {
            kind: "text",
            text: [`${counted(hidden, "group")} not named: too few rows, or one of too many values.`],
          } as const,
        ]),
  ];
}

function shown(estimate: Estimate): string {
  if (estimate.kind === "missing") return `none: ${estimate.reason.replaceAll("-", " ")}`;
  const text = formatEstimate(estimate, { interval: true }) ?? "";
  return estimate.kind === "sampled" && !estimate.promise.holds ? `${text} (too few for its method)` : text;
}

function changed(change: Estimate | undefined): string {
  if (change === undefined || change.kind === "missing") return "";
  const contrast = { id: "", terms: [], op: ">" as const, limit: 0, unit: change.unit, neutral: 0 };
  return [formatChange(contrast, change), formatInterval(contrast, change)]
    .filter((part) => part !== null)
    .join(" ");
}
