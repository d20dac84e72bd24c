import type { Tables } from "@mlops-actions/core";
import { z } from "zod";
import { quotient } from "../exact.ts";
import { type Group, groupNames, groupOf } from "../grouping.ts";
import { type ScoresRequest, scoredRows } from "./scored.ts";

export interface AveragePrecision {
  group: Group;
  positives: number;
  negatives: number;
  /** Of the baseline and the candidate; `null` where no row is positive. Without a baseline a repeats b. */
  a: number | null;
  b: number | null;
}

/** Terms are summed as integers of this many bits below one, so that no order of rows changes a bit. */
export const termBits = 60;

const row = z.looseObject({
  positives: z.int(),
  negatives: z.int(),
  a: z.string().nullable(),
  b: z.string().nullable(),
});

/** Average precision: the mean over positives of the precision at their score; rows of one score count together. */
export async function averagePrecision(tables: Tables, request: ScoresRequest): Promise<AveragePrecision[]> {
  const by = request.by ?? [];
  const side = (score: "a" | "b") => `
    counts_${score} AS (SELECT gid, ${score} AS s, count_if(y) AS p, count(*) AS n FROM scored GROUP BY gid, ${score}),
    ranks_${score} AS (SELECT gid, p, sum(p) OVER w AS tp, sum(n) OVER w AS np FROM counts_${score}
      WINDOW w AS (PARTITION BY gid ORDER BY s DESC ROWS UNBOUNDED PRECEDING)),
    ap_${score} AS (SELECT gid, sum(${precisionTerm("p", "tp", "np")}) AS ap FROM ranks_${score} GROUP BY gid)`;
  const [ctes, joins] =
    request.baseline === undefined
      ? [side("b"), "JOIN ap_b AS ap_a USING (gid)"]
      : [`${side("a")},${side("b")}`, "JOIN ap_a USING (gid)"];
  const found = await tables.query(
    `WITH ${scoredRows(request)},${ctes},
      sizes AS (SELECT gid, count_if(y) AS positives, count_if(NOT y) AS negatives FROM scored GROUP BY gid)
    SELECT ${groupNames(by)}positives, negatives, CAST(ap_a.ap AS VARCHAR) AS a, CAST(ap_b.ap AS VARCHAR) AS b
    FROM sizes JOIN groups USING (gid) JOIN ap_b USING (gid) ${joins} ORDER BY gid`,
    row,
  );
  return found.map((one) => ({
    group: groupOf(one, by),
    positives: one.positives,
    negatives: one.negatives,
    a: precision(one.a, one.positives),
    b: precision(one.b, one.positives),
  }));
}

/** SQL of one score's part: its positives times the precision down to it, as an integer. */
export function precisionTerm(own: string, truePositives: string, predicted: string): string {
  return `CASE WHEN ${own} > 0 THEN CAST(round(${own}::DOUBLE * ${truePositives}::DOUBLE / ${predicted}::DOUBLE * ${2 ** termBits}::DOUBLE) AS HUGEINT) ELSE 0 END`;
}

/** Their sum, as digits, as average precision. */
export function precision(terms: string | null, positives: number): number | null {
  if (positives === 0 || terms === null) return null;
  return quotient(BigInt(terms), BigInt(positives) << BigInt(termBits));
}
