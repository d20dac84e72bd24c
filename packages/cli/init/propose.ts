import {
  type OpenedTable,
  parseCondition,
  printCondition,
  type Tables,
  UserError,
} from "@mlops-actions/core";
import { type ColumnProfile, profileOf } from "@mlops-actions/tables";
import { answerColumn, answerOf, type Counted, labelValues } from "./answer.ts";
import { columnRule } from "./column-rule.ts";
import { keyOf } from "./key.ts";
import { marginOf } from "./margin.ts";
import { mayBePersonal } from "./personal.ts";
import type { Named, Proposal } from "./project-file.ts";

/** What the user has said, all of it optional but the model's name and the training rows. */
export interface Said {
  model: string;
  train: Named;
  test: Named | undefined;
  label: string | undefined;
  key: string | undefined;
  run: string;
  isStrict: boolean;
}

/** Groups worth a look of their own are few, and large enough to be judged. */
const SLICES = 2;
const GROUPS = 6;
const GROUP_ROWS = 100;
/** A name that no mapping of a project file may have. */
const UNWRITABLE = ["__proto__"];

/** What `mlops.yml` should say, from what the tables look like. */
export async function propose(
  tables: Tables,
  { train, test }: { train: OpenedTable; test: OpenedTable | undefined },
  said: Said,
): Promise<Proposal> {
  const label = answerColumn(train.columns, said.label);
  if (test !== undefined && !test.columns.some(({ name }) => name === label.name))
    throw new UserError("label-unknown", `${said.test?.file} has no column ${JSON.stringify(label.name)}`, {
      remedy:
        "name test rows with their labels, since models are judged by them; or name the training rows alone",
    });
  const key = await keyOf(tables, test ?? train, said.key);
  const having = [train, test].flatMap((table) =>
    table?.columns.some(({ name }) => name === key) ? [table.name] : [],
  );
  const { reference } = await profileOf(tables, {
    reference: { of: "train", table: train, without: key === undefined ? [] : [key] },
  });
  const features = reference.columns.filter(({ name }) => name !== label.name);
  const values = await labelValues(tables, train.name, label);
  const answer = answerOf(label, values);
  return {
    model: said.model,
    answer,
    train: said.train,
    test: said.test,
    key,
    columns: Object.fromEntries(
      features.flatMap((column) =>
        UNWRITABLE.includes(column.name) ? [] : [[column.name, columnRule(column)]],
      ),
    ),
    checks: [
      `rows(train) >= ${leastRows(train.rows)}`,
      ...(test === undefined ? [] : [`rows(test) >= ${leastRows(test.rows)}`]),
      `missing(${backticked(label.name)}, train) = 0%`,
      ...having.map((table) => `duplicates(key, ${table}) = 0`),
      ...(having.length === 2 ? ["overlap(train, test) = 0"] : []),
    ].map((check) => printCondition(parseCondition(check))),
    run: said.run,
    margin: test && marginOf(answer, test.rows),
    slices:
      test === undefined
        ? []
        : features
            .filter((column) => isSlice(column))
            .slice(0, SLICES)
            .map(({ name }) => name),
    isStrict: said.isStrict,
    strangeLabels:
      test === undefined || answer.task === "regression"
        ? []
        : strangersOf(await labelValues(tables, test.name, label), values),
    personal: features.flatMap((column) => (mayBePersonal(column) ? [column.name] : [])),
  };
}

/** Values that the other list has not; 1 and 1.0 are one. */
function strangersOf(found: readonly Counted[], known: readonly Counted[]): string[] {
  const plain = ({ value }: Counted) => (/^-?[\d.]+$/.test(value) ? String(Number(value)) : value);
  const all = new Set(known.map(plain));
  return found.flatMap((one) => (all.has(plain(one)) ? [] : [one.value]));
}

/** Half of what there is, as one digit and noughts. */
function leastRows(rows: number): number {
  const half = Math.max(1, rows / 2);
  const unit = 10 ** Math.floor(Math.log10(half));
  return Math.floor(half / unit) * unit;
}

function isSlice(column: ColumnProfile): boolean {
  if (column.kind !== "category" || column.other.distinct > 0 || mayBePersonal(column)) return false;
  const { length } = column.values;
  return length >= 2 && length <= GROUPS && column.values.every(({ count }) => count >= GROUP_ROWS);
}

function backticked(column: string): string {
  return `\`${column.replaceAll("`", "``")}\``;
}
