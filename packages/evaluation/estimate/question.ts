import { type Contrast, type Filter, type Quantity, UserError } from "@mlops-actions/core";
import type { Asked, Metric } from "../metric/metric.ts";
import { METRICS } from "../metric/registry.ts";
import { unknownColumn } from "../rows/unknown-column.ts";

/** What the predictions offer and the labels are: everything that binding needs, known before anything is measured. */
export interface Offer {
  classes: readonly string[];
  /** Binary: index of the positive class. */
  positive: number | undefined;
  /** Forms in which each model's answers are there. */
  forms: Readonly<Record<"own" | "baseline", ReadonlySet<Metric["from"]>>>;
  /** Whether the baseline is a model, not a constant answer. */
  isPaired: boolean;
  /** Columns of the test table. */
  columns: readonly string[];
  labelColumn: string;
}

/** A term of a contrast, resolved: the metric, what it is asked, and the rows it is asked on. */
export interface Part {
  metric: Metric;
  source: "own" | "baseline";
  asked: Asked;
  where: readonly Filter[];
}

export type Family = Metric["by"]["family"];

/** A contrast that one method can answer. */
export interface Plan {
  contrast: Contrast;
  /** In the order of the terms; for a ratio the numerator and the denominator. */
  parts: readonly Part[];
  /** How the rows are scanned; `share`, `cells` and `flips` are one scan. */
  scan:
    | "cells"
    | "means"
    | "auc"
    | "average-precision"
    | "calibration"
    | "order"
    | "rows"
    | "latency"
    | "size";
  /** Filters that all parts share. */
  where: readonly Filter[];
  by: readonly (readonly string[])[];
}

const SCAN: Record<Family, Plan["scan"]> = {
  share: "cells",
  cells: "cells",
  flips: "cells",
  means: "means",
  auc: "auc",
  "average-precision": "average-precision",
  calibration: "calibration",
  order: "order",
  rows: "rows",
  latency: "latency",
  size: "size",
};

const BINS = 10;
const MOST_BINS = 100;

/** Refuses, before anything is measured, what no method can answer; its message says what to write instead. */
export function plan(contrast: Contrast, offer: Offer): Plan {
  const quantities = contrast.ratio
    ? [contrast.ratio.numerator, contrast.ratio.denominator]
    : contrast.terms.map(({ quantity }) => quantity);
  const parts = quantities.map((quantity) => resolve(quantity, offer));
  const scans = new Set(parts.map(({ metric }) => SCAN[metric.by.family]));
  const [scan] = scans;
  if (scan === undefined || scans.size > 1)
    throw refused(`no method compares ${names(parts)} with each other`, "write one condition for each");
  const [first] = parts;
  if (scan === "calibration") checkCalibration(parts);
  if (scan === "latency") checkLatency(contrast, parts);
  const sameRows = parts.every(({ where }) => JSON.stringify(where) === JSON.stringify(first?.where));
  if (!sameRows && scan !== "cells")
    throw refused(
      `no method compares ${names(parts)} of different slices`,
      `compare each slice with its own baseline, or use gap(${first?.metric.name} by …)`,
    );
  if ((scan === "order" || scan === "rows") && parts.length > 1)
    throw refused(`no paired method compares ${names(parts)}`, "compare `mae` with the baseline instead");
  const overs = new Set(quantities.map(({ over }) => JSON.stringify(over ?? null)));
  const over = quantities[0]?.over;
  if (overs.size > 1) throw refused("a gap and a whole cannot be compared", "write one condition for each");
  if (over !== undefined) checkGroups(contrast, parts, scan, over.by.flat(), offer);
  return { contrast, parts, scan, where: sameRows ? (first?.where ?? []) : [], by: over?.by ?? [] };
}

// Blocks pair the two models; there is no method for any other sum of times.
function checkLatency({ ratio, terms }: Contrast, parts: readonly Part[]): void {
  const [first, second] = parts;
  if (first === undefined || second === undefined) return;
  const isSame = parts.length === 2 && first.metric === second.metric && first.source !== second.source;
  const isDifference = terms.length === 2 && terms[0]?.weight === -(terms[1]?.weight ?? 0);
  if (!isSame || (ratio === undefined && !isDifference))
    throw refused(
      `no method compares these times`,
      `write ${first.metric.name} / baseline.${first.metric.name} <= 1.2, or ${first.metric.name} <= 20 ms`,
    );
}

function checkCalibration(parts: readonly Part[]): void {
  const name = parts[0]?.metric.name;
  // Both errors lie above their truth, by amounts that do not cancel.
  if (parts.length > 1)
    throw refused(
      `no paired method compares ${names(parts)}`,
      `write ${name} <= 0.05; brier and log_loss can be compared with the baseline`,
    );
  const bins = binsOf(parts[0]?.asked);
  if (!Number.isInteger(bins) || bins < 1 || bins > MOST_BINS)
    throw refused(
      `${name} takes a whole number of bins from 1 to ${MOST_BINS}, not ${bins}`,
      `write ${name} for ${BINS} bins, or ${name}(20)`,
    );
}

/** How many calibration bins are asked for. */
export function binsOf(asked: Asked | undefined): number {
  return asked?.numbers[0] ?? BINS;
}

function checkGroups(
  contrast: Contrast,
  parts: readonly Part[],
  scan: Plan["scan"],
  by: readonly string[],
  offer: Offer,
) {
  for (const column of by) known(column, offer);
  const how = contrast.terms[0]?.quantity.over?.how ?? "gap";
  const single = contrast.terms.length === 1 && contrast.terms[0]?.weight === 1;
  const paired =
    contrast.terms.length === 2 &&
    contrast.terms.every(({ weight, quantity }) => weight === (quantity.source === "own" ? 1 : -1)) &&
    parts[0]?.metric === parts[1]?.metric;
  if (contrast.ratio !== undefined || !(single || paired))
    throw refused(
      `${how}(…) can stand alone or minus the baseline's, and nothing else`,
      `write ${how}(${parts[0]?.metric.name} by ${by.join(", ")}) - baseline.${how}(${parts[0]?.metric.name} by ${by.join(", ")}) <= 0.05`,
    );
  if (scan === "calibration")
    throw refused(
      `${how}(…) has no method for ${parts[0]?.metric.name}`,
      `write a condition for each group, such as ${parts[0]?.metric.name}[${by[0]} = "…"] <= 0.05`,
    );
  if (scan === "order" || scan === "rows" || scan === "latency" || scan === "size")
    throw refused(
      `${how}(…) has no method for ${parts[0]?.metric.name}`,
      "use `mae` or a metric of decisions",
    );
  if (how === "worst" && parts[0]?.metric.better === "neither")
    throw refused(`${parts[0].metric.name} has no worse direction`, "use gap(…) instead");
}

function resolve(quantity: Quantity, offer: Offer): Part {
  const metric = METRICS.find(({ name }) => name === quantity.name);
  if (metric === undefined)
    throw new Error(`a metric that conditions know and the registry does not: ${quantity.name}`);
  const source = quantity.source === "baseline" ? "baseline" : "own";
  const has = offer.forms[source];
  if (
    metric.by.family === "flips"
      ? !offer.forms.baseline.has("decision") || !has.has("decision")
      : !has.has(metric.from)
  )
    throw refused(
      metric.from === "model" || metric.from === "file"
        ? `${metric.name} is asked of a model, and the ${source === "own" ? "candidate" : "baseline"} is known by its predictions only`
        : `${metric.name} needs a ${metric.from} from the ${source === "own" ? "candidate" : "baseline"}, and its predictions have none`,
      FORM_REMEDY[metric.from],
    );
  const label = (column: string) => column === "label" || column === offer.labelColumn;
  const oneClass = metric.args.includes("text");
  // `[label = "scratch"]` asks a one-class metric about that class; of its own rows alone recall is all there would be.
  const classFilter = oneClass
    ? quantity.where.find(({ column, op }) => label(column) && op === "=")
    : undefined;
  const where = quantity.where
    .filter((filter) => filter !== classFilter)
    .map((filter) => ({ ...filter, column: label(filter.column) ? offer.labelColumn : filter.column }));
  for (const { column } of where) known(column, offer);
  const named = classFilter?.value ?? quantity.args.find((arg) => "quoted" in arg)?.quoted;
  const positive = named === undefined ? offer.positive : offer.classes.indexOf(String(named));
  if (oneClass && (positive === undefined || positive < 0))
    throw refused(
      named === undefined
        ? `${metric.name} is asked of one class, and this task has ${offer.classes.length}`
        : `${JSON.stringify(named)} is none of the classes ${offer.classes.join(", ")}`,
      `write ${metric.name}[label = "${offer.classes[0]}"], or macro_f1 for all classes`,
    );
  const numbers = quantity.args.flatMap((arg) => ("number" in arg ? [arg.number] : []));
  return { metric, source, asked: { classes: offer.classes, positive: positive ?? -1, numbers }, where };
}

const FORM_REMEDY: Record<Metric["from"], string> = {
  decision: "name the column with the label in `decision:`, or the one with the score in `score:`",
  score: "name the column with the score in `score:`",
  probability:
    "log_loss, brier and ece need probabilities between 0 and 1: name their column in `score:`, or give p_<class> columns",
  number: "name the column with the number in `prediction:`",
  label: "name the label in `data.label`",
  model: "only an ONNX model is asked here; time others where they serve",
  file: "its files are not here: let `train` make it, or name the file in `model:`",
};

/** Refuses a column that the test table does not have. */
export function known(column: string, { columns, labelColumn }: Offer): void {
  if (column === labelColumn || columns.includes(column)) return;
  throw unknownColumn(column, "the test table", [...columns, labelColumn]);
}

function names(parts: readonly Part[]): string {
  return [...new Set(parts.map(({ metric }) => metric.name))].join(" and ");
}

function refused(message: string, remedy: string): UserError {
  return new UserError("no-method", message, { remedy });
}
