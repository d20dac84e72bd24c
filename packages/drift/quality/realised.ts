import { type Project, type Tables, UserError } from "@mlops-actions/core";
import {
  type Confidence,
  delong,
  logitInterval,
  type Promised,
  pairedMean,
  promise,
  proportion,
} from "@mlops-actions/statistics";
import { delongSums, identifier, literal, moments } from "@mlops-actions/tables";
import { z } from "zod";
import type { Section } from "../section.ts";
import { LABELLED, TRUTH } from "./cohort.ts";

/** One metric of the labelled cohort. */
export interface Realised {
  metric: string;
  n: number;
  method: string;
  confidence: Pick<Confidence, "estimate" | "interval">;
  promise: Promised;
}

/** How the answers of the log are read. */
export interface Answers {
  /** Output columns that are there. */
  columns: readonly string[];
  threshold: number;
  classes: readonly string[];
}

/** What the answers were worth, by the labels that have arrived. Metrics that these answers do not allow are left out. */
export async function realised(
  project: Project<Section>,
  { columns, threshold, classes }: Answers,
  tables: Tables,
): Promise<Realised[]> {
  const truth = `CAST(${identifier(TRUTH)} AS VARCHAR)`;
  const has = (name: string) => columns.includes(name);
  switch (project.task) {
    case "binary": {
      const positive = project.data.label?.positive;
      if (positive === undefined)
        throw new UserError("no-positive", "`data.label.positive` is missing", {
          remedy: "write which value of the label counts as positive",
          at: project.place(["data"]),
        });
      const y = `${truth} = ${literal(String(positive))}`;
      const score =
        columns.find((name) => name === "score") ?? (columns.length === 1 ? columns[0] : undefined);
      const said = has("label")
        ? `CAST(${identifier("label")} AS VARCHAR) = ${literal(String(positive))}`
        : score === undefined
          ? undefined
          : `${identifier(score)} >= ${literal(threshold)}`;
      return [
        ...(score === undefined ? [] : await auc(tables, y, identifier(score))),
        ...(said === undefined ? [] : await accuracy(tables, `(${said}) = (${y})`)),
      ];
    }
    case "multiclass": {
      if (has("label")) return accuracy(tables, `CAST(${identifier("label")} AS VARCHAR) = ${truth}`);
      const scores = classes.map((name) => `p_${name}`);
      if (scores.length === 0 || !scores.every(has)) return [];
      // The first of the largest, as everywhere.
      const best = `list_position([${scores.map(identifier).join(", ")}], greatest(${scores.map(identifier).join(", ")}))`;
      return accuracy(tables, `list_extract([${classes.map(literal).join(", ")}], ${best}) = ${truth}`);
    }
    case "regression": {
      const answer = has("prediction") ? "prediction" : columns.length === 1 ? columns[0] : undefined;
      return answer === undefined
        ? []
        : meanError(tables, `abs(${identifier(answer)} - TRY_CAST(${identifier(TRUTH)} AS DOUBLE))`);
    }
  }
}

async function auc(tables: Tables, y: string, candidate: string): Promise<Realised[]> {
  const [sums] = await delongSums(tables, { from: LABELLED, y, candidate });
  const { positives, negatives } = sums ?? {};
  if (positives === undefined || negatives === undefined || positives.n < 2 || negatives.n < 2) return [];
  const { a, varA } = delong({
    positives: { n: positives.n, meanA: positives.meanA, varA: positives.varA },
    negatives: { n: negatives.n, meanA: negatives.meanA, varA: negatives.varA },
  });
  const n = Math.min(positives.n, negatives.n);
  return [
    {
      metric: "auc",
      n: positives.n + negatives.n,
      method: "DeLong on the logit scale",
      confidence: logitInterval({ estimate: a, standardError: Math.sqrt(Math.max(0, varA)), n }),
      promise: promise("delong", { classes: { positives: positives.n, negatives: negatives.n }, auc: a }),
    },
  ];
}

async function accuracy(tables: Tables, right: string): Promise<Realised[]> {
  const [found] = await tables.query(
    `SELECT count(ok) AS n, count(*) FILTER (ok) AS good FROM (SELECT ${right} AS ok FROM ${identifier(LABELLED)})`,
    z.object({ n: z.int(), good: z.int() }),
  );
  if (found === undefined || found.n === 0) return [];
  const { n, good } = found;
  return [
    {
      metric: "accuracy",
      n,
      method: "score interval",
      confidence: proportion(good, n),
      promise: { holds: true },
    },
  ];
}

async function meanError(tables: Tables, loss: string): Promise<Realised[]> {
  const [found] = await moments(tables, { from: LABELLED, expressions: [loss] });
  if (found === undefined || found.n < 2) return [];
  const { n, means, covariance, maxShare } = found;
  const of = { n, mean: means[0] ?? Number.NaN, variance: covariance[0]?.[0] ?? Number.NaN };
  return [
    {
      metric: "mae",
      n,
      method: "Student's t",
      confidence: pairedMean(of),
      promise: promise("mean", { rows: n, maxShare: maxShare[0] ?? 1 }),
    },
  ];
}
