import type { Tables } from "@mlops-actions/core";
import { z } from "zod";
import { type Group, groupNames, groupOf } from "../grouping.ts";
import { type ScoresRequest, scoredRows } from "./scored.ts";

export interface ScoreTableRequest extends ScoresRequest {
  /** At most this many points a side. Default 200. */
  points?: number;
}

/** What a threshold gives: rows whose score is at least this much, by class. */
export interface ScorePoint {
  threshold: number;
  truePositives: number;
  falsePositives: number;
}

export interface ScoreTable {
  group: Group;
  side: "candidate" | "baseline";
  positives: number;
  negatives: number;
  /** From the highest threshold down; the last holds all rows. Both the ROC and the precision-recall curve. */
  points: ScorePoint[];
}

const row = z.looseObject({
  side: z.enum(["a", "b"]),
  s: z.number(),
  tp: z.int(),
  np: z.int(),
  positives: z.int(),
  n: z.int(),
});

/** Counts at thresholds that lie about equally many rows apart: exact at each, left out between them. */
export async function scoreTable(tables: Tables, request: ScoreTableRequest): Promise<ScoreTable[]> {
  const by = request.by ?? [];
  const points = request.points ?? 200;
  const side = (score: "a" | "b") => `SELECT '${score}' AS side, * FROM (
    SELECT gid, s, CAST(tp AS BIGINT) AS tp, CAST(np AS BIGINT) AS np, CAST(positives AS BIGINT) AS positives, CAST(n AS BIGINT) AS n FROM (
      SELECT gid, s, sum(p) OVER w AS tp, sum(c) OVER w AS np, sum(p) OVER g AS positives, sum(c) OVER g AS n
      FROM (SELECT gid, ${score} AS s, count_if(y) AS p, count(*) AS c FROM scored GROUP BY gid, ${score})
      WINDOW w AS (PARTITION BY gid ORDER BY s DESC ROWS UNBOUNDED PRECEDING), g AS (PARTITION BY gid))
    QUALIFY row_number() OVER (PARTITION BY gid, (np - 1) * ${points} // n ORDER BY s) = 1)`;
  const found = await tables.query(
    `WITH ${scoredRows(request)} SELECT ${groupNames(by)}side, s, tp, np, positives, n FROM (
      ${request.baseline === undefined ? "" : `${side("a")} UNION ALL `}${side("b")}) JOIN groups USING (gid) ORDER BY gid, side DESC, s DESC`,
    row,
  );
  const tablesBySide = new Map<string, ScoreTable>();
  for (const one of found) {
    const group = groupOf(one, by);
    const key = JSON.stringify([group, one.side]);
    const table = tablesBySide.get(key) ?? {
      group,
      side: one.side === "b" ? "candidate" : "baseline",
      positives: one.positives,
      negatives: one.n - one.positives,
      points: [],
    };
    table.points.push({ threshold: one.s, truePositives: one.tp, falsePositives: one.np - one.tp });
    tablesBySide.set(key, table);
  }
  return [...tablesBySide.values()];
}
