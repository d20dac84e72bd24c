import type { Tables } from "@mlops-actions/core";
import { z } from "zod";
import { type Group, groupNames, groupOf } from "../grouping.ts";
import { type ScoresRequest, scoredRows } from "./scored.ts";

/** Rows of one label that lie at the same place of both models' orders; place 1 has the highest score. */
export interface JointScore {
  y: boolean;
  /** Place by the baseline's score, and by the candidate's. */
  a: number;
  b: number;
  n: number;
}

export interface JointScores {
  group: Group;
  cells: JointScore[];
}

const row = z.looseObject({ y: z.boolean(), a: z.int(), b: z.int(), n: z.int() });

// Of this many highest scores each has a place of its own; so many places share the rest. So at most about 100,000 cells cross.
const ALONE = 8_192;
const SHARED = 200;

/**
 * How label and both orders go together: all that resampling an average precision needs. Where a group has more different scores than
 * places, neighbours below the highest count as one: what a bootstrap's spread rests on is at the top.
 */
export async function jointScores(
  tables: Tables,
  request: ScoresRequest & { /** Groups that share the cells that may cross. */ groups?: number },
): Promise<JointScores[]> {
  const by = request.by ?? [];
  const groups = Math.max(1, request.groups ?? 1);
  const alone = Math.ceil(ALONE / groups);
  const shared = Math.ceil(SHARED / Math.sqrt(groups));
  const places = (side: "a" | "b") => `
    counts_${side} AS (SELECT gid, ${side} AS s, count(*) AS c FROM scored GROUP BY gid, ${side}),
    ranks_${side} AS (SELECT gid, s, row_number() OVER w AS r, sum(c) OVER w AS above, sum(c) OVER (PARTITION BY gid) AS n
      FROM counts_${side} WINDOW w AS (PARTITION BY gid ORDER BY s DESC ROWS UNBOUNDED PRECEDING)),
    places_${side} AS (SELECT gid, s, CAST(CASE WHEN r <= ${alone} THEN r ELSE ${alone} + 1 + above * ${shared} // (n + 1) END AS INTEGER) AS place
      FROM ranks_${side})`;
  const found = await tables.query(
    `WITH ${scoredRows(request)},${places("a")},${places("b")}
    SELECT ${groupNames(by)}y, places_a.place AS a, places_b.place AS b, count(*) AS n
    FROM scored JOIN groups USING (gid)
      JOIN places_a ON scored.gid = places_a.gid AND scored.a = places_a.s
      JOIN places_b ON scored.gid = places_b.gid AND scored.b = places_b.s
    GROUP BY ALL ORDER BY ALL NULLS LAST`,
    row,
  );
  const byGroup = Map.groupBy(found, (one) => JSON.stringify(groupOf(one, by)));
  return [...byGroup.values()].map((cells) => ({
    group: groupOf(cells[0] ?? {}, by),
    cells: cells.map(({ y, a, b, n }) => ({ y, a, b, n })),
  }));
}
