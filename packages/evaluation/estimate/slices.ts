import { type Filter, UserError } from "@mlops-actions/core";
import { conjunction, identifier } from "@mlops-actions/tables";
import { z } from "zod";
import { nearest } from "../rows/unknown-column.ts";
import { columnName, type JudgedRows, renamed } from "./judged-rows.ts";

/** Beyond this many a table of groups is read by nobody, and their pairs are too many to judge. */
const MOST_GROUPS = 200;
const SHOWN = 8;

const counted = z.object({ n: z.number() });
const value = z.object({ value: z.string() });

/** A slice that no row is in would never be judged, and its condition never bite. */
export async function refuseEmpty({ tables, name }: JudgedRows, filter: Filter): Promise<void> {
  const [found] = await tables.query(
    `SELECT count(*)::DOUBLE AS n FROM ${identifier(name)} WHERE ${conjunction([renamed(filter)])}`,
    counted,
  );
  if (found === undefined || found.n > 0) return;
  const values = await tables.query(
    `SELECT CAST(${identifier(columnName(filter.column))} AS VARCHAR) AS value FROM ${identifier(name)}
       WHERE ${identifier(columnName(filter.column))} IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1000`,
    value,
  );
  const known = values.map((row) => row.value);
  const near = nearest(String(filter.value), known);
  const listed = `${known
    .slice(0, SHOWN)
    .map((one) => JSON.stringify(one))
    .join(", ")}${known.length > SHOWN ? ", …" : ""}`;
  throw new UserError(
    "empty-slice",
    `no judged row has ${filter.column} ${filter.op} ${typeof filter.value === "string" ? JSON.stringify(filter.value) : filter.value}`,
    {
      remedy: `${near === undefined ? "" : `did you mean ${JSON.stringify(near)}? `}The column has ${listed}`,
    },
  );
}

/** @throws UserError where a column, or several crossed, make more groups than can be judged */
export async function refuseTooMany({ tables, name }: JudgedRows, by: readonly string[]): Promise<void> {
  const columns = by.map((column) => identifier(columnName(column))).join(", ");
  const [found] = await tables.query(
    `SELECT count(*)::DOUBLE AS n FROM (SELECT DISTINCT ${columns} FROM ${identifier(name)})`,
    counted,
  );
  if (found === undefined || found.n <= MOST_GROUPS) return;
  throw new UserError(
    "too-many-groups",
    `${by.join(" * ")} makes ${found.n} groups; at most ${MOST_GROUPS} can be told apart`,
    {
      remedy:
        "group its values in a column of the test table, or write a condition on a range: accuracy[age < 30] >= 0.8",
    },
  );
}
