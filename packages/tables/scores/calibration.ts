import type { Tables } from "@mlops-actions/core";
import { z } from "zod";
import { quotient } from "../exact.ts";
import { type Group, groupNames, groupOf } from "../grouping.ts";
import { type ScoresRequest, scoredRows } from "./scored.ts";

export interface CalibrationRequest extends ScoresRequest {
  /** Default 10. */
  bins?: number;
}

export interface CalibrationBin {
  n: number;
  positives: number;
  meanScore: number;
}

export interface Calibration {
  group: Group;
  side: "candidate" | "baseline";
  /** From the lowest scores up; fewer than asked where many rows have one score. */
  bins: CalibrationBin[];
}

const scoreBits = 52;
const row = z.looseObject({ side: z.enum(["a", "b"]), n: z.int(), positives: z.int(), total: z.string() });

/** Bins of about equally many rows: rows of one score are never split, and lie where their middle does. */
export async function calibrationBins(tables: Tables, request: CalibrationRequest): Promise<Calibration[]> {
  const by = request.by ?? [];
  const side = (score: "a" | "b") => `
    SELECT '${score}' AS side, gid, bin, CAST(sum(c) AS BIGINT) AS n, CAST(sum(p) AS BIGINT) AS positives,
      CAST(sum(c * CAST(round(s * ${2 ** scoreBits}::DOUBLE) AS HUGEINT)) AS VARCHAR) AS total
    FROM (SELECT *, (2 * sum(c) OVER w - c) * ${request.bins ?? 10} // (2 * sum(c) OVER g) AS bin
      FROM (SELECT gid, ${score} AS s, count_if(y) AS p, count(*) AS c FROM scored GROUP BY gid, ${score})
      WINDOW w AS (PARTITION BY gid ORDER BY s ROWS UNBOUNDED PRECEDING), g AS (PARTITION BY gid))
    GROUP BY gid, bin`;
  const found = await tables.query(
    `WITH ${scoredRows(request)} SELECT ${groupNames(by)}side, n, positives, total FROM (
      ${request.baseline === undefined ? "" : `${side("a")} UNION ALL `}${side("b")}) JOIN groups USING (gid) ORDER BY gid, side DESC, bin`,
    row,
  );
  const calibrations = new Map<string, Calibration>();
  for (const one of found) {
    const group = groupOf(one, by);
    const key = JSON.stringify([group, one.side]);
    const calibration = calibrations.get(key) ?? {
      group,
      side: one.side === "b" ? "candidate" : "baseline",
      bins: [],
    };
    const meanScore = quotient(BigInt(one.total), BigInt(one.n) << BigInt(scoreBits));
    calibration.bins.push({ n: one.n, positives: one.positives, meanScore });
    calibrations.set(key, calibration);
  }
  return [...calibrations.values()];
}
