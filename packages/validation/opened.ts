import type { Column, OpenedTable } from "@mlops-actions/core";
import { UserError } from "@mlops-actions/core";
import { closest, distance } from "fastest-levenshtein";

/** Which of a project's two tables. */
export type Of = "train" | "test";
export const TABLES: readonly Of[] = ["train", "test"];

/** A table that is validated, with its name in the engine. */
export interface Opened {
  of: Of;
  /** As the project writes it. */
  label: string;
  table: OpenedTable;
}

export function columnOf({ table }: Opened, name: string): Column | undefined {
  return table.columns.find((column) => column.name === name);
}

/** @throws UserError `no-column` without a place: whoever asks knows where it was written */
export function requireColumn(opened: Opened, name: string): Column {
  const found = columnOf(opened, name);
  if (found !== undefined) return found;
  throw new UserError("no-column", `\`${name}\` is no column of ${opened.label}`, {
    remedy: nearest(opened, name) ?? "Correct the name, or bring the column back.",
  });
}

/** `Did you mean …?`, where a column has nearly this name. */
export function nearest({ table }: Opened, name: string): string | undefined {
  const names = table.columns.map((column) => column.name);
  if (names.length === 0) return undefined;
  const near = closest(name, names);
  const holds = near.toLowerCase().startsWith(name.toLowerCase()) && name.length > 2;
  return holds || distance(name.toLowerCase(), near.toLowerCase()) <= Math.max(1, Math.floor(name.length / 3))
    ? `Did you mean \`${near}\`?`
    : undefined;
}
