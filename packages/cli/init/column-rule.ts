import type { ColumnProfile } from "@mlops-actions/tables";
import { mayBePersonal } from "./personal.ts";

/** What is proposed for one column of `data.columns`. */
export interface ColumnRule {
  type: ColumnProfile["type"];
  min?: number;
  max?: number;
  values?: readonly (string | boolean)[];
  max_missing?: string;
  /** The one table that has it. */
  table?: "train";
}

/** A column with more values than this is likely to get new ones. */
const FEW = 20;

/**
 * What today's values say that tomorrow's should be: their type, a range with room, the categories where they are few, and no more gaps than
 * now, as far as chance explains them. No value of fewer than ten rows is written down, and none of a column that seems to hold persons.
 */
export function columnRule(column: ColumnProfile): ColumnRule {
  const { rows, empty, nan } = column.presence;
  const missing = column.presence.missing + empty + nan;
  const gaps = missing > 0 && { max_missing: gapsAllowed(missing, rows) };
  const rule: ColumnRule = { type: column.type, ...gaps };
  if (mayBePersonal(column)) return rule;
  if (column.kind === "number" && column.ends !== null)
    return { ...rule, ...range(column.ends, column.type === "integer") };
  if (column.kind !== "category" || column.type === "boolean") return rule;
  const { values, other } = column;
  if (other.distinct > 0 || values.length === 0 || values.length > FEW) return rule;
  return { ...rule, values: values.map(({ value }) => value).toSorted() };
}

/** As wide again as the values reach, to a round number; never below zero where nothing is. */
function range(
  { low, high }: { low: number; high: number },
  isWhole: boolean,
): Pick<ColumnRule, "min" | "max"> {
  const reach = high - low;
  // Larger numbers cannot be written into the file without losing their last digits.
  if (reach === 0 || Math.max(Math.abs(low), Math.abs(high)) + reach > Number.MAX_SAFE_INTEGER / 2) return {};
  const isShare = low >= 0 && high <= 1 && high > 0.5;
  // Numbers far from zero, such as years, are bounded below as well.
  const min = low >= 0 && low < 2 * reach ? 0 : -outwards(reach - low);
  const max = isShare ? 1 : outwards(high + reach);
  return isWhole ? { min: Math.floor(min), max: Math.ceil(max) } : { min, max };
}

/** Up, to two significant digits. */
function outwards(value: number): number {
  if (value === 0) return 0;
  const unit = 10 ** (Math.floor(Math.log10(Math.abs(value))) - 1);
  return Number((Math.ceil(value / unit - 1e-9) * unit).toPrecision(6));
}

/** The share of rows without a value, and three standard errors more, in whole percents. */
export function gapsAllowed(missing: number, rows: number): string {
  const share = missing / rows;
  const most = share + 3 * Math.sqrt((share * (1 - share)) / rows);
  return `${Math.min(100, Math.ceil(100 * most))}%`;
}
