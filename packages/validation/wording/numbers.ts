import { formatValue } from "@mlops-actions/report";

/** A count as people read it: `32,561`. */
export function grouped(n: number): string {
  return formatValue(n, "count");
}

/** `1 row`, `32,561 rows` */
export function counted(n: number, what: string): string {
  return `${grouped(n)} ${what}${n === 1 ? "" : "s"}`;
}
