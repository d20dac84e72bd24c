import type { Block, Inline } from "@mlops-actions/core";
import { comparisonOf, ownText, type Row } from "../comparison/row.ts";
import { formatRuleShort } from "../number/rule.ts";
import type { Style } from "../number/style.ts";
import { clean } from "../text/clean.ts";
import { plain } from "../text/words.ts";
import { type Cell, columns, wrap } from "./column.ts";
import type { Ink } from "./ink.ts";

/** One line per condition: value, change, interval, rule, verdict; two lines where the terminal is narrow. */
export function comparison(
  block: Extract<Block, { kind: "comparison" }>,
  { ink, width, unicode }: { ink: Ink; width: number; unicode: boolean },
): string[] {
  const style: Style = unicode ? "typographic" : "ascii";
  const { rows } = comparisonOf(block, style);
  const lines = columns(
    rows.map((row) => cellsOf(row, ink, style)),
    width,
  );
  const table = lines ?? rows.flatMap((row) => narrow(row, ink, width));
  const notes = rows.flatMap((row) =>
    row.note === null ? [] : wrap(`${name(row)}: ${text(row.note, ink)}`, width),
  );
  return notes.length === 0 ? table : [...table, "", ...notes];
}

function cellsOf(row: Row, ink: Ink, style: Style): Cell[] {
  const change = [row.change?.value, row.change?.interval ?? row.ownInterval];
  return [
    { text: name(row) },
    { text: row.baseline === null ? "" : `${row.baseline} ${ink.signs("→")}`, align: "right" },
    { text: row.own ?? "-" },
    { text: change.filter((part) => part != null).join(" ") },
    { text: formatRuleShort(row.judged.contrast, style), paint: ink.dim },
    { text: word(row), paint: (each) => ink.verdict(each, row.verdict) },
  ];
}

function narrow(row: Row, ink: Ink, width: number): string[] {
  const own = ownText(row, "-");
  const values = row.baseline === null ? own : `${row.baseline} ${ink.signs("→")} ${own}`;
  const change = row.change === null ? "" : `   ${row.change.value} ${row.change.interval ?? ""}`;
  return [
    `${ink.verdict(word(row), row.verdict)}  ${name(row)}`,
    ...wrap(`${values}${change}`, width - 4).map((line) => `    ${line}`),
    ...wrap(`rule: ${row.rule}`, width - 4).map((line) => `    ${ink.dim(line)}`),
  ];
}

// Failures stand out without colour; the rest is quiet.
function word({ verdict, word: said }: Row): string {
  return verdict === "pass" || verdict === "not_applicable" ? said : said.toUpperCase();
}

function name({ label }: Row): string {
  return clean(plain(label), 60);
}

function text(inlines: readonly Inline[], ink: Ink): string {
  return ink.signs(clean(plain(inlines), 300));
}
