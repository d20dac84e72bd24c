import type { Block, Estimate, Evidence } from "@mlops-actions/core";
import { digestsBlock, formatChange, formatEstimate, formatInterval } from "@mlops-actions/report";
import type { Details } from "../details.ts";
import { baselineTitle, candidateTitle } from "./baseline.ts";
import { grouped } from "./headline.ts";
import type { Measured } from "./measured.ts";

/** What a reader opens: where it differs, all metrics, how it was measured. */
export function folds(
  measured: Measured,
  subject: Evidence["subject"],
  materials: Evidence["subject"],
): Block[] {
  return [...slices(measured), metrics(measured), method(measured, subject, materials)];
}

const FINDINGS = ["better", "worse", "unclear", "too-small"] as const;
const SAID: Record<(typeof FINDINGS)[number], string> = {
  better: "better",
  worse: "worse",
  unclear: "not told apart",
  "too-small": "too small",
};

function slices({ details: { slices, baseline }, run }: Measured): Block[] {
  if (slices.length === 0) return [];
  const counts = FINDINGS.map(
    (finding) => `${slices.filter((slice) => slice.finding === finding).length} ${SAID[finding]}`,
  );
  const isPaired = slices.some(({ change }) => change !== undefined);
  return [
    {
      kind: "fold",
      title: isPaired ? `Where it differs: ${counts.join(", ")}` : `By slice: ${slices.length}`,
      drop: 2,
      blocks: [
        {
          kind: "table",
          columns: [
            { title: "slice", align: "left" },
            { title: "rows", align: "right" },
            { title: baselineTitle(baseline), align: "right" },
            { title: candidateTitle({ run }), align: "right" },
            { title: "change", align: "right" },
            { title: "", align: "left" },
          ],
          rows: slices.map(({ column, value, n, own, baseline, change, finding }) => [
            [{ code: `${column} = ${value ?? "(missing)"}` }],
            [grouped(n)],
            [shown(baseline)],
            [shown(own)],
            [withInterval(change)],
            [SAID[finding]],
          ]),
        },
        {
          kind: "forest",
          title: "Change by slice",
          limit: null,
          neutral: 0,
          rows: slices.flatMap(({ column, value, change }) =>
            change?.kind === "sampled"
              ? [
                  {
                    label: `${column} = ${value ?? "(missing)"}`,
                    value: change.value,
                    low: change.interval.low,
                    high: change.interval.high,
                    verdict: null,
                  },
                ]
              : [],
          ),
        },
      ],
    },
  ];
}

function metrics({ details: { metrics, baseline }, run }: Measured): Block {
  return {
    kind: "fold",
    title: `All ${metrics.length} metrics`,
    drop: 2,
    blocks: [
      {
        kind: "table",
        columns: [
          { title: "metric", align: "left" },
          { title: baselineTitle(baseline), align: "right" },
          { title: candidateTitle({ run }), align: "right" },
          { title: "change", align: "right" },
        ],
        rows: metrics.map(({ metric, own, baseline, change }) => [
          [{ code: metric }],
          [shown(baseline)],
          [shown(own, baseline === undefined)],
          [withInterval(change)],
        ]),
      },
    ],
  };
}

function thresholds({ threshold: { candidate, baseline: other }, baseline }: Details): string[] {
  if (candidate === null) return [];
  const differs = other === null || other === candidate ? "" : ` (${baselineTitle(baseline)}: ${other})`;
  return [` · a score of at least ${candidate} decides for the positive class${differs}`];
}

function shown(estimate: Estimate | undefined, interval = false): string {
  if (estimate === undefined) return "";
  return (
    formatEstimate(estimate, { interval }) ?? (estimate.kind === "missing" ? `none: ${estimate.detail}` : "")
  );
}

function withInterval(estimate: Estimate | undefined): string {
  if (estimate === undefined) return "";
  if (estimate.kind === "missing") return `none: ${estimate.detail}`;
  const { unit } = estimate;
  const contrast = { id: "", terms: [], op: ">" as const, limit: 0, unit, neutral: 0 };
  return [formatChange(contrast, estimate), formatInterval(contrast, estimate)]
    .filter((part) => part !== null)
    .join(" ");
}

function method(
  { details, judged, run }: Measured,
  subject: Evidence["subject"],
  materials: Evidence["subject"],
): Block {
  const methods = [
    ...new Set(judged.flatMap(({ estimate }) => (estimate?.kind === "sampled" ? [estimate.method] : []))),
  ];
  const blocks: Block[] = [
    {
      kind: "text",
      text: [
        `${methods.join("; ")} · ${details.confidence * 100} % intervals, each side errs at most ${Number(((1 - details.confidence) * 50).toFixed(2))} % when the truth sits on the limit · `,
        "covers chance in the test rows, not training noise: another seed of the same code is another model.",
      ],
    },
    ...judged.flatMap(({ condition, place, estimate }): Block[] => [
      {
        kind: "text",
        text: [
          { code: condition },
          ...(place === undefined ? [] : [` (${place.file}:${place.line ?? 1})`]),
          estimate?.kind === "sampled" ? `: ${estimate.method}, n = ${grouped(estimate.n)}` : "",
        ].filter((part) => part !== ""),
      },
    ]),
    digestsBlock("file", [...subject, ...materials]),
    {
      kind: "text",
      text: ["seed ", { code: details.seed.slice(0, 16) }, ...thresholds(details), ` · ${run.tool}`],
    },
  ];
  return { kind: "fold", title: "Method, seed, digests", drop: 3, blocks };
}
