import type { Tables } from "@mlops-actions/core";
import { identifier } from "@mlops-actions/tables";
import { z } from "zod";
import type { RowCounts } from "../details.ts";
import { SIDES } from "../estimate/judged-rows.ts";
import type { Metric } from "../metric/metric.ts";
import type { Answers } from "./answers.ts";

const compared = z.object({ own: z.number(), baseline: z.number(), differing: z.number() });

/** How many answers are none of the classes, and on how many rows the two models do not say exactly the same. */
export async function comparedAnswers(
  tables: Tables,
  name: string,
  of: { decisions: number | undefined; isPaired: boolean; same: readonly string[] },
): Promise<Pick<RowCounts, "differing"> & { unknown: RowCounts["unknownAnswers"] }> {
  const strange = (source: "own" | "baseline") =>
    of.decisions === undefined ? "count_if(false)" : `count_if(${SIDES[source].decision} = ${of.decisions})`;
  const differs = of.same.map((form) => `own_${form} IS DISTINCT FROM baseline_${form}`);
  const [found] = await tables.query(
    `SELECT (${strange("own")})::DOUBLE AS own, (${of.isPaired ? strange("baseline") : "count_if(false)"})::DOUBLE AS baseline,
       (${of.isPaired ? `count_if(${differs.length === 0 ? "true" : differs.join(" OR ")})` : "count_if(false)"})::DOUBLE AS differing
       FROM ${identifier(name)}`,
    compared,
  );
  const { own = 0, baseline = 0, differing = 0 } = found ?? {};
  return {
    unknown: { candidate: own, baseline: of.isPaired ? baseline : null },
    differing: of.isPaired ? differing : null,
  };
}

/** Our columns by which two models say the same; none where they answer in different forms. */
export function sameForms(own: Answers, other: Answers | undefined, classes: number): string[] {
  if (other === undefined || [...own.forms].join() !== [...other.forms].join()) return [];
  if (own.forms.has("number")) return ["value"];
  if (!own.forms.has("probability")) return ["decision"];
  return ["decision", ...Array.from({ length: classes }, (_, k) => `p${k}`)];
}

const range = z.object({ bad: z.number() });

/** Scores outside 0..1, or class scores that do not sum to 1, rank and decide but are no probabilities. */
export async function withoutFalseProbabilities(
  tables: Tables,
  name: string,
  source: "own" | "baseline",
  forms: ReadonlySet<Metric["from"]>,
  classes: number,
): Promise<ReadonlySet<Metric["from"]>> {
  if (!forms.has("probability")) return forms;
  const all = Array.from({ length: classes }, (_, k) => `${source}_p${k}`);
  const [found] = await tables.query(
    `SELECT count_if(least(${all.join(", ")}) < 0 OR greatest(${all.join(", ")}) > 1 OR abs(${all.join(" + ")} - 1) > 1e-6)::DOUBLE AS bad
       FROM ${identifier(name)}`,
    range,
  );
  return found?.bad === 0 ? forms : new Set([...forms].filter((form) => form !== "probability"));
}
