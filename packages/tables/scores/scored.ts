import { type Grouping, groupClause, groupItems, groupNames } from "../grouping.ts";
import { conjunction, identifier } from "../sql.ts";

export interface ScoresRequest extends Grouping {
  /** SQL truth value: whether the row is of the positive class. */
  y: string;
  /** SQL numbers; higher speaks for the positive class. */
  candidate: string;
  baseline?: string | undefined;
}

/**
 * Two members of a WITH: `groups` numbers the groups in order (`gid`), `scored` holds gid, y, a (baseline)
 * and b (candidate) of the rows whose label and scores are all there and finite.
 */
export function scoredRows(request: ScoresRequest): string {
  const by = request.by ?? [];
  // Adding zero makes -0 and 0 one score.
  const score = (sql: string) => `CAST((${sql}) AS DOUBLE) + 0.0::DOUBLE`;
  const same = by.map((_, at) => `raw.g${at} IS NOT DISTINCT FROM groups.g${at}`).join(" AND ");
  const items = `gid, y, a, b`;
  return `raw AS MATERIALIZED (SELECT * FROM (
      SELECT ${groupItems(by)}CAST((${request.y}) AS BOOLEAN) AS y, ${score(request.baseline ?? request.candidate)} AS a,
        ${score(request.candidate)} AS b
      FROM ${identifier(request.from)} WHERE ${conjunction(request.where ?? [])})
      WHERE y IS NOT NULL AND isfinite(a) AND isfinite(b)),
    groups AS MATERIALIZED (${by.length === 0 ? "SELECT 1 AS gid" : `SELECT ${groupNames(by)}row_number() OVER (ORDER BY ${by.map((_, at) => `g${at} NULLS LAST`).join(", ")}) AS gid FROM raw${groupClause(by)}`}),
    scored AS ${by.length === 0 ? `(SELECT 1 AS gid, * FROM raw)` : `MATERIALIZED (SELECT ${items} FROM raw JOIN groups ON ${same})`}`;
}
