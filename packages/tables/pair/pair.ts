import { listed, shown, type Tables, UserError } from "@mlops-actions/core";
import { z } from "zod";
import { identifier } from "../sql.ts";
import { columnTypes, keyText, refuseBadKeys, sameKey } from "./key.ts";

export interface Side {
  /** The opened table that holds this side's predictions. */
  table: string;
  /** Its prediction columns; in the pairs they are called `b_<column>` (candidate) or `a_<column>` (baseline). */
  columns: readonly string[];
}

export interface PairRequest {
  /** The temporary table to make. Default: `pairs`. */
  name?: string;
  /** The opened table of the test rows. */
  test: string;
  /** The columns that identify a row. Empty: all sides are columns of the test table itself. */
  key: readonly string[];
  /** The column of the test table that becomes `y`. */
  label: string;
  /** Columns of the test table that are kept under their own names. */
  slices?: readonly string[];
  sides: readonly [candidate: Side, baseline?: Side];
}

/** A number of rows, and the keys of the first of them in the order of their text (without a key: row numbers). */
export interface Counted {
  rows: number;
  keys: string[];
}

export interface SideCounts {
  rows: number;
  /** Rows of it that no test row has. */
  notInTest: Counted;
  /** Test rows that it lacks. */
  lacking: Counted;
  /** Of the pairs, by prediction column: how many have no value, NaN or an infinite one. */
  unusable: { column: string; missing: Counted; nan: Counted; infinite: Counted }[];
}

export interface Pairing {
  /** The temporary table. */
  name: string;
  /** Its rows: what the test and all sides have, and whose label is known. */
  rows: number;
  testRows: number;
  /** Test rows that all sides have, whether or not their label is known. */
  common: number;
  /** Of the common rows: those without a label, which are not in the pairs. */
  missingLabel: Counted;
  candidate: SideCounts;
  baseline: SideCounts | undefined;
}

interface Joined {
  table: string;
  request: PairRequest;
  /** Of a side: its letter and SQL that says how its rows meet the test's. */
  sides: { side: Side; letter: "b" | "a"; on: string }[];
}

/**
 * Puts the predictions of both sides beside the test rows: a temporary table with the key's columns, `y`, `b_…`, `a_…`
 * and the slices. Rows that are left out are counted, and so are predictions that are no number.
 *
 * @throws UserError for repeated or missing keys, and for keys whose types cannot be compared
 */
export async function pairRows(tables: Tables, request: PairRequest): Promise<Pairing> {
  const name = request.name ?? "pairs";
  const joined: Joined = { table: `${name}: all`, request, sides: await sidesOf(tables, request) };
  // A label that is itself called `y` is already there.
  const slices = (request.slices ?? []).filter(
    (one) => !(one === request.label && one.toLowerCase() === "y"),
  );
  const kept = [...new Set([...request.key, ...slices])];
  checkNames(joined, kept);
  if (request.key.length > 0) {
    const used = new Set([request.test, ...joined.sides.map(({ side }) => side.table)]);
    for (const table of used) await refuseBadKeys(tables, table, request.key);
  }
  await join(tables, joined, kept);
  const both = joined.sides.map(({ letter }) => `"has ${letter}"`).join(" AND ");
  const working = ["row number", ...joined.sides.map(({ letter }) => `has ${letter}`)].map(identifier);
  await tables.query(
    `CREATE OR REPLACE TEMP TABLE ${identifier(name)} AS SELECT * EXCLUDE (${working.join(", ")}) FROM ${identifier(joined.table)} WHERE ${both} AND y IS NOT NULL`,
    z.unknown(),
  );
  const all = await counted(tables, joined, "true", 0);
  const common = await counted(tables, joined, both, 0);
  const missingLabel = await counted(tables, joined, `${both} AND y IS NULL`);
  const sides: SideCounts[] = [];
  for (const [at] of joined.sides.entries()) sides.push(await sideCounts(tables, joined, at, both, all.rows));
  await tables.query(`DROP TABLE ${identifier(joined.table)}`, z.unknown());
  return {
    name,
    rows: common.rows - missingLabel.rows,
    testRows: all.rows,
    common: common.rows,
    missingLabel,
    candidate: sides[0] as SideCounts,
    baseline: sides[1],
  };
}

async function sidesOf(tables: Tables, request: PairRequest): Promise<Joined["sides"]> {
  const sides: Joined["sides"] = [];
  for (const [at, side] of request.sides.entries()) {
    if (side === undefined) continue;
    const letter = at === 0 ? "b" : "a";
    sides.push({ side, letter, on: await sameKey(tables, request.test, side.table, request.key, letter) });
  }
  return sides;
}

async function join(
  tables: Tables,
  { table, request, sides }: Joined,
  kept: readonly string[],
): Promise<void> {
  const items = [
    `t.rowid + 1 AS "row number"`,
    ...kept.map((column) => `t.${identifier(column)}`),
    `t.${identifier(request.label)} AS y`,
    ...sides.flatMap(({ side, letter }) => [
      `${letter}.rowid IS NOT NULL AS "has ${letter}"`,
      ...side.columns.map(
        (column) => `${letter}.${identifier(column)} AS ${identifier(`${letter}_${column}`)}`,
      ),
    ]),
  ];
  const joins = sides.map(({ side, letter, on }) => `LEFT JOIN ${identifier(side.table)} ${letter} ON ${on}`);
  await tables.query(
    `CREATE OR REPLACE TEMP TABLE ${identifier(table)} AS SELECT ${items.join(", ")} FROM ${identifier(request.test)} t ${joins.join(" ")}`,
    z.unknown(),
  );
}

async function sideCounts(
  tables: Tables,
  joined: Joined,
  at: number,
  both: string,
  testRows: number,
): Promise<SideCounts> {
  const { side, letter, on } = joined.sides[at] as Joined["sides"][number];
  const lacking = await counted(tables, joined, `NOT "has ${letter}"`);
  const rows = await tables.query(
    `SELECT count(*) AS n FROM ${identifier(side.table)}`,
    z.object({ n: z.int() }),
  );
  const own = rows[0]?.n ?? 0;
  // Keys are unique on both sides, so what the test does not have is a difference of counts.
  const foreign = own - (testRows - lacking.rows);
  const types = await columnTypes(tables, side.table);
  const unusable: SideCounts["unusable"] = [];
  for (const column of side.columns) {
    const sql = identifier(`${letter}_${column}`);
    const number = types.get(column) === "DOUBLE";
    const where = (condition: string) =>
      counted(tables, joined, `${both} AND y IS NOT NULL AND ${condition}`);
    unusable.push({
      column,
      missing: await where(`${sql} IS NULL`),
      nan: number ? await where(`isnan(${sql})`) : { rows: 0, keys: [] },
      infinite: number ? await where(`isinf(${sql})`) : { rows: 0, keys: [] },
    });
  }
  return {
    rows: own,
    notInTest: await notInTest(tables, joined, foreign, side, letter, on),
    lacking,
    unusable,
  };
}

async function notInTest(
  tables: Tables,
  { request }: Joined,
  rows: number,
  side: Side,
  letter: string,
  on: string,
): Promise<Counted> {
  if (rows === 0) return { rows, keys: [] };
  const keys = await tables.query(
    `SELECT ${keyText(request.key)} AS key FROM ${identifier(side.table)} ${letter} WHERE NOT EXISTS (SELECT 1 FROM ${identifier(request.test)} t WHERE ${on}) ORDER BY key LIMIT 5`,
    z.object({ key: z.string() }),
  );
  return { rows, keys: keys.map(({ key }) => key) };
}

async function counted(
  tables: Tables,
  { table, request }: Joined,
  where: string,
  shownKeys = 5,
): Promise<Counted> {
  const [found] = await tables.query(
    `SELECT count(*) AS n FROM ${identifier(table)} WHERE ${where}`,
    z.object({ n: z.int() }),
  );
  const rows = found?.n ?? 0;
  if (rows === 0 || shownKeys === 0) return { rows, keys: [] };
  const text = request.key.length > 0 ? keyText(request.key) : `'row ' || "row number"`;
  const keys = await tables.query(
    `SELECT ${text} AS key FROM ${identifier(table)} WHERE ${where} ORDER BY key LIMIT ${shownKeys}`,
    z.object({ key: z.string() }),
  );
  return { rows, keys: keys.map(({ key }) => key) };
}

/** The engine does not tell upper from lower case, and a slice called `y` would hide the label. */
function checkNames({ sides }: Joined, kept: readonly string[]): void {
  const taken = new Set(
    ["y", ...sides.flatMap(({ side, letter }) => side.columns.map((one) => `${letter}_${one}`))].map((one) =>
      one.toLowerCase(),
    ),
  );
  const clash = kept.filter((column) => taken.has(column.toLowerCase()));
  if (clash.length === 0) return;
  throw new UserError(
    "column-name-taken",
    `${listed(clash)}: this name is used for ${shown("y")}, the label, or for predictions.`,
    {
      remedy: "Rename the column that is a key or slice in the test data.",
    },
  );
}
