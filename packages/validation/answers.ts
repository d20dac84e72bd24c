import type { Tables } from "@mlops-actions/core";
import {
  conflicts,
  distinct,
  type Fact,
  meanOf,
  overlap,
  type Rule,
  scan,
  type Told,
} from "@mlops-actions/tables";
import type { Asked } from "./asked.ts";
import type { ColumnRule } from "./column-rules.ts";
import type { Opened } from "./opened.ts";

/** Answers all questions about the tables together, in the order of the questions: one pass over each table for all that one pass can tell. */
export async function answersTo(
  tables: Tables,
  opened: readonly Opened[],
  asked: readonly Asked[],
): Promise<Told[]> {
  const answers = new Map<Asked, Told>();
  for (const of of opened) {
    const own = asked.filter((one) => one.of === of);
    const facts = own.filter((one) => one.kind === "fact");
    const told = await scan(
      tables,
      of.table,
      facts.map(({ fact }) => fact),
    );
    for (const [i, one] of facts.entries()) answers.set(one, told[i] as Told);
    const counted = own.filter((one) => "request" in one);
    const found = await distinct(
      tables,
      of.table.name,
      counted.map(({ request }) => request),
    );
    for (const [i, one] of counted.entries()) {
      const { rows, distinct } = found[i] as (typeof found)[number];
      answers.set(one, { value: one.kind === "distinct" ? distinct : rows - distinct, n: rows });
    }
    for (const one of own) {
      if (one.kind === "mean") answers.set(one, await meanOf(tables, of.table.name, one.value, one.where));
      if (one.kind === "overlap") answers.set(one, await overlap(tables, one));
      if (one.kind === "conflicts")
        answers.set(one, await conflicts(tables, of.table.name, one.features, one.label));
    }
  }
  return asked.map((one) => answers.get(one) as Told);
}

/** The question that a rule of a column is. */
export function askedOf({ of, is }: ColumnRule & { is: Rule | "unique" }, column: Rule["column"]): Asked {
  if (is === "unique")
    return {
      of,
      kind: "duplicates",
      request: { columns: [column], missing: "none", where: [] },
      breaking: { unique: [column] },
    };
  const fact: Fact = { kind: "broken", rule: is };
  return { of, kind: "fact", fact, breaking: { rule: is } };
}
