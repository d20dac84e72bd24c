import type { Block, Inline } from "@mlops-actions/core";
import type { Paragraph, RootContent, Table, TableRow } from "mdast";
import { type Comparison, comparisonOf, ownText, type Row } from "../comparison/row.ts";
import { SIGN } from "../text/words.ts";
import { type InlineContext, phrasing } from "./inline.ts";

/** The table of conditions and, below it, what its cells cannot say. */
export function comparison(
  block: Extract<Block, { kind: "comparison" }>,
  context: InlineContext & { rows: number },
): RootContent[] {
  const found = comparisonOf(block);
  const shown = found.rows.slice(0, context.rows);
  const compares = found.baseline !== null;
  const header: Inline[][] = [["metric"], [found.own], ["rule"], ["verdict"]];
  if (found.baseline !== null) header.splice(1, 1, [found.baseline], [found.own], [found.change]);
  const table: Table = {
    type: "table",
    align: compares ? ["left", "right", "right", "left", "left", "left"] : ["left", "right", "left", "left"],
    children: [header, ...shown.map((row) => cells(row, found))].map((row) => tableRow(row, context)),
  };
  const notes = shown.flatMap((row) => (row.note === null ? [] : [note(row.label, row.note, context)]));
  const list: RootContent[] =
    notes.length === 0
      ? []
      : [
          {
            type: "list",
            ordered: false,
            spread: false,
            children: notes.map((paragraph) => ({ type: "listItem", spread: false, children: [paragraph] })),
          },
        ];
  return [table, ...left(found.rows.length - shown.length), ...list];
}

/** The line that stands for rows that were cut. */
export function left(rows: number): Paragraph[] {
  if (rows <= 0) return [];
  const text = `… ${rows.toLocaleString("en-US")} more ${rows === 1 ? "row" : "rows"}, see the job summary`;
  return [{ type: "paragraph", children: [{ type: "text", value: text }] }];
}

export function tableRow(cells: readonly (readonly Inline[])[], context: InlineContext): TableRow {
  return {
    type: "tableRow",
    children: cells.map((cell) => ({
      type: "tableCell",
      children: phrasing(cell, { ...context, cell: true, most: 200 }),
    })),
  };
}

function cells(row: Row, { baseline }: Comparison): Inline[][] {
  const name: Inline[] = row.primary ? [...row.label.map(bold), " (primary)"] : row.label;
  const change: Inline[] = [];
  if (row.change !== null) {
    change.push(row.primary ? { strong: row.change.value } : row.change.value);
    if (row.change.interval !== null) change.push(` ${row.change.interval}`);
  }
  const verdict = [`${SIGN[row.verdict]}\u00a0${row.word.replaceAll(" ", "\u00a0")}`];
  if (baseline === null) return [name, [ownText(row, "—")], [row.rule], verdict];
  return [name, [row.baseline ?? ""], [ownText(row, "—")], change, [row.rule], verdict];
}

function bold(part: Inline): Inline {
  return typeof part === "string" && part.trim() === part ? { strong: part } : part;
}

function note(label: readonly Inline[], why: readonly Inline[], context: InlineContext): Paragraph {
  const inlines: Inline[] = [...label, ": ", ...why];
  return { type: "paragraph", children: phrasing(inlines, { ...context, most: 300 }) };
}
