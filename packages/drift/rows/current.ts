import {
  type ColumnType,
  type OpenedTable,
  type Place,
  type Project,
  shown,
  type Tables,
  UserError,
} from "@mlops-actions/core";
import { cast, identifier, literal, rowDigest } from "@mlops-actions/tables";
import { z } from "zod";
import type { Details } from "../details.ts";
import { type Section, saidOfCurrent } from "../section.ts";

/** The rows that are judged: of the window, of the version, one of each cluster. */
export interface JudgedRows {
  /** Name of the table. */
  name: string;
  types: Readonly<Record<string, ColumnType>>;
  /** Of the version, at whatever time: labels look further back than the window. */
  ofVersion: string;
  told: Details["current"];
  cluster: Details["cluster"];
  table: OpenedTable;
}

const READ = "drift current";
const OF_VERSION = "drift of version";
const IN_WINDOW = "drift in window";
const OF_CLUSTERS = "drift of clusters";

/**
 * Opens the current rows and keeps those that are asked about.
 * @throws UserError `no-such-column`, `not-a-time`, `no-current-rows`
 */
export async function judgedRows(
  project: Project<Section>,
  version: string | undefined,
  { tables, now }: { tables: Tables; now: Date },
): Promise<JudgedRows> {
  const { section } = project;
  const asked = saidOfCurrent(section);
  const source = project.table(["drift", "current"]);
  const table = await tables.open(READ, source);
  const has = (column: string | undefined, path: string[]) => {
    if (column !== undefined) requireColumn(table, column, project.place(path));
    return column;
  };
  const timeColumn = has(asked.time, ["drift", "current", "time"]);
  const versionColumn = has(asked.version, ["drift", "current", "version"]);
  const clusterColumn = has(section.cluster, ["drift", "cluster"]);
  if (timeColumn !== undefined)
    await requireTime(tables, table, timeColumn, project.place(["drift", "current", "time"]));
  const time = timeColumn === undefined ? undefined : instant(table, timeColumn);
  if (asked.window !== undefined && time === undefined)
    throw new UserError("window-without-time", "`drift.current` has a `window` and no `time`", {
      remedy: "name the column that says when a row was answered: `time: answered_at`",
      at: project.place(["drift", "current", "window"]),
    });

  const ofVersion =
    versionColumn === undefined ? "true" : `${versionOf(versionColumn)} = ${literal(version ?? "")}`;
  const filtered = version !== undefined && versionColumn !== undefined;
  await select(tables, OF_VERSION, READ, filtered ? ofVersion : "true");
  const from = asked.window === undefined ? undefined : new Date(now.getTime() - asked.window * 1000);
  const inWindow =
    from === undefined || time === undefined
      ? "true"
      : `${time} >= ${timestamp(from)} AND ${time} <= ${timestamp(now)}`;
  await select(tables, IN_WINDOW, OF_VERSION, inWindow);
  const told = {
    label: source.label,
    read: table.rows,
    ofOthers: filtered ? await others(tables, versionColumn, version) : [],
    ...(await extent(tables, time)),
  };
  if (told.rows === 0) throw nothing(project, { told, version, window: asked.window, from });
  const cluster =
    clusterColumn === undefined ? null : await ofClusters(tables, table, clusterColumn, told.rows);
  return {
    name: cluster === null ? IN_WINDOW : OF_CLUSTERS,
    types: Object.fromEntries(table.columns.map(({ name, type }) => [name, type])),
    ofVersion: OF_VERSION,
    told: { ...told, rows: cluster?.clusters ?? told.rows },
    cluster,
    table,
  };
}

async function select(tables: Tables, into: string, from: string, where: string): Promise<void> {
  await tables.query(
    `CREATE TABLE ${identifier(into)} AS SELECT * FROM ${identifier(from)} WHERE ${where}`,
    z.unknown(),
  );
}

/** `v1.4.0`, `1.4.0` and `census-income@v1.4.0` are one version. */
function versionOf(column: string): string {
  return `regexp_replace(CAST(${identifier(column)} AS VARCHAR), '^(.*@)?v?', '')`;
}

async function others(
  tables: Tables,
  column: string,
  version: string,
): Promise<{ version: string; rows: number }[]> {
  const found = await tables.query(
    `SELECT coalesce(${versionOf(column)}, '') AS version, count(*) AS rows FROM ${identifier(READ)}
     WHERE ${versionOf(column)} IS DISTINCT FROM ${literal(version)} GROUP BY ALL ORDER BY rows DESC, version LIMIT 5`,
    z.object({ version: z.string(), rows: z.int() }),
  );
  return found.map(({ version, rows }) => ({ version: version.slice(0, 40), rows }));
}

const EXTENT = z.object({
  rows: z.int(),
  before: z.int(),
  low: z.number().nullable(),
  high: z.number().nullable(),
});

async function extent(
  tables: Tables,
  time: string | undefined,
): Promise<Pick<Details["current"], "rows" | "outside" | "from" | "to">> {
  const of = time === undefined ? "NULL::BIGINT" : `epoch_ms(${time})`;
  const [found] = await tables.query(
    `SELECT count(*) AS rows, (SELECT count(*) FROM ${identifier(OF_VERSION)}) AS before, min(${of}) AS low, max(${of}) AS high FROM ${identifier(IN_WINDOW)}`,
    EXTENT,
  );
  if (found === undefined) throw new Error("An aggregate gave no row");
  const { rows, before, low, high } = found;
  return { rows, outside: before - rows, from: isoOf(low), to: isoOf(high) };
}

/** One row of each cluster, whichever its digest puts first: rows of one user are not independent, users are. */
async function ofClusters(
  tables: Tables,
  table: OpenedTable,
  column: string,
  rows: number,
): Promise<NonNullable<Details["cluster"]>> {
  const name = identifier(column);
  await tables.query(
    `CREATE TABLE ${identifier(OF_CLUSTERS)} AS SELECT * FROM ${identifier(IN_WINDOW)} WHERE ${name} IS NOT NULL
     QUALIFY row_number() OVER (PARTITION BY ${name} ORDER BY ${rowDigest(table.columns)}) = 1`,
    z.unknown(),
  );
  const [found] = await tables.query(
    `SELECT (SELECT count(*) FROM ${identifier(OF_CLUSTERS)}) AS clusters, count(*) - count(${name}) AS without FROM ${identifier(IN_WINDOW)}`,
    z.object({ clusters: z.int(), without: z.int() }),
  );
  if (found === undefined) throw new Error("An aggregate gave no row");
  return { column, rows, ...found };
}

/** A column of dates or times as a timestamp in UTC; text (JSON has no times) by the rule that reads a CSV's. */
export function instant({ columns }: OpenedTable, column: string): string {
  const name = identifier(column);
  const isText = columns.some((one) => one.name === column && one.type === "string");
  return isText ? cast(name, "timestamp") : `CAST(${name} AS TIMESTAMP)`;
}

export function timestamp(at: Date): string {
  return `TIMESTAMP ${literal(at.toISOString().slice(0, 23).replace("T", " "))}`;
}

export function isoOf(milliseconds: number | null): string | null {
  return milliseconds === null ? null : new Date(milliseconds).toISOString();
}

export function requireColumn(table: OpenedTable, column: string, at: Place): void {
  if (table.columns.some(({ name }) => name === column)) return;
  throw new UserError("no-such-column", `there is no column ${shown(column)} in these rows`, {
    remedy: `they have ${table.columns
      .slice(0, 12)
      .map(({ name }) => shown(name))
      .join(", ")}`,
    at,
  });
}

/** JSON has no times: text that is one in every row is one. */
async function requireTime(tables: Tables, table: OpenedTable, column: string, at: Place): Promise<void> {
  const type = table.columns.find(({ name }) => name === column)?.type;
  if (type === "date" || type === "timestamp") return;
  const name = identifier(column);
  const [found] =
    type === "string"
      ? await tables.query(
          `SELECT any_value(${name}) FILTER (${instant(table, column)} IS NULL) AS odd FROM ${identifier(table.name)} WHERE ${name} <> ''`,
          z.object({ odd: z.string().nullable() }),
        )
      : [{ odd: null }];
  if (type === "string" && found?.odd === null) return;
  const what = type === "string" ? `such as ${shown(found?.odd ?? "")}` : `of type ${type}`;
  throw new UserError("not-a-time", `${shown(column)} holds values ${what}, no times`, {
    remedy: "write dates as 2026-11-21, times as 2026-11-21T06:00:00Z",
    at,
  });
}

// No rows are no quiet: whatever writes them may have stopped.
function nothing(
  project: Project<Section>,
  of: {
    told: Pick<Details["current"], "read" | "outside" | "ofOthers">;
    version: string | undefined;
    window: number | undefined;
    from: Date | undefined;
  },
): UserError {
  const { told, version, from } = of;
  const isOther = told.outside === 0 && told.ofOthers.length > 0;
  const [other] = told.ofOthers;
  return new UserError(
    "no-current-rows",
    isOther
      ? `none of ${told.read} rows were answered by version ${version}; most are of ${shown(other?.version ?? "")}`
      : `none of ${told.read} rows are of the window since ${from?.toISOString().slice(0, 16) ?? "ever"}`,
    {
      remedy: isOther
        ? "look which version answers, or take `version` out of `drift.current`"
        : "look whether the log is still written, or widen `window`",
      at: project.place(["drift", "current"]),
    },
  );
}
