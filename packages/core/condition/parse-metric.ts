import type { Source } from "../metric-spec.ts";
import type { Argument, Filter, Metric } from "./ast.ts";
import { excerpt } from "./condition-error.ts";
import { readLiteral, readNumber, seesNumber } from "./parse-literal.ts";
import type { Reader } from "./reader.ts";

/** First segments of a name that say which model is asked. */
export const PREFIXES: readonly Exclude<Source, "own">[] = ["baseline", "stable", "released"];

/** A metric with its prefix, arguments, slice and groups. */
export function readMetric(reader: Reader): Metric {
  const { from } = reader.here.at;
  const { source, name } = readName(reader);
  const metric =
    name === "gap" || name === "worst" ? readGroups(reader, source, name) : readPlain(reader, source, name);
  return { ...metric, at: reader.since(from) };
}

type Unplaced = Omit<Metric, "at">;

function readPlain(reader: Reader, source: Source, name: string): Unplaced {
  const args = reader.sees("(") ? readArguments(reader, name) : [];
  const where = reader.sees("[") ? readSlice(reader, name) : [];
  return { source, name, args, where };
}

function readGroups(reader: Reader, outer: Source, how: "gap" | "worst"): Unplaced {
  const open = reader.here;
  const shape = `${how}(recall by sex)`;
  if (!reader.takes("("))
    throw reader.fail("groups", `\`${how}\` needs a metric and its groups`, `Write ${shape}.`);
  if (reader.here.kind !== "name" || reader.seesWord("by"))
    throw reader.fail("groups", `\`${how}\` needs a metric, not ${reader.found()}`, `Write ${shape}.`);
  const inside = reader.here.at;
  const { source, name } = readName(reader);
  if (name === "gap" || name === "worst")
    throw reader.fail("groups", `\`${how}\` of a \`${name}\` cannot be judged`, `Write ${shape}.`, inside);
  if (source !== "own" && outer !== "own")
    throw reader.fail("prefix", "The model is named twice", `Write ${outer}.${shape}.`, inside);
  const metric = readPlain(reader, source === "own" ? outer : source, name);
  if (!reader.seesWord("by")) {
    if (reader.ended()) reader.close(")", open);
    throw reader.fail("groups", `\`${how}\` needs groups: \`by\` and a column`, `Write ${shape}.`);
  }
  reader.next();
  const by = [readCrossing(reader)];
  while (reader.takes(",")) by.push(readCrossing(reader));
  reader.close(")", open);
  if (reader.sees("["))
    throw reader.fail("slice", `A slice stands inside \`${how}\``, `Write ${how}(recall[age > 30] by sex).`);
  return { ...metric, over: { how, by } };
}

function readCrossing(reader: Reader): string[] {
  const columns = [readColumn(reader)];
  while (reader.takes("*")) columns.push(readColumn(reader));
  return columns;
}

function readName(reader: Reader): { source: Source; name: string } {
  const token = reader.next();
  const [first, ...rest] = token.text.split(".");
  const prefix = PREFIXES.find((word) => word === first);
  if (prefix === undefined) return { source: "own", name: token.text };
  if (rest.length === 0)
    throw reader.fail(
      "prefix",
      `\`${prefix}\` names a model, not a metric`,
      `Write ${prefix}.auc.`,
      token.at,
    );
  if (PREFIXES.some((word) => word === rest[0]))
    throw reader.fail("prefix", "The model is named twice", `Write ${rest.join(".")}.`, token.at);
  return { source: prefix, name: rest.join(".") };
}

function readArguments(reader: Reader, name: string): Argument[] {
  const open = reader.next();
  if (reader.sees(")"))
    throw reader.fail(
      "arguments",
      "These parentheses are empty",
      `Write \`${excerpt(name)}\` without them, or name a column.`,
      {
        from: open.at.from,
        to: reader.here.at.to,
      },
    );
  const args: Argument[] = [];
  do {
    if (reader.ended()) reader.close(")", open);
    args.push(readArgument(reader));
  } while (reader.takes(","));
  if (reader.seesWord("by"))
    throw reader.fail(
      "groups",
      "`by` belongs into gap(…) and worst(…)",
      "Write gap(recall by sex) or worst(recall by sex); a metric's own arguments are separated by commas.",
    );
  reader.close(")", open);
  return args;
}

function readArgument(reader: Reader): Argument {
  if (seesNumber(reader)) return { literal: readLiteral(reader) };
  if (reader.here.kind === "quoted") return { quoted: reader.next().text };
  return { column: readColumn(reader) };
}

function readColumn(reader: Reader): string {
  const { kind, text, at } = reader.here;
  if (kind === "quoted")
    throw reader.fail(
      "column",
      `${reader.found()} is a value; a column is expected`,
      "Write the column plain or in backticks.",
    );
  if (kind !== "name" && kind !== "column")
    throw reader.fail(
      "column",
      `A column is expected instead of ${reader.found()}`,
      "Write a column's name, in backticks if it is unusual.",
    );
  if (kind === "column" && text === "")
    throw reader.fail(
      "column",
      "A column without name cannot be used",
      "Give the column a name in the table.",
    );
  reader.next();
  const prefix = kind === "name" ? PREFIXES.find((word) => word === text.split(".")[0]) : undefined;
  if (prefix !== undefined)
    throw reader.fail(
      "prefix",
      `\`${prefix}\` stands before a metric, not before a column`,
      `Write ${prefix}.missing(age), or put a column of that name in backticks.`,
      at,
    );
  return text;
}

function readSlice(reader: Reader, name: string): Filter[] {
  const open = reader.next();
  if (reader.sees("]"))
    throw reader.fail(
      "slice",
      "This slice is empty",
      `Write \`${excerpt(name)}\` for all rows, or ${excerpt(name)}[sex = "F"].`,
      {
        from: open.at.from,
        to: reader.here.at.to,
      },
    );
  const where: Filter[] = [];
  do {
    if (reader.ended()) reader.close("]", open);
    where.push(readFilter(reader, open));
  } while (reader.takes(","));
  if (reader.seesConnective())
    throw reader.fail(
      "slice",
      "Several filters of a slice are joined by commas",
      'Write [sex = "F", age >= 30].',
    );
  reader.close("]", open);
  return where;
}

function readFilter(reader: Reader, open: Reader["here"]): Filter {
  const column = readColumn(reader);
  if (reader.ended()) reader.close("]", open);
  const op = reader.comparator();
  if (op === undefined)
    throw reader.fail(
      "slice",
      `A slice compares a column with a value; ${reader.found()} does not`,
      `Write ${excerpt(column)} = "…".`,
    );
  reader.next();
  if (reader.ended()) reader.close("]", open);
  return { column, op, value: readValue(reader) };
}

function readValue(reader: Reader): string | number {
  if (reader.here.kind === "quoted") return reader.next().text;
  if (!seesNumber(reader))
    throw reader.fail(
      "value",
      `${reader.found()} is not a value`,
      reader.here.kind === "name" || reader.here.kind === "column"
        ? `Values are in double quotes: "${excerpt(reader.here.text)}".`
        : "Write a number, or a text in double quotes.",
    );
  const value = readNumber(reader);
  if (reader.sees("%") || (reader.here.kind === "name" && !reader.seesConnective()))
    throw reader.fail(
      "value",
      `The value in a slice is a plain number, without ${reader.found()}`,
      "Write it as it stands in the column, a text in double quotes.",
    );
  return value;
}
