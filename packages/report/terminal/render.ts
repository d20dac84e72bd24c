import type { Block, Document, Inline } from "@mlops-actions/core";
import { clean, cleanLines } from "../text/clean.ts";
import { placed } from "../text/place.ts";
import { plain, SAID } from "../text/words.ts";
import { columns, wrap } from "./column.ts";
import { comparison } from "./comparison.ts";
import { type Ink, inkOf } from "./ink.ts";
import { withoutCommands } from "./line.ts";

export interface TerminalOptions {
  color: boolean;
  /** Columns of the terminal. */
  width: number;
  /** Whether it shows more than US-ASCII. */
  unicode: boolean;
}

interface Context extends TerminalOptions {
  ink: Ink;
  failed: boolean;
}

/**
 * A document for people at a terminal: the verdict and its reason, then the table, then what to do. Folds and plots are
 * for the other sinks. A fault stands alone, as compilers print it. Ends with a line end.
 */
export function renderTerminal(document: Document, options: TerminalOptions): string {
  const failed = document.blocks.some(({ kind }) => kind === "fault");
  const context: Context = { ...options, ink: inkOf(options), failed };
  const parts = document.blocks.map((block) => linesOf(block, context)).filter(({ length }) => length > 0);
  return withoutCommands(`${parts.map((lines) => lines.join("\n")).join("\n\n")}\n`);
}

function linesOf(block: Block, context: Context): string[] {
  const { ink, width, failed } = context;
  const said = (inlines: readonly Inline[], most = 1000): string =>
    ink.signs(clean(plain(inlines), most).trim());
  const indented = (lines: readonly string[]): string[] =>
    lines.map((line) => (line === "" ? "" : `  ${line}`));
  switch (block.kind) {
    case "headline":
      if (failed) return [];
      return [
        `${ink.bold(ink.verdict(SAID[block.verdict].toUpperCase(), block.verdict))}  ${said(block.text, 300)}`.trimEnd(),
      ];
    case "text":
      if (block.text.some(leadsToTheRun)) return [];
      return indented(wrap(said(block.text), width - 2));
    case "warning":
      return indented(wrap(`warning: ${said(block.text)}`, width - 2)).map((line) =>
        ink.verdict(line, "inconclusive"),
      );
    case "steps":
      return indented([
        said([block.title], 200),
        ...block.items.flatMap((item, index) =>
          wrap(said(item), width - 5).map((line, at) => `${at === 0 ? `${index + 1}. ` : "   "}${line}`),
        ),
      ]);
    case "comparison":
      return indented(comparison(block, { ...context, width: width - 2 }));
    case "table":
      return indented(table(block, context, said));
    case "command":
      return indented(
        cleanLines(block.text)
          .split("\n")
          .map((line) => `$ ${line}`),
      );
    case "output":
      return indented(
        cleanLines(block.text)
          .split("\n")
          .map((line) => ink.dim(`| ${line}`)),
      );
    case "fault": {
      const { message, remedy, at } = block.fault;
      const place = at === undefined ? "" : `${placed(at)} `;
      return [
        `${ink.bold(said([place], 200))}${place === "" ? "" : " "}${ink.verdict("error:", "error")} ${said([message])}`,
        ...wrap(said([remedy]), width - 2).map((line) => `  ${line}`),
      ];
    }
    case "forest":
    case "fold":
      return [];
  }
}

// At a terminal there is no run to go to.
function leadsToTheRun(inline: Inline): boolean {
  return typeof inline === "object" && "link" in inline && inline.target.to === "run";
}

function table(
  block: Extract<Block, { kind: "table" }>,
  { ink, width }: Context,
  said: (inlines: readonly Inline[], most?: number) => string,
): string[] {
  const head = block.columns.map(({ title, align }) => ({ text: said([title], 40), paint: ink.dim, align }));
  const body = block.rows.map((row) =>
    block.columns.map(({ align }, index) => ({ text: said(row[index] ?? [], 40), align })),
  );
  const lines = columns([head, ...body], width - 2);
  return lines ?? block.rows.flatMap((row) => wrap(row.map((cell) => said(cell, 80)).join("  "), width - 2));
}
