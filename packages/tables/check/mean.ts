import type { Filter, Tables } from "@mlops-actions/core";
import { moments } from "../moments/moments.ts";
import type { Told } from "./scan.ts";
import { type Declared, typedValue } from "./value.ts";

/** The mean of a column's finite values, the same bits for any order of rows and number of threads. */
export async function meanOf(
  tables: Tables,
  table: string,
  of: Declared,
  where: readonly Filter[],
): Promise<Told> {
  const [found] = await moments(tables, { from: table, expressions: [typedValue(of).sql], where });
  const n = found?.n ?? 0;
  return { value: n === 0 ? null : (found?.means[0] ?? null), n };
}
