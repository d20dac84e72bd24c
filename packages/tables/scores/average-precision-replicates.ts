import type { Tables } from "@mlops-actions/core";
import { z } from "zod";
import { type Group, groupNames, groupOf } from "../grouping.ts";
import { identifier } from "../sql.ts";
import { precision, precisionTerm } from "./average-precision.ts";
import { digestHalves, withPoissonWeights } from "./poisson.ts";
import { type ScoresRequest, scoredRows } from "./scored.ts";

export interface ReplicatesRequest extends ScoresRequest {
  replicates: number;
  /** The same seed and rows give the same replicates, on any machine. */
  seed: string;
}

export interface AveragePrecisionReplicates {
  group: Group;
  /** One pair a replicate, both sides under the same weights; `null` where no positive row has weight. */
  replicates: { a: number | null; b: number | null }[];
}

/** Of this many highest scores each stands alone; so many bins hold the others, where there are more. */
const alone = 1024;
const drawsPerQuery = 16_000_000;

/**
 * Average precision under Poisson(1) weights (Hanley, MacGibbon 2006; Chamandy et al. 2012). A row's weight depends on its label, scores and
 * group and, among rows that are alike in those, on their number; so neither order nor file split matters, and no key is
 * needed. Where there are more than 2,048 different scores, neighbours below the first 1,024 count as one score: the
 * spread of the replicates is meant, and their centre may differ from `averagePrecision` by what that merges.
 */
export async function averagePrecisionReplicates(
  tables: Tables,
  request: ReplicatesRequest,
): Promise<AveragePrecisionReplicates[]> {
  const by = request.by ?? [];
  const table = `${request.from}: replicates`;
  await tables.query(
    `CREATE OR REPLACE TEMP TABLE ${identifier(table)} AS ${rowsSql(request, by)}`,
    z.unknown(),
  );
  const groups = await tables.query(
    `SELECT gid, ${groupNames(by)}count(*) AS n FROM ${identifier(table)} GROUP BY ALL ORDER BY gid`,
    z.looseObject({ gid: z.int(), n: z.int() }),
  );
  const rows = groups.reduce((sum, { n }) => sum + n, 0);
  // Wider statements take longer to plan than they save, and many rows' weights need memory.
  const batch = Math.max(8, Math.min(32, 2 * Math.floor(drawsPerQuery / 2 / Math.max(1, rows))));
  const found = new Map(
    groups.map((row) => [row.gid, { group: groupOf(row, by), replicates: [] as Replicate[] }]),
  );
  for (let from = 0; from < request.replicates; from += batch) {
    const count = Math.min(batch, request.replicates - from);
    const values = await tables.query(
      batchSql(request, table, from, count),
      z.looseObject({ gid: z.int(), side: z.enum(["a", "b"]) }),
    );
    for (const { replicates } of found.values()) {
      for (let at = 0; at < count; at += 1) replicates.push({ a: null, b: null });
    }
    for (const value of values) {
      const replicates = found.get(value.gid)?.replicates ?? [];
      for (let at = 0; at < count; at += 1) {
        const one = replicates[from + at];
        if (one)
          one[value.side] = precision(z.string().nullable().parse(value[`t${at}`]), Number(value[`p${at}`]));
      }
    }
  }
  await tables.query(`DROP TABLE ${identifier(table)}`, z.unknown());
  if (request.baseline === undefined) {
    for (const { replicates } of found.values()) for (const one of replicates) one.a = one.b;
  }
  return [...found.values()];
}

type Replicate = { a: number | null; b: number | null };

/** Each usable row: group, label, the bins of its scores, and 64 bits of digest. */
function rowsSql(request: ReplicatesRequest, by: readonly string[]): string {
  const bins = (score: "a" | "b") => `
    ranks_${score} AS (SELECT gid, s, row_number() OVER (PARTITION BY gid ORDER BY s DESC) AS r, count(*) OVER (PARTITION BY gid) AS d
      FROM (SELECT DISTINCT gid, ${score} AS s FROM scored)),
    bins_${score} AS (SELECT gid, s, CAST(CASE WHEN d <= ${2 * alone} OR r <= ${alone} THEN r ELSE ${alone} + 1 + (r - ${alone} - 1) * ${alone} // (d - ${alone}) END AS INTEGER) AS bin FROM ranks_${score})`;
  const paired = request.baseline !== undefined;
  const group = by.map((_, at) => `coalesce('=' || g${at}, '-')`).join(", ");
  const digest = `md5_number_lower(concat_ws(chr(31), ${by.length === 0 ? "" : `${group}, `}y, a, b, copy))`;
  return `WITH ${scoredRows(request)},${paired ? `${bins("a")},` : ""}${bins("b")},
    alike AS (SELECT gid, y, a, b, count(*) AS n FROM scored GROUP BY ALL),
    single AS (SELECT gid, y, a, b, unnest(range(n)) AS copy FROM alike),
    told AS (SELECT gid, ${groupNames(by)}y, ${paired ? "bins_a.bin" : "bins_b.bin"} AS bin_a, bins_b.bin AS bin_b, ${digest} AS bits
      FROM single JOIN groups USING (gid) JOIN bins_b ON bins_b.gid = single.gid AND bins_b.s = b
      ${paired ? "JOIN bins_a ON bins_a.gid = single.gid AND bins_a.s = a" : ""})
    SELECT gid, ${groupNames(by)}y, bin_a, bin_b, ${digestHalves("bits")} FROM told`;
}

function batchSql(request: ReplicatesRequest, table: string, from: number, count: number): string {
  const each = (item: (at: number) => string) =>
    Array.from({ length: count }, (_, at) => item(at)).join(", ");
  const side = (
    name: "a" | "b",
  ) => `SELECT gid, '${name}' AS side, ${each((at) => `CAST(sum(${precisionTerm(`p${at}`, `tp${at}`, `np${at}`)}) AS VARCHAR) AS t${at}, CAST(sum(p${at}) AS BIGINT) AS p${at}`)}
    FROM (SELECT gid, ${each((at) => `p${at}, sum(p${at}) OVER w AS tp${at}, sum(n${at}) OVER w AS np${at}`)}
      FROM (SELECT gid, bin_${name} AS bin, ${each((at) => `sum(CASE WHEN y THEN w${at} ELSE 0 END) AS p${at}, sum(w${at}) AS n${at}`)} FROM drawn GROUP BY gid, bin_${name})
      WINDOW w AS (PARTITION BY gid ORDER BY bin ROWS UNBOUNDED PRECEDING)) GROUP BY gid`;
  const drawn = withPoissonWeights(request.seed, from, count, "gid, y, bin_a, bin_b", identifier(table));
  return `WITH drawn AS MATERIALIZED (${drawn})
    ${request.baseline === undefined ? "" : `${side("a")} UNION ALL `}${side("b")}`;
}
