import type { Tables } from "@mlops-actions/core";
import { z } from "zod";
import { centredProduct, quotient } from "../exact.ts";
import { type Group, groupNames, groupOf } from "../grouping.ts";
import { type ScoresRequest, scoredRows } from "./scored.ts";

/** Placement values of one class: its size, and their means, variances and covariance (divisor n − 1; NaN below two rows). */
export interface Placements {
  n: number;
  meanA: number;
  meanB: number;
  varA: number;
  varB: number;
  covAB: number;
}

export interface DelongSums {
  group: Group;
  positives: Placements;
  negatives: Placements;
}

/**
 * What DeLong's interval for two correlated AUCs needs (DeLong, DeLong, Clarke-Pearson 1988, eq. 4–6; ties count
 * half). A positive's placement value is the share of negatives that score lower, a negative's the share of positives
 * that score higher, so both means are the AUC, and S = positives / P + negatives / N. a is the baseline, b the
 * candidate; without a baseline a repeats b. Computed from integers, so no order of rows changes a bit. Rows whose
 * label or score is missing or not finite are left out; a group that lacks a class has n = 0 there and NaN.
 */
export async function delongSums(tables: Tables, request: ScoresRequest): Promise<DelongSums[]> {
  const by = request.by ?? [];
  const found = await tables.query(delongSql(request, by), sumsRow);
  const groups = new Map<string, { group: Group; positives?: Sums; negatives?: Sums }>();
  for (const row of found) {
    const group = groupOf(row, by);
    const key = JSON.stringify(group);
    groups.set(key, { ...(groups.get(key) ?? { group }), [row.y ? "positives" : "negatives"]: row });
  }
  return [...groups.values()].map(({ group, positives, negatives }) => ({
    group,
    positives: placements(positives, negatives?.n ?? 0, true),
    negatives: placements(negatives, positives?.n ?? 0, false),
  }));
}

const digits = z.string().regex(/^-?\d+$/);
const sumsRow = z.looseObject({
  y: z.boolean(),
  n: z.int(),
  sa: digits,
  sb: digits,
  qaa: digits,
  qbb: digits,
  qab: digits,
});

const none: Placements = {
  n: 0,
  meanA: Number.NaN,
  meanB: Number.NaN,
  varA: Number.NaN,
  varB: Number.NaN,
  covAB: Number.NaN,
};

/** K: twice the rows of the other class that score lower, and those that score the same. */
function delongSql(request: ScoresRequest, by: readonly string[]): string {
  const side = (score: "a" | "b") => `
    counts_${score} AS (SELECT gid, ${score} AS s, count_if(y) AS p, count_if(NOT y) AS n FROM scored GROUP BY gid, ${score}),
    ranks_${score} AS (SELECT gid, s, CAST(2 * sum(p) OVER w - p AS BIGINT) AS kp, CAST(2 * sum(n) OVER w - n AS BIGINT) AS kn
      FROM counts_${score} WINDOW w AS (PARTITION BY gid ORDER BY s ROWS UNBOUNDED PRECEDING))`;
  const placed = (score: "a" | "b") =>
    `CASE WHEN y THEN ranks_${score}.kn ELSE ranks_${score}.kp END AS k${score}`;
  const paired = request.baseline !== undefined;
  const [ka, a] = paired
    ? [placed("a"), `${side("a")},`]
    : ["CASE WHEN y THEN ranks_b.kn ELSE ranks_b.kp END AS ka", ""];
  const joinA = paired ? "JOIN ranks_a ON scored.gid = ranks_a.gid AND scored.a = ranks_a.s" : "";
  return `WITH ${scoredRows(request)},${a}${side("b")},
    placed AS (SELECT scored.gid, y, ${ka}, ${placed("b")} FROM scored ${joinA} JOIN ranks_b ON scored.gid = ranks_b.gid AND scored.b = ranks_b.s),
    sums AS (SELECT gid, y, count(*) AS n, sum(ka) AS sa, sum(kb) AS sb,
      sum(ka::HUGEINT * ka) AS qaa, sum(kb::HUGEINT * kb) AS qbb, sum(ka::HUGEINT * kb) AS qab FROM placed GROUP BY gid, y)
    SELECT ${groupNames(by)}y, n, ${["sa", "sb", "qaa", "qbb", "qab"].map((sum) => `CAST(${sum} AS VARCHAR) AS ${sum}`).join(", ")}
    FROM sums JOIN groups USING (gid) ORDER BY gid, y`;
}

type Sums = z.infer<typeof sumsRow>;

function placements(own: Sums | undefined, others: number, positive: boolean): Placements {
  if (own === undefined || others === 0) return { ...none, n: own?.n ?? 0 };
  const n = BigInt(own.n);
  const [sa, sb, qaa, qbb, qab] = [own.sa, own.sb, own.qaa, own.qbb, own.qab].map(BigInt) as [
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
  ];
  const scale = 2n * BigInt(others);
  const mean = (sum: bigint) => quotient(positive ? sum : n * scale - sum, n * scale);
  const spread = (one: bigint, other: bigint, product: bigint) =>
    own.n < 2 ? Number.NaN : quotient(centredProduct(n, one, other, product), n * (n - 1n) * scale * scale);
  return {
    n: own.n,
    meanA: mean(sa),
    meanB: mean(sb),
    varA: spread(sa, sa, qaa),
    varB: spread(sb, sb, qbb),
    covAB: spread(sa, sb, qab),
  };
}
