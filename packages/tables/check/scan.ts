import type { Filter, Tables } from "@mlops-actions/core";
import { z } from "zod";
import { conjunction, identifier } from "../sql.ts";
import { breaks, type Rule } from "./rule.ts";
import { absent, countAbsent, type Declared, typedValue } from "./value.ts";

/** Something that one pass over the rows can tell. */
export type Fact =
  | { kind: "rows"; where: readonly Filter[] }
  | { kind: "missing"; of: Declared; where: readonly Filter[] }
  /** By linear interpolation between the order statistics (type 7 of Hyndman and Fan 1996). */
  | { kind: "quantile"; of: Declared; q: number; where: readonly Filter[] }
  /** The newest time that is not after `until` (both in microseconds since 1970). */
  | { kind: "newest"; of: Declared; until: number; where: readonly Filter[] }
  | { kind: "broken"; rule: Rule };

/** `value`: a count, a quantile, a time; `null` where no row has one. `n`: the rows that it is of. */
export interface Told {
  value: number | null;
  n: number;
}

/** Aggregates a statement: a table with more rules is read several times. */
const BATCH = 500;

/**
 * Answers all facts about a table in one pass over it (one a few hundred facts). What opening the table has counted already is not counted again.
 * @param table name and rows of an opened table
 */
export async function scan(
  tables: Tables,
  table: { name: string; rows: number },
  facts: readonly Fact[],
): Promise<Told[]> {
  const told = facts.map((fact) => known(fact, table.rows));
  const open = facts.flatMap((fact, at) => (told[at] === undefined ? [{ fact, at }] : []));
  for (let from = 0; from < open.length; from += BATCH) {
    const part = open.slice(from, from + BATCH);
    const items = part.map(({ fact }, i) => itemsOf(fact, i));
    const [row] = await tables.query(
      `SELECT ${items.join(", ")} FROM ${identifier(table.name)}`,
      z.record(z.string(), z.number().nullable()),
    );
    if (row === undefined) throw new Error("An aggregate gave no row");
    for (const [i, { at }] of part.entries())
      told[at] = { value: row[`v${i}`] ?? null, n: row[`n${i}`] ?? table.rows };
  }
  return told as Told[];
}

function known(fact: Fact, rows: number): Told | undefined {
  switch (fact.kind) {
    case "rows":
      return fact.where.length === 0 ? { value: rows, n: rows } : undefined;
    case "missing":
      return fact.where.length === 0 ? absentIn(fact.of, rows) : undefined;
    case "broken":
      if (fact.rule.demand.kind === "missing") return absentIn(fact.rule, rows);
      return breaks(fact.rule) === "false" ? { value: 0, n: rows } : undefined;
    default:
      return undefined;
  }
}

function absentIn(of: Declared, rows: number): Told | undefined {
  const value = countAbsent(of);
  return value === undefined ? undefined : { value, n: rows };
}

// Where nothing but NULL comes in, `count_if` gives NULL.
function count(condition: string): string {
  return `count(*) FILTER (WHERE ${condition})`;
}

function itemsOf(fact: Fact, i: number): string {
  if (fact.kind === "broken") return `${count(breaks(fact.rule))} AS v${i}`;
  const where = conjunction(fact.where);
  switch (fact.kind) {
    case "rows":
      return `${count(where)} AS v${i}`;
    case "missing":
      return `${count(`${where} AND ${absent(fact.of)}`)} AS v${i}, ${count(where)} AS n${i}`;
    case "quantile": {
      const { sql } = typedValue(fact.of);
      const finite = `isfinite(CAST(${sql} AS DOUBLE)) AND ${where}`;
      return `quantile_cont(CAST(${sql} AS DOUBLE), ${fact.q}) FILTER (WHERE ${finite}) AS v${i}, ${count(finite)} AS n${i}`;
    }
    case "newest": {
      const time = `epoch_us(CAST(${typedValue(fact.of).sql} AS TIMESTAMP))`;
      const past = `${time} <= ${fact.until} AND ${where}`;
      return `max(${time}) FILTER (WHERE ${past}) AS v${i}, ${count(past)} AS n${i}`;
    }
  }
}
