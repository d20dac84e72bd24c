import { conjunction, identifier, moments } from "@mlops-actions/tables";
import { z } from "zod";
import type { Means } from "../metric/metric.ts";
import { type Grouping, type GroupSample, type JudgedRows, SIDES } from "./judged-rows.ts";
import { meansSample } from "./means.ts";
import type { Plan } from "./question.ts";

const SHARE: Means = { family: "means", shape: "mean", rows: () => [], value: ([mean]) => mean ?? null };
const TABLE = "auc shares";

/**
 * One-against-the-rest AUC, mean over the classes that occur, as a mean of per-row values: what each row adds to every class's AUC by its placement
 * (DeLong, DeLong and Clarke-Pearson 1988; as the infinitesimal jackknife of a U-statistic, Arvesen 1969). So two models on the same rows are
 * compared like any paired means.
 */
export async function multiclassAuc(
  rows: JudgedRows,
  plan: Plan,
  grouping: Grouping,
): Promise<GroupSample[]> {
  const sources = [...new Set(plan.parts.map(({ source }) => source))];
  await rows.tables.query(sharesTable(rows, sources, grouping), z.unknown());
  const expressions = plan.parts.map(({ source }) => `${source}_share`);
  const ratio = plan.contrast.ratio !== undefined;
  const weight = (i: number) => (ratio ? [1, -plan.contrast.limit][i] : plan.contrast.terms[i]?.weight) ?? 0;
  const combined = expressions.map((expression, i) => `${weight(i)} * ${expression}`).join(" + ");
  const found = await moments(rows.tables, {
    from: TABLE,
    by: grouping.by,
    where: [],
    expressions: [...expressions, combined],
  });
  const asked = { classes: rows.offer.classes, positive: -1, numbers: [] };
  const quantities = expressions.map((_, i) => ({ metric: SHARE, asked, from: i, count: 1 }));
  return found.map((moments) => ({
    group: moments.group,
    sample: meansSample(moments, quantities, expressions.length),
  }));
}

function sharesTable(rows: JudgedRows, sources: readonly ("own" | "baseline")[], grouping: Grouping): string {
  const by = grouping.by.map(identifier);
  const classes = rows.offer.classes.map((_, k) => k);
  const over = (...more: string[]) => {
    const partition = [...by, ...more.filter((part) => !part.startsWith("ORDER"))].join(", ");
    const order = more.find((part) => part.startsWith("ORDER")) ?? "";
    return `OVER (${partition === "" ? "" : `PARTITION BY ${partition}`} ${order})`;
  };
  const each = (make: (source: "own" | "baseline", k: number) => string) =>
    sources.flatMap((source) => classes.map((k) => make(source, k))).join(",\n");
  // Twice the rows of the other kind below a score, those with the same score once: whole numbers, whose sums no order of rows changes.
  const below = (source: "own" | "baseline", k: number, kind: string) => {
    const score = SIDES[source].probability(k);
    return `(2 * sum((${kind})::INTEGER) ${over(`ORDER BY ${score}`)} - sum((${kind})::INTEGER) ${over(score)})::BIGINT`;
  };
  const kept = [...by, "y"].join(", ");
  return `CREATE OR REPLACE TEMP TABLE ${identifier(TABLE)} AS
    WITH counted AS (
      SELECT *, count(*) ${over()} AS n, ${classes.map((k) => `count_if(y = ${k}) ${over()} AS n${k}`).join(", ")}
      FROM ${identifier(rows.name)} WHERE ${conjunction(grouping.where)}
    ), placed AS (
      SELECT ${kept}, n, ${classes.map((k) => `n${k}`).join(", ")},
        ${each(
          (source, k) => `CASE WHEN n${k} = 0 OR n${k} = n THEN NULL
            WHEN y = ${k} THEN ${below(source, k, `y <> ${k}`)}
            ELSE 2 * n${k} - ${below(source, k, `y = ${k}`)} END AS ${source}_u${k}`,
        )}
      FROM counted
    ), averaged AS (
      SELECT *, ${each((source, k) => `${source}_u${k} / (2 * CASE WHEN y = ${k} THEN n - n${k} ELSE n${k} END) AS ${source}_v${k}`)},
        ${each((source, k) => `sum(${source}_u${k}) FILTER (y = ${k}) ${over()}::DOUBLE / (2 * n${k}::DOUBLE * (n - n${k})) AS ${source}_auc${k}`)}
      FROM placed
    )
    SELECT ${kept}, ${sources
      .map((source) => {
        const shares = classes.map(
          (k) =>
            `${source}_auc${k} + (${source}_v${k} - ${source}_auc${k}) * n / CASE WHEN y = ${k} THEN n${k} ELSE n - n${k} END`,
        );
        const present = classes.map((k) => `(n${k} > 0 AND n${k} < n)::INTEGER`).join(" + ");
        return `(${shares.map((share) => `coalesce(${share}, 0)`).join(" + ")}) / nullif(${present}, 0) AS ${source}_share`;
      })
      .join(", ")}
    FROM averaged`;
}
