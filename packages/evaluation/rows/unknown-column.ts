import { nearestMetric, type Place, UserError } from "@mlops-actions/core";

const SHOWN = 12;

/** A column that a file does not have, with the one that was most likely meant. */
export function unknownColumn(
  column: string,
  file: string,
  has: readonly string[],
  { key, at }: { key?: string; at?: Place } = {},
): UserError {
  const near = nearest(column, has);
  const listed = `${has.slice(0, SHOWN).join(", ")}${has.length > SHOWN ? `, and ${has.length - SHOWN} more` : ""}`;
  const remedy = [
    ...(near === undefined ? [] : [`did you mean "${near}"?`]),
    `It has ${listed}${key === undefined ? "" : `; name the right one in \`${key}\``}`,
  ].join(" ");
  return new UserError("unknown-column", `column "${column}" is not in ${file}`, { remedy, at });
}

/** What somebody who wrote this most likely meant. */
export function nearest(written: string, known: readonly string[]): string | undefined {
  return nearestMetric(written, known);
}
