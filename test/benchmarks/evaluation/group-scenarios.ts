import type { Contrast, Quantity } from "@mlops-actions/core";
import { METRICS } from "@mlops-actions/evaluation";
import { drawBinomial, type Random } from "@mlops-actions/statistics";
import { type Cell, cellsSample } from "../../../packages/evaluation/estimate/cells.ts";
import { type End, estimateGroups, type Group } from "../../../packages/evaluation/estimate/groups.ts";
import { estimateWhole } from "../../../packages/evaluation/estimate/whole.ts";

/** A group: its rows, and how often both models are right, only the candidate, only the baseline. */
export interface Population {
  n: number;
  both: number;
  own: number;
  baseline: number;
}

export interface GroupScenario {
  about: string;
  groups: readonly Population[];
}

const accuracy = METRICS.find(({ name }) => name === "accuracy")?.by;
const asked = { classes: ["no", "yes"], positive: 1, numbers: [] };

/** Unequal sizes, ties for the extreme, models that disagree on who is ahead, and groups that are all alike. */
export const SCENARIOS: readonly GroupScenario[] = [
  {
    about: "two groups, 300 and 3,000",
    groups: [group(300, 0.7, 0.05, 0.05), group(3000, 0.8, 0.05, 0.05)],
  },
  {
    about: "two groups, the baseline the other way round",
    groups: [group(500, 0.72, 0.06, 0.02), group(1500, 0.72, 0.02, 0.06)],
  },
  {
    about: "five groups, 120 to 8,000, one extreme",
    groups: [
      group(8000, 0.8, 0.04, 0.04),
      group(1000, 0.78, 0.04, 0.04),
      group(500, 0.76, 0.04, 0.04),
      group(250, 0.78, 0.04, 0.04),
      group(120, 0.66, 0.06, 0.04),
    ],
  },
  {
    about: "five groups, ties at both ends",
    groups: [
      group(2000, 0.8, 0.05, 0.03),
      group(2000, 0.8, 0.05, 0.03),
      group(200, 0.72, 0.05, 0.05),
      group(400, 0.72, 0.05, 0.05),
      group(800, 0.72, 0.05, 0.05),
    ],
  },
  {
    about: "eight groups of 200, all alike",
    groups: Array.from({ length: 8 }, () => group(200, 0.76, 0.04, 0.04)),
  },
];

function group(n: number, both: number, own: number, baseline: number): Population {
  return { n, both, own, baseline };
}

export const QUESTIONS = [
  "gap",
  "worst",
  "gap - baseline.gap",
  "worst - baseline.worst",
  "accuracy / baseline.accuracy",
] as const;
export type QuestionName = (typeof QUESTIONS)[number];

/** What is asked, with its truth as the limit. */
export function truthOf({ groups }: GroupScenario, question: QuestionName): number {
  const own = groups.map((of) => of.both + of.own);
  const other = groups.map((of) => of.both + of.baseline);
  const gap = (values: readonly number[]) => Math.max(...values) - Math.min(...values);
  const rows = groups.reduce((sum, { n }) => sum + n, 0);
  const mean = (values: readonly number[]) =>
    values.reduce((sum, value, i) => sum + (value * (groups[i]?.n ?? 0)) / rows, 0);
  switch (question) {
    case "gap":
      return gap(own);
    case "worst":
      return Math.min(...own);
    case "gap - baseline.gap":
      return gap(own) - gap(other);
    case "worst - baseline.worst":
      return Math.min(...own) - Math.min(...other);
    case "accuracy / baseline.accuracy":
      return mean(own) / mean(other);
  }
}

/** Draws rows of every group and gives the interval that the evaluation would print. */
export function drawInterval(scenario: GroupScenario, question: QuestionName, random: Random) {
  const counts = scenario.groups.map((of) => drawCells(of, random));
  const isPaired = question.includes("baseline");
  const sides = isPaired ? (["own", "baseline"] as const) : (["own"] as const);
  if (accuracy?.family !== "share") throw new Error("accuracy is a share");
  const quantities = sides.map((source) => ({ metric: accuracy, source, asked }));
  if (question === "accuracy / baseline.accuracy") {
    const together = (counts[0] ?? []).map((cell, at) => ({
      ...cell,
      n: counts.reduce((sum, cells) => sum + (cells[at]?.n ?? 0), 0),
    }));
    const estimate = estimateWhole(
      contrastOf(question, truthOf(scenario, question)),
      cellsSample(together, quantities),
      0.95,
    );
    return estimate.kind === "sampled" ? estimate.interval : undefined;
  }
  const groups: Group[] = counts.map((cells, i) => ({
    name: `group ${i}`,
    partition: 0,
    sample: cellsSample(cells, quantities),
  }));
  const end: End = question.startsWith("gap") ? "highest" : "lowest";
  const contrast = contrastOf(question, truthOf(scenario, question));
  const estimate = estimateGroups(contrast, groups, { least: { rows: 100, play: 30 }, end, level: 0.95 });
  return estimate.kind === "sampled" ? estimate.interval : undefined;
}

function drawCells({ n, both, own, baseline }: Population, random: Random): Cell[] {
  const first = drawBinomial(n, both, random);
  const second = drawBinomial(n - first, own / (1 - both), random);
  const third = drawBinomial(n - first - second, baseline / (1 - both - own), random);
  const cell = (own: number, baseline: number, n: number): Cell => ({
    y: 1,
    own,
    baseline,
    inside: [true, true],
    n,
  });
  return [cell(1, 1, first), cell(1, 0, second), cell(0, 1, third), cell(0, 0, n - first - second - third)];
}

function contrastOf(question: QuestionName, limit: number): Contrast {
  const how = question.startsWith("gap") ? "gap" : "worst";
  const isRatio = question.includes("/");
  const quantity = (source: "own" | "baseline"): Quantity => ({
    source,
    name: "accuracy",
    args: [],
    where: [],
    ...(!isRatio && { over: { how, by: [["group"]] } }),
  });
  const isPaired = question.includes("baseline");
  return {
    id: question,
    terms: [
      { weight: 1, quantity: quantity("own") },
      ...(isPaired ? [{ weight: isRatio ? -limit : -1, quantity: quantity("baseline") }] : []),
    ],
    op: "<=",
    limit,
    unit: isRatio ? "ratio" : "proportion",
    neutral: isRatio ? 1 : isPaired ? 0 : null,
    ...(isRatio && { ratio: { numerator: quantity("own"), denominator: quantity("baseline") } }),
  };
}

export interface Errors {
  /** Shares of the samples whose whole interval lies above the truth, and below it. */
  above: number;
  below: number;
}

export function errorsOf(
  scenario: GroupScenario,
  question: QuestionName,
  runs: number,
  random: Random,
): Errors {
  const truth = truthOf(scenario, question);
  let [above, below] = [0, 0];
  for (let run = 0; run < runs; run++) {
    const { low = null, high = null } = drawInterval(scenario, question, random) ?? {};
    // The truth on the bound itself is inside: sums of shares differ in the last bit.
    if (low !== null && low > truth + 1e-12) above += 1;
    if (high !== null && high < truth - 1e-12) below += 1;
  }
  return { above: above / runs, below: below / runs };
}
