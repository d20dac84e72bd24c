import { type Column, type Filter, type Quantity, UserError } from "@mlops-actions/core";
import type { Breakable, Declared, DistinctRequest, Fact } from "@mlops-actions/tables";
import { columnOf, type Of, type Opened, requireColumn, TABLES } from "./opened.ts";
import type { Ruleset } from "./ruleset.ts";

/** What one metric of a condition needs to be known of the tables. `breaking`: the rows that it counts, where these can be named. */
export type Asked = { of: Opened; breaking?: Breakable | undefined } & (
  | { kind: "fact"; fact: Fact }
  | { kind: "distinct" | "duplicates"; request: DistinctRequest }
  | { kind: "mean"; value: Declared; where: readonly Filter[] }
  | {
      kind: "overlap";
      first: { table: string; columns: readonly Column[] };
      second: { table: string; columns: readonly Column[] };
      missing: "none" | "equal";
    }
  | { kind: "conflicts"; features: readonly Column[]; label: Column }
);

/**
 * Finds what a metric asks of the opened tables.
 * @throws UserError without a place: whoever asks knows where the condition stands
 */
export function askedBy(
  { name, args, where, over }: Quantity,
  rules: Ruleset,
  opened: readonly Opened[],
  now: Date,
): Asked {
  if (over !== undefined)
    throw new UserError("check-groups", `\`${over.how}\` compares what models do to groups, not tables`, {
      remedy: 'Write one condition a group: missing(age)[sex = "Female"] <= 1%.',
    });
  const words = args.flatMap((arg) => ("column" in arg ? [arg.column] : []));
  const [first = "", second] = words;
  const table = (called: string | undefined) => tableOf(opened, called);
  const { columns } = rules.section;
  const declared = (of: Opened, column: string): Declared => ({
    column: requireColumn(of, column),
    type: Object.hasOwn(columns, column) ? columns[column]?.type : undefined,
  });
  const filtered = (of: Opened) => {
    for (const { column } of where) requireColumn(of, column);
    return where;
  };
  switch (name) {
    case "rows": {
      const of = table(first);
      return { of, kind: "fact", fact: { kind: "rows", where: filtered(of) } };
    }
    case "missing": {
      const of = table(second);
      const value = declared(of, first);
      return {
        of,
        kind: "fact",
        fact: { kind: "missing", of: value, where: filtered(of) },
        ...(where.length === 0 && { breaking: { rule: { ...value, demand: { kind: "missing" } } } }),
      };
    }
    case "distinct":
    case "duplicates": {
      const { of, columns, missing } = valuesOf(first, second, rules, opened);
      return {
        of,
        kind: name,
        request: { columns, missing, where: filtered(of) },
        ...(name === "duplicates" &&
          where.length === 0 &&
          missing === "none" && { breaking: { unique: columns } }),
      };
    }
    case "mean": {
      const of = table(second);
      return { of, kind: "mean", value: numeric(of, declared(of, first), name), where: filtered(of) };
    }
    case "quantile": {
      const of = table(second);
      const q = args.flatMap((arg) => ("number" in arg ? [arg.number] : []))[0] ?? 0.5;
      if (q < 0 || q > 1)
        throw new UserError("check-quantile", `${q} is no quantile`, {
          remedy: `Write a number from 0 to 1: quantile(${first}, 0.5) is the median.`,
        });
      const value = numeric(of, declared(of, first), name);
      return { of, kind: "fact", fact: { kind: "quantile", of: value, q, where: filtered(of) } };
    }
    case "freshness": {
      const of = table(second);
      const value = declared(of, first);
      const type = value.type ?? value.column.type;
      if (type !== "date" && type !== "timestamp")
        throw new UserError("check-type", `\`${first}\` of ${of.label} is of type ${type}, not a time`, {
          remedy: `Name a column of dates or times, or declare it: \`data: { columns: { ${first}: { type: date } } }\`.`,
        });
      const until = now.getTime() * 1000;
      return { of, kind: "fact", fact: { kind: "newest", of: value, until, where: filtered(of) } };
    }
    case "overlap":
      return overlapOf(table(first), table(second), words.slice(2), rules);
    case "conflicts":
      return conflictsOf(table(first), rules);
    default:
      throw new Error(`No metric of validation is called ${name}`);
  }
}

function isTable(word: string): word is Of {
  return (TABLES as readonly string[]).includes(word);
}

/** The table of this name; without one the training rows, and where there are none those that there are. */
function tableOf(opened: readonly Opened[], called: string | undefined): Opened {
  const found = called === undefined ? opened[0] : opened.find(({ of }) => of === called);
  if (found !== undefined) return found;
  const named = isTable(called ?? "");
  throw new UserError(
    "check-table",
    named ? `\`data.${called}\` is not written` : `\`${called}\` is no table`,
    { remedy: named ? `Name its files in \`data.${called}\`.` : "The tables are `train` and `test`." },
  );
}

/** What `distinct` and `duplicates` count: values of a column, keys, or whole rows. */
function valuesOf(
  word: string,
  second: string | undefined,
  { key }: Ruleset,
  opened: readonly Opened[],
): { of: Opened; columns: readonly Column[]; missing: "none" | "equal" } {
  const isWhole = isTable(word) && second === undefined;
  const of = tableOf(opened, isWhole ? word : second);
  const isColumn = columnOf(of, word) !== undefined;
  if (isWhole && !isColumn) return { of, columns: of.table.columns, missing: "equal" };
  const isKey = word === "key" && key.length > 0;
  if ((isWhole || (isKey && key.join() !== "key")) && isColumn)
    throw new UserError("check-ambiguous", `\`${word}\` is a column of ${of.label} as well`, {
      remedy: `Write the condition on the columns themselves, or give the column another name.`,
    });
  if (word === "key" && !isKey && !isColumn)
    throw new UserError("check-key", "`key` stands for `data.key`, which is not written", {
      remedy: "Name the columns that identify a row in `data.key`, or a column here.",
    });
  const names = isKey ? key : [word];
  return { of, columns: names.map((name) => requireColumn(of, name)), missing: "none" };
}

function numeric(of: Opened, value: Declared, metric: string): Declared {
  const type = value.type ?? value.column.type;
  if (type === "integer" || type === "number") return value;
  const { name } = value.column;
  throw new UserError(
    "check-type",
    `\`${metric}\` needs numbers, and \`${name}\` of ${of.label} is of type ${type}`,
    {
      remedy: `Name a column of numbers, or declare it: \`data: { columns: { ${name}: { type: number } } }\`.`,
    },
  );
}

/** By the columns given, else by the key, else as whole rows of the columns that both tables have. */
function overlapOf(first: Opened, second: Opened, by: readonly string[], { key }: Ruleset): Asked {
  if (first.of === second.of)
    throw new UserError("check-table", "A table is compared with itself", {
      remedy: "Write overlap(train, test).",
    });
  const wanted = by.length > 0 ? by : key;
  const names =
    wanted.length > 0
      ? wanted
      : first.table.columns.map(({ name }) => name).filter((name) => columnOf(second, name) !== undefined);
  if (names.length === 0)
    throw new UserError("check-overlap", `${first.label} and ${second.label} have no column in common`, {
      remedy: "Name the columns that tell a row in `data.key`.",
    });
  const side = (of: Opened) => ({
    table: of.table.name,
    columns: names.map((name) => requireColumn(of, name)),
  });
  const sides = { first: side(first), second: side(second) };
  if (wanted.length === 0) return { of: second, kind: "overlap", ...sides, missing: "equal" };
  const breaking = { absent: sides.second.columns, from: sides.first };
  return { of: second, kind: "overlap", ...sides, missing: "none", breaking };
}

function conflictsOf(of: Opened, { key, label }: Ruleset): Asked {
  if (label === undefined)
    throw new UserError("check-label", "`conflicts` needs to know the label", {
      remedy: "Name it: `data: { label: { column: NAME } }`.",
    });
  const features = of.table.columns.filter(({ name }) => name !== label.column && !key.includes(name));
  return { of, kind: "conflicts", features, label: requireColumn(of, label.column) };
}
