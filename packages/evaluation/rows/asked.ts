import type { Asking, Column, Models, OpenedTable, Tables, Task } from "@mlops-actions/core";
import { identifier, literal } from "@mlops-actions/tables";
import { z } from "zod";
import type { Side } from "../side/side.ts";

/** The key of test rows that have none of their own. */
export const ROW = "(row)";

/** The test rows with their place in the file as a key. */
export async function withRowNumbers(tables: Tables, test: OpenedTable, name: string): Promise<OpenedTable> {
  await tables.query(
    `CREATE OR REPLACE TEMP TABLE ${identifier(name)} AS SELECT rowid AS ${identifier(ROW)}, * FROM ${identifier(test.name)}`,
    z.unknown(),
  );
  return { ...test, name };
}

/** The rows as a model may see them: without the label. @returns the name of the table */
export async function askedRows(
  tables: Tables,
  { name: from, columns }: OpenedTable,
  name: string,
  label: string,
): Promise<string> {
  const shown = columns.some((column) => column.name === label) ? `* EXCLUDE (${identifier(label)})` : "*";
  await tables.query(
    `CREATE OR REPLACE TEMP TABLE ${identifier(name)} AS SELECT ${shown} FROM ${identifier(from)}`,
    z.unknown(),
  );
  return name;
}

/** A model that can be asked here. */
export type Model = Extract<Side["answering"], { by: "model" }>;

/** How a model is asked about a table of rows. */
export function askingOf(
  { model, from }: { model: Model; from: string },
  { label, task, classes }: { label: string; task: Task; classes: readonly string[] },
): Asking {
  return {
    model: { file: model.file, label },
    task,
    classes,
    features: model.interface.features,
    from,
  };
}

/** Asks a model about every row. A version that knows other classes than today's answers with labels: its scores are of other questions. */
export async function answersByModel(
  models: Models,
  tables: Tables,
  of: {
    into: string;
    asking: { model: Model; from: string };
    label: string;
    task: Task;
    classes: readonly string[];
    key: readonly string[];
  },
): Promise<OpenedTable> {
  const own = of.asking.model.interface.classes;
  const isOther =
    of.task === "multiclass" &&
    own !== undefined &&
    [...own].sort().join("\0") !== [...of.classes].sort().join("\0");
  const asked = askingOf(of.asking, { ...of, classes: (of.task === "multiclass" && own) || of.classes });
  const answers = await models.predict({ ...asked, into: of.into, keep: of.key });
  if (!isOther) return answers;
  const scores = own.map((name) => identifier(`p_${name}`));
  if (!own.every((name) => answers.columns.some((column) => column.name === `p_${name}`))) return answers;
  const labelled = `${of.into} as labels`;
  const list = own.map((name) => literal(name)).join(", ");
  await tables.query(
    `CREATE OR REPLACE TEMP TABLE ${identifier(labelled)} AS SELECT * EXCLUDE (${scores.join(", ")}),
       [${list}][list_position([${scores.join(", ")}], greatest(${scores.join(", ")}))] AS label FROM ${identifier(of.into)}`,
    z.unknown(),
  );
  const isScore = ({ name }: Column) => own.some((one) => name === `p_${one}`);
  const columns = answers.columns.filter((column) => !isScore(column));
  const label = answers.columns.find(isScore);
  return {
    ...answers,
    name: labelled,
    columns: label === undefined ? columns : [...columns, { ...label, name: "label", type: "string" }],
  };
}

const changed = z.object({ n: z.number() });

/** How many rows of the base have other features in a change: in any column that both have, but key and label. */
export async function changedRows(
  tables: Tables,
  base: OpenedTable,
  head: OpenedTable,
  key: readonly string[],
  label: string,
): Promise<number> {
  const typeOf = new Map(head.columns.map(({ name, type }) => [name, type]));
  const shared = base.columns.filter(({ name }) => name !== label && !key.includes(name) && typeOf.has(name));
  if (shared.length === 0) return 0;
  // A column of another type holds other values, whatever they look like.
  const differs = shared.map(({ name, type }) =>
    typeOf.get(name) === type ? `b.${identifier(name)} IS DISTINCT FROM h.${identifier(name)}` : "true",
  );
  const isSameKey = key.map(
    (name) => `CAST(b.${identifier(name)} AS VARCHAR) = CAST(h.${identifier(name)} AS VARCHAR)`,
  );
  const [found] = await tables.query(
    `SELECT count_if(${differs.join(" OR ")})::DOUBLE AS n
       FROM ${identifier(base.name)} b JOIN ${identifier(head.name)} h ON ${isSameKey.join(" AND ")}`,
    changed,
  );
  return found?.n ?? 0;
}
