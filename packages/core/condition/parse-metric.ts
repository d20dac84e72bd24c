import type { Source } from "../metric-spec.ts";
import type { Argument, Metric } from "./ast.ts";
import { excerpt } from "./condition-error.ts";
import { PREFIXES, readColumn } from "./parse-column.ts";
import { readLiteral, seesNumber } from "./parse-literal.ts";
import { readSlice } from "./parse-slice.ts";
import type { Reader } from "./reader.ts";

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
