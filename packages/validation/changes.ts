import { type Project, type Tables, UserError } from "@mlops-actions/core";
import { diffRows, distinct } from "@mlops-actions/tables";
import type { Change } from "./details.ts";
import { columnOf, type Of, type Opened, TABLES } from "./opened.ts";
import type { Ruleset } from "./ruleset.ts";
import type { Section } from "./section.ts";

/** How a table differs from itself at the base; `undefined` where there is no base. */
export async function changeOf(
  tables: Tables,
  opened: Opened,
  { before }: Pick<Project<Section>, "before">,
  { key, label }: Ruleset,
  types: Readonly<Record<string, "string">>,
): Promise<Change | undefined> {
  const base = before?.[opened.of];
  if (base === undefined || base.kind === "same") return base;
  if (base.kind === "none") return { kind: "new" };
  if (base.kind === "unknown") return { kind: "unknown", why: "not-in-git" };
  const was = await readable(tables, opened, { ...base.source, types: { ...types, ...base.source.types } });
  if (was === undefined) return { kind: "unknown", why: "unreadable" };
  const isKeyed =
    key.length > 0 && (await isUnique(tables, opened, key)) && (await isUnique(tables, was, key));
  const difference = await diffRows(tables, {
    base: was.table.name,
    head: opened.table.name,
    key: isKeyed ? key : [],
    label: label?.column ?? "",
  });
  const { added, removed, relabelled, changed, columnsAdded, columnsRemoved } = difference;
  return {
    kind: "changed",
    by: isKeyed ? "key" : "row",
    before: was.table.rows,
    added,
    removed,
    relabelled,
    changed,
    columns: {
      added: columnsAdded,
      removed: columnsRemoved,
      types: was.table.columns.flatMap(({ name, type }) => {
        const now = columnOf(opened, name)?.type;
        return now === undefined || now === type ? [] : [{ column: name, before: type, now }];
      }),
    },
  };
}

/** Tables that the base has and the change names no longer. */
export function goneOf({ before, data }: Pick<Project<Section>, "before" | "data">): Of[] {
  return TABLES.filter(
    (name) => data[name] === undefined && before !== undefined && before[name].kind !== "none",
  );
}

// A base that cannot be read hides nothing of the change: the reader is told that there was nothing to compare with.
async function readable(
  tables: Tables,
  { of, label }: Opened,
  source: Parameters<Tables["open"]>[1],
): Promise<Opened | undefined> {
  try {
    return { of, label, table: await tables.open(`${of} at the base`, source) };
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

async function isUnique(tables: Tables, opened: Opened, key: readonly string[]): Promise<boolean> {
  const columns = key.flatMap((name) => columnOf(opened, name) ?? []);
  if (columns.length < key.length) return false;
  const [found] = await distinct(tables, opened.table.name, [{ columns, missing: "none", where: [] }]);
  return found?.rows === opened.table.rows && found.distinct === opened.table.rows;
}
