import type { Filter } from "./ast.ts";
import { excerpt } from "./condition-error.ts";
import { readColumn } from "./parse-column.ts";
import { readNumber, seesNumber } from "./parse-literal.ts";
import type { Reader } from "./reader.ts";

/** The filters in brackets after the metric `name`, joined by "and". */
export function readSlice(reader: Reader, name: string): Filter[] {
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
  if (reader.sees("["))
    throw reader.fail(
      "slice",
      "Several filters of a slice are joined by commas",
      'Write [sex = "F", age >= 30].',
    );
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
