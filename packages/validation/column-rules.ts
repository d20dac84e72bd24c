import { type Place, UserError } from "@mlops-actions/core";
import type { Rule } from "@mlops-actions/tables";
import { type DemandKey, demandsOf, type Spelled } from "./demands.ts";
import { columnOf, nearest, type Opened } from "./opened.ts";
import type { Ruleset } from "./ruleset.ts";
import type { ColumnSection, Section } from "./section.ts";
import { rowsAllowed, shareText } from "./share.ts";

/** One rule of one column in one table. */
export interface ColumnRule {
  of: Opened;
  column: string;
  key: DemandKey;
  /** What is asked: `at least 16` */
  rule: string;
  /** What rows that break it are. */
  broken: string;
  /** `absent`: the table has no such column. */
  is: Rule | "unique" | "absent";
  /** So many rows may break it. */
  allowed: number;
  path: readonly (string | number)[];
  /** What would help where the column is absent. */
  hint?: string | undefined;
}

const VALUE_RULES: ReadonlySet<DemandKey> = new Set([
  "min",
  "max",
  "values",
  "pattern",
  "min_length",
  "max_length",
]);

/** Reads the rules of all columns before any data is opened. @throws UserError with its place in `mlops.yml` */
export function spelledOf(rules: Ruleset, now: Date): Map<string, Spelled[]> {
  const iso = now.toISOString().slice(0, 19).replace("T", " ");
  return new Map(
    Object.entries(rules.section.columns).map(([column, section]) => {
      const place = (key: keyof ColumnSection | undefined): Place =>
        rules.place(["data", "columns", column, ...(key === undefined ? [] : [key])]);
      return [column, demandsOf(section, iso, place)];
    }),
  );
}

/** The rules of all columns for the tables that have them. */
export function columnRulesOf(
  { section }: Pick<Ruleset, "section">,
  spelled: ReadonlyMap<string, Spelled[]>,
  opened: readonly Opened[],
): ColumnRule[] {
  return opened.flatMap((of) =>
    Object.entries(section.columns)
      .filter(([, { table }]) => table === undefined || table === of.of)
      .flatMap(([column, written]) => rulesOf(of, column, written, spelled.get(column) ?? [])),
  );
}

function rulesOf(
  of: Opened,
  column: string,
  section: ColumnSection,
  spelled: readonly Spelled[],
): ColumnRule[] {
  const path = ["data", "columns", column];
  const found = columnOf(of, column);
  if (found === undefined)
    return [
      {
        of,
        column,
        key: "exists",
        rule: "is there",
        broken: "without the column",
        is: "absent",
        allowed: 0,
        path,
        hint: nearest(of, column),
      },
    ];
  const { type } = section;
  return spelled.map(({ key, written, demand, rule, broken }) => {
    const share = key === "missing" ? section.max_missing : VALUE_RULES.has(key) ? section.max_outside : 0;
    const allowed = rowsAllowed(share ?? 0, of.table.rows);
    const tolerance = share === undefined || shareText(share) === "0%" ? "" : shareText(share);
    const told =
      key === "missing" && tolerance !== ""
        ? `at most ${tolerance} missing`
        : `${rule}${tolerance === "" ? "" : ` (but for ${tolerance})`}`;
    return {
      of,
      column,
      key,
      rule: told,
      broken,
      is: demand === "unique" ? "unique" : { column: found, type, demand },
      allowed,
      path: written === undefined ? path : [...path, written],
    };
  });
}

/** Which declared texts must be read as texts: a whole number is one of a code's many spellings. */
export function readAsText({ columns }: Section): Record<string, "string"> {
  return Object.fromEntries(
    Object.entries(columns).flatMap(([name, { type }]) => (type === "string" ? [[name, "string"]] : [])),
  );
}

/** @throws UserError for a rule that only says something of columns of another type than the table's own */
export function requireFit({ is, key, column, of }: ColumnRule, at: Place): void {
  if (typeof is === "string" || is.type !== undefined) return;
  const { type } = is.column;
  const isOrder = key === "min" || key === "max";
  const isText = key === "pattern" || key === "min_length" || key === "max_length";
  const isNumber = type === "integer" || type === "number";
  if ((isOrder && !isNumber) || (isText && type !== "string"))
    throw new UserError(
      "rule-unfit",
      `\`${column}\` of ${of.label} is of type ${type}, and \`${key}\` says nothing of that`,
      {
        remedy: `Write \`type: ${isText ? "string" : "number"}\` for the column if it should be one.`,
        at,
      },
    );
}
