import { type OpenedTable, type Project, type Tables, UserError } from "@mlops-actions/core";
import { identifier, rowDigest } from "@mlops-actions/tables";
import { z } from "zod";
import type { Details } from "../details.ts";
import { instant, isoOf, type JudgedRows, requireColumn, timestamp } from "../rows/current.ts";
import { type Section, saidOfCurrent } from "../section.ts";

const JOINED = "drift joined with labels";
/** The answers whose truth is known; one of each cluster. */
export const LABELLED = "drift labelled";
/** Where the truth stands beside an answer. */
export const TRUTH = "the truth";

export interface Cohort {
  told: NonNullable<Details["quality"]>["cohort"];
  materials: OpenedTable["files"];
}

/**
 * The answers that are old enough to have labels, joined with them by key: `now - delay` back for one window. Where the log names a row several times its
 * newest answer counts; a label that is there twice names no truth.
 * @throws UserError `no-label`, `no-such-column`, `label-twice`
 */
export async function cohortOf(
  project: Project<Section>,
  rows: JudgedRows,
  { tables, now }: { tables: Tables; now: Date },
): Promise<Cohort | undefined> {
  const { labels } = project.section;
  if (labels === undefined) return undefined;
  const place = project.place(["drift", "labels"]);
  const key = labels.key ?? project.data.key;
  const column = labels.column ?? project.data.label?.column;
  if (key.length === 0 || column === undefined)
    throw new UserError("no-label", "`drift.labels` does not say how labels are joined", {
      remedy: "write `key:` and `column:` under `drift.labels`, or `data.key` and `data.label`",
      at: place,
    });
  const asked = saidOfCurrent(project.section);
  const time = asked.time === undefined ? undefined : instant(rows.table, asked.time);
  if (labels.delay !== undefined && time === undefined)
    throw new UserError("delay-without-time", "`drift.labels` has a `delay`, and `drift.current` no `time`", {
      remedy: "name the column that says when a row was answered: `time: answered_at`",
      at: project.place(["drift", "labels", "delay"]),
    });
  const truth = await tables.open("drift labels", project.table(["drift", "labels"]));
  for (const name of [...key, column]) requireColumn(truth, name, place);
  for (const name of key) requireColumn(rows.table, name, place);
  await refuseTwins(tables, truth.name, key, project);

  const until = new Date(now.getTime() - (labels.delay ?? 0) * 1000);
  const since = asked.window === undefined ? undefined : new Date(until.getTime() - asked.window * 1000);
  const within =
    time === undefined
      ? "true"
      : `${time} <= ${timestamp(until)}${since === undefined ? "" : ` AND ${time} >= ${timestamp(since)}`}`;
  const keys = key.map((name) => `CAST(log.${identifier(name)} AS VARCHAR)`);
  const joined = key
    .map((name) => `CAST(log.${identifier(name)} AS VARCHAR) = CAST(truth.${identifier(name)} AS VARCHAR)`)
    .join(" AND ");
  const newest = `${time === undefined ? "" : `${time} DESC, `}${rowDigest(rows.table.columns)}`;
  await tables.query(
    `CREATE TABLE ${identifier(JOINED)} AS SELECT log.*, truth.${identifier(column)} AS ${identifier(TRUTH)}
     FROM (SELECT * FROM ${identifier(rows.ofVersion)} log WHERE ${within}
       QUALIFY row_number() OVER (PARTITION BY ${keys.join(", ")} ORDER BY ${newest}) = 1) log
     LEFT JOIN ${identifier(truth.name)} truth ON ${joined}`,
    z.unknown(),
  );
  // Of each user one answer, as for the columns: their intervals count independent rows.
  const { cluster } = project.section;
  const each =
    cluster === undefined
      ? ""
      : ` AND ${identifier(cluster)} IS NOT NULL QUALIFY row_number() OVER (PARTITION BY ${identifier(cluster)} ORDER BY ${rowDigest(rows.table.columns)}) = 1`;
  await tables.query(
    `CREATE TABLE ${identifier(LABELLED)} AS SELECT * FROM ${identifier(JOINED)} WHERE ${identifier(TRUTH)} IS NOT NULL${each}`,
    z.unknown(),
  );
  const known = `FILTER (${identifier(TRUTH)} IS NOT NULL)`;
  const [found] = await tables.query(
    `SELECT count(*) AS rows, count(*) ${known} AS labelled, ${time === undefined ? "NULL::BIGINT" : `max(epoch_ms(${time})) ${known}`} AS until FROM ${identifier(JOINED)}`,
    z.object({ rows: z.int(), labelled: z.int(), until: z.int().nullable() }),
  );
  if (found === undefined) throw new Error("An aggregate gave no row");
  return { told: { ...found, until: isoOf(found.until) }, materials: truth.files };
}

async function refuseTwins(
  tables: Tables,
  table: string,
  key: readonly string[],
  project: Project<Section>,
): Promise<void> {
  const names = key.map(identifier).join(", ");
  const [found] = await tables.query(
    `SELECT count(*) AS twice FROM (SELECT 1 FROM ${identifier(table)} GROUP BY ${names} HAVING count(*) > 1)`,
    z.object({ twice: z.int() }),
  );
  if (found?.twice === 0) return;
  throw new UserError("label-twice", `${found?.twice ?? 0} keys have more than one label`, {
    remedy: "keep one label a key: nobody could say which of them is the truth",
    at: project.place(["drift", "labels"]),
  });
}
