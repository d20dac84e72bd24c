import { deltaCells, deltaRatio, promise, proportion, tango } from "@mlops-actions/statistics";
import { type Confusion, ratio } from "../metric/confusion.ts";
import type { Asked, Cells, Flips, Share } from "../metric/metric.ts";
import { type Answer, differenceOf, type Point, type Question, type Sample } from "./sample.ts";

/** Rows with one label and one pair of answers. `inside[i]` says whether they belong to the rows of quantity i. */
export interface Cell {
  y: number;
  /** Answer of the candidate. */
  own: number;
  /** Answer of the baseline; -1 where there is none. */
  baseline: number;
  inside: readonly boolean[];
  n: number;
}

/** One metric of one model, as a function of cells. */
export interface CellsQuantity {
  metric: Share | Cells | Flips;
  source: "own" | "baseline";
  asked: Asked;
}

/** Metrics of labels on one group of rows: everything about them is in the joint counts of label and both answers. */
export function cellsSample(found: readonly Cell[], quantities: readonly CellsQuantity[]): Sample {
  const cells = completed(found, quantities[0]?.asked.classes.length ?? 0);
  const counts = cells.map(({ n }) => n);
  const functions = quantities.map(
    (quantity, i) => (counts: readonly number[]) => value(quantity, i, cells, counts),
  );
  const n = sum(counts);
  const play = Math.min(...quantities.map((quantity, i) => inPlay(quantity, i, cells)));
  const limited = Number.isFinite(play);
  return {
    n,
    play,
    points: quantities.map((quantity, i) => point(functions[i]?.(counts) ?? null, n, quantity)),
    answer(question) {
      const exact = exactly(question, quantities, cells);
      const least = { classes: { "rows of the class": limited ? play : n } };
      if (exact !== undefined)
        return { ...exact, promise: limited ? promise("delta-cells", least) : { holds: true } };
      return { ...byScore(question, counts, functions), promise: promise("delta-cells", least) };
    },
  };
}

// Beyond this many the empty cells cost more than they say.
const MOST_CELLS = 1_000;

/** Adds the cells that could occur and did not: two models that agree everywhere may still differ on the next row. */
function completed(cells: readonly Cell[], classes: number): readonly Cell[] {
  const seen = (of: (cell: Cell) => number) => [...new Set(cells.map(of))];
  const isPaired = cells.some(({ baseline }) => baseline >= 0);
  const labels = seen(({ y }) => y);
  const answers = [...new Set([...Array(classes).keys(), ...seen(({ own }) => own)])];
  const others = isPaired
    ? [...new Set([...Array(classes).keys(), ...seen(({ baseline }) => baseline)])]
    : [-1];
  const places = [...new Map(cells.map(({ inside }) => [inside.join(), inside])).values()];
  if (labels.length * answers.length * others.length * places.length > MOST_CELLS) return cells;
  const key = ({ y, own, baseline, inside }: Omit<Cell, "n">) => [y, own, baseline, inside].join();
  const known = new Map(cells.map((cell) => [key(cell), cell]));
  return places.flatMap((inside) =>
    labels.flatMap((y) =>
      answers.flatMap((own) =>
        others.map(
          (baseline) => known.get(key({ y, own, baseline, inside })) ?? { y, own, baseline, inside, n: 0 },
        ),
      ),
    ),
  );
}

type OfCells = (counts: readonly number[]) => number | null;

function byScore(
  question: Question,
  counts: readonly number[],
  functions: readonly OfCells[],
): Pick<Answer, "confidence" | "method"> {
  if (question.kind === "ratio") {
    const [a, b] = functions as [OfCells, OfCells];
    return { confidence: deltaRatio(counts, a, b), method: "score interval of a ratio of cells" };
  }
  const combined = (counts: readonly number[]) => {
    const values = functions.map((f) => f(counts));
    return values.includes(null) ? null : sum(question.weights.map((w, i) => w * (values[i] ?? 0)));
  };
  return { confidence: deltaCells(counts, combined), method: "score interval on multinomial cells" };
}

// Wilson for one share, Tango for the difference of two shares of the same rows: both hold at any count.
function exactly(
  question: Question,
  quantities: readonly CellsQuantity[],
  cells: readonly Cell[],
): Pick<Answer, "confidence" | "method"> | undefined {
  if (question.kind !== "linear") return undefined;
  if (question.weights.length === 1 && question.weights[0] === 1) {
    const only = quantities[0];
    const found = only && successes(only, 0, cells);
    return found && { confidence: proportion(found.successes, found.n), method: methodOf(found) };
  }
  const difference = differenceOf(question.weights);
  if (difference === undefined) return undefined;
  const [plus, minus] = [quantities[difference.plus], quantities[difference.minus]];
  if (plus?.metric.family !== "share" || minus?.metric !== plus.metric) return undefined;
  let [help, harm, n] = [0, 0, 0];
  for (const cell of cells) {
    const first = asSuccess(plus, difference.plus, cell);
    const second = asSuccess(minus, difference.minus, cell);
    if ((first === undefined) !== (second === undefined)) return undefined;
    if (first === undefined) continue;
    n += cell.n;
    if (first && !second) help += cell.n;
    if (second && !first) harm += cell.n;
  }
  return n === 0 ? undefined : { confidence: tango({ help, harm, n }), method: "Tango" };
}

// What `proportion` does, in the words of the literature.
function methodOf({ successes, n }: { successes: number; n: number }): string {
  return Math.min(successes, n - successes) < 10 ? "Clopper–Pearson" : "Wilson";
}

function asSuccess({ metric, source, asked }: CellsQuantity, i: number, cell: Cell): boolean | undefined {
  if (!cell.inside[i]) return undefined;
  if (metric.family === "flips") return cell.own !== cell.baseline;
  return metric.family === "share" ? metric.row(cell.y, cell[source], asked) : undefined;
}

function successes(quantity: CellsQuantity, i: number, cells: readonly Cell[], counts?: readonly number[]) {
  if (quantity.metric.family === "cells") return undefined;
  let [found, n] = [0, 0];
  cells.forEach((cell, at) => {
    const success = asSuccess(quantity, i, cell);
    if (success === undefined) return;
    const rows = counts?.[at] ?? cell.n;
    n += rows;
    if (success) found += rows;
  });
  return { successes: found, n };
}

function value(
  quantity: CellsQuantity,
  i: number,
  cells: readonly Cell[],
  counts: readonly number[],
): number | null {
  const found = successes(quantity, i, cells, counts);
  if (found !== undefined) return ratio(found.successes, found.n);
  const { metric, asked } = quantity;
  return metric.family === "cells" ? metric.value(confusionOf(quantity, i, cells, counts), asked) : null;
}

function inPlay(quantity: CellsQuantity, i: number, cells: readonly Cell[]): number {
  const { metric, asked } = quantity;
  if (metric.family === "flips" || metric.play === undefined) return Number.POSITIVE_INFINITY;
  return metric.play(
    confusionOf(
      quantity,
      i,
      cells,
      cells.map(({ n }) => n),
    ),
    asked,
  );
}

function confusionOf(
  { source, asked }: CellsQuantity,
  i: number,
  cells: readonly Cell[],
  counts: readonly number[],
): Confusion {
  const size = asked.classes.length;
  const confusion = Array.from({ length: size }, () => new Array<number>(size + 1).fill(0));
  cells.forEach((cell, at) => {
    const row = cell.inside[i] ? confusion[cell.y] : undefined;
    if (row === undefined) return;
    const answer = cell[source] >= 0 && cell[source] < size ? cell[source] : size;
    row[answer] = (row[answer] ?? 0) + (counts[at] ?? 0);
  });
  return confusion;
}

function point(value: number | null, n: number, { metric }: CellsQuantity): Point {
  if (value !== null) return { kind: "value", value };
  if (n === 0) return { kind: "undefined", reason: "no-rows", detail: "no rows" };
  const what = metric.family === "share" ? "no row is asked about: 0 of 0" : "0 divided by 0 on these rows";
  return { kind: "undefined", reason: "undefined", detail: what };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
