import type { MetricSpec, Task, Unit } from "@mlops-actions/core";
import type { Confusion } from "./confusion.ts";

/** The columns of one model in the table of rows: a decision (class index), a score, class probabilities, a number. */
export interface SideColumns {
  decision: string;
  score: string;
  probability: (k: number) => string;
  value: string;
}

/** What a metric's arguments and the task leave to know: classes, the class asked about, numbers in brackets. */
export interface Asked {
  classes: readonly string[];
  /** The class of one-class metrics: the positive one, or the one named. */
  positive: number;
  numbers: readonly number[];
}

/** The share of countable rows with a property of label and answer: exact binomial methods apply. */
export interface Share {
  family: "share";
  /** Whether a row counts as a success; `undefined` where it is not asked at all. */
  row(y: number, answer: number, asked: Asked): boolean | undefined;
  /** Rows of the class whose scarcity limits the method; absent where Tango and Wilson hold at any count. */
  play?(confusion: Confusion, asked: Asked): number;
}

/** Any other function of one model's confusion counts. */
export interface Cells {
  family: "cells";
  value(confusion: Confusion, asked: Asked): number | null;
  play(confusion: Confusion, asked: Asked): number;
}

/** A smooth function of means of per-row quantities, in SQL over `y` and the model's columns. */
export interface Means {
  family: "means";
  /** What each row contributes; the first is the loss. */
  rows(side: SideColumns, asked: Asked): readonly string[];
  value(means: readonly number[], asked: Asked): number | null;
  /** `mean`: the value is the first mean; `root`: its square root. Ratios of those are judged without a quotient. */
  shape: "mean" | "root" | "smooth";
}

export interface Ranking {
  family: "auc" | "average-precision";
}

/** How far the shares in bins of equally many rows lie from the probabilities: on average, or the most. */
export interface Calibration {
  family: "calibration";
  of: "mean" | "most";
}

/** Quantities of the sorted rows: a median, a maximum. They have an interval of their own but no paired method. */
export interface Order {
  family: "order";
  row(side: SideColumns): string;
  quantile: number;
}

/** Answers of two models that differ; needs both. */
export interface Flips {
  family: "flips";
}

export interface Rows {
  family: "rows";
}

/** How long one answer takes, by a quantile of many calls. */
export interface Latency {
  family: "latency";
  quantile: number;
}

/** How many bytes the model's files have. */
export interface Size {
  family: "size";
}

export type Family = Share | Cells | Means | Ranking | Calibration | Order | Flips | Rows | Latency | Size;

/** A metric of the evaluation: its face for conditions, and how it is estimated. */
export interface Metric extends MetricSpec {
  tasks: readonly Task[];
  better: "higher" | "lower" | "neither";
  /** What the predictions must offer; `model` and `file`: the model itself, asked here or at hand. */
  from: "decision" | "score" | "probability" | "number" | "label" | "model" | "file";
  /** The values it can take. */
  domain: readonly [number, number];
  by: Family;
}

interface Face {
  name: string;
  summary: string;
  tasks: readonly Task[];
  better: Metric["better"];
  from: Metric["from"];
  domain: readonly [number, number];
  by: Family;
  unit?: Unit;
  args?: MetricSpec["args"];
  required?: number;
}

/** Fills in what most metrics share: sampled, asked of candidate and baseline, sliced. */
export function metric(face: Face): Metric {
  const paired = face.by.family === "flips" || face.by.family === "rows";
  return {
    unit: "proportion",
    args: [],
    required: 0,
    chance: face.by.family === "rows" ? "exact" : "sampled",
    sources: paired ? ["own"] : ["own", "baseline"],
    positive: face.domain[0] >= 0,
    sliced: true,
    ...face,
  };
}
