import type { Tables, Task } from "@mlops-actions/core";
import { identifier } from "@mlops-actions/tables";
import { z } from "zod";
import { type Classes, classIndex } from "./answers.ts";

const share = z.object({ k: z.number(), n: z.number() });

/** The best constant answer: what a model must beat when there is nothing else to compare it with. */
export interface Trivial {
  /** For the reader: "always <=50K", "always 5.6". */
  answer: string;
  /** SQL items that give every row this answer as the baseline's. */
  items: string[];
}

/** The majority class with the classes' shares as probabilities, or the mean of the labels. */
export async function trivialAnswers(
  tables: Tables,
  { pairs, task, classes, meanLabel }: { pairs: string; task: Task; classes: Classes; meanLabel: number },
): Promise<Trivial> {
  if (task === "regression")
    return {
      answer: `always ${Number(meanLabel.toPrecision(4))}`,
      items: [`(${meanLabel})::DOUBLE AS baseline_value`],
    };
  const counts = await tables.query(
    `SELECT ${classIndex("y", classes.names)}::DOUBLE AS k, count(*)::DOUBLE AS n FROM ${identifier(pairs)} GROUP BY 1 ORDER BY n DESC, k`,
    share,
  );
  const total = counts.reduce((sum, { n }) => sum + n, 0);
  const shareOf = (k: number) => (counts.find((row) => row.k === k)?.n ?? 0) / Math.max(1, total);
  const majority = counts[0]?.k ?? 0;
  return {
    answer: `always ${classes.names[majority] ?? "?"}`,
    items: [
      `${majority} AS baseline_decision`,
      `${shareOf(1)}::DOUBLE AS baseline_score`,
      ...classes.names.map((_, k) => `${shareOf(k)}::DOUBLE AS baseline_p${k}`),
    ],
  };
}
