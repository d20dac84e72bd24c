import type { Batch, ColumnType, Element, Reading, Unfit, Values } from "@mlops-actions/core";
import type { Chunk, Engine } from "../engine.ts";
import { identifier } from "../sql.ts";

/** A column in the engine's type for an element, its missing values filled where the element has one for them. */
export function readingSql({ column, as }: Reading): string {
  const name = identifier(column);
  switch (as) {
    case "float64":
      return `coalesce(CAST(${name} AS DOUBLE), 'nan'::DOUBLE)`;
    case "int64":
      return `CAST(${name} AS BIGINT)`;
    case "int32":
      return `CAST(${name} AS INTEGER)`;
    case "bool":
      return `CAST(${name} AS UTINYINT)`;
    case "string":
      return `coalesce(${name}, '')`;
  }
}

/** Columns per statement, as for presence. */
const AT_ONCE = 300;

/** @param types of the columns that are read */
export async function unfitValues(
  engine: Engine,
  table: string,
  read: readonly Reading[],
  types: ReadonlyMap<string, ColumnType>,
): Promise<Unfit[]> {
  const found: Unfit[] = [];
  for (let from = 0; from < read.length; from += AT_ONCE) {
    const part = read.slice(from, from + AT_ONCE);
    const items = part.flatMap(({ column, as }, at) => {
      const name = identifier(column);
      const lossy = lossyWhen(name, as, types.get(column));
      return [
        `count(*) - count(${name}) AS m${at}`,
        `count_if(${lossy}) AS l${at}`,
        `CAST(first(${name}) FILTER (WHERE ${lossy}) AS VARCHAR) AS e${at}`,
      ];
    });
    const [row] = await engine.run(`SELECT ${items.join(", ")} FROM ${identifier(table)}`);
    for (const [at] of part.entries()) {
      const example = row?.[`e${at}`];
      found.push({
        missing: Number(row?.[`m${at}`] ?? 0),
        lossy: Number(row?.[`l${at}`] ?? 0),
        example: typeof example === "string" ? example : null,
      });
    }
  }
  return found;
}

function lossyWhen(name: string, as: Element, type: ColumnType | undefined): string {
  if (as === "float64") return type === "integer" ? `abs(${name}) > 9007199254740992` : "false";
  const limit = as === "int64" ? "9223372036854774784" : "2147483647";
  if (as !== "int64" && as !== "int32") return "false";
  if (type === "integer") return as === "int64" ? "false" : `${name} NOT BETWEEN -2147483648 AND 2147483647`;
  if (type === "number")
    return `NOT isfinite(${name}) OR ${name} <> trunc(${name}) OR abs(${name}) > ${limit}`;
  return "false";
}

/** Collects chunks into batches of a size of our own. */
export async function* batches(
  engine: Engine,
  table: string,
  read: readonly Reading[],
  size: number,
  limit?: number,
): AsyncGenerator<Batch> {
  const items = read.length === 0 ? ["0::UTINYINT"] : read.map(readingSql);
  const most = limit === undefined ? "" : ` LIMIT ${limit}`;
  let batch = read.map(({ as }) => empty(as, size));
  let rows = 0;
  for await (const chunk of engine.chunks(`SELECT ${items.join(", ")} FROM ${identifier(table)}${most}`)) {
    for (let from = 0; from < chunk.rows; ) {
      const taken = Math.min(chunk.rows - from, size - rows);
      for (const [at, into] of batch.entries()) copy(chunk, at, from, from + taken, into, rows);
      rows += taken;
      from += taken;
      if (rows < size) continue;
      yield { rows, columns: batch };
      batch = read.map(({ as }) => empty(as, size));
      rows = 0;
    }
  }
  if (rows > 0) yield { rows, columns: batch.map((values) => values.slice(0, rows)) };
}

function empty(as: Element, size: number): Values {
  if (as === "float64") return new Float64Array(size);
  if (as === "int64") return new BigInt64Array(size);
  if (as === "int32") return new Int32Array(size);
  return as === "bool" ? new Uint8Array(size) : new Array<string>(size);
}

function copy({ columns }: Chunk, at: number, from: number, to: number, into: Values, rows: number): void {
  const values = columns[at];
  if (Array.isArray(into)) {
    for (let row = from, target = rows; row < to; row++, target++)
      into[target] = (values as readonly string[])[row] as string;
  } else if (into instanceof BigInt64Array) into.set((values as BigInt64Array).subarray(from, to), rows);
  else into.set((values as Float64Array).subarray(from, to), rows);
}
