import stringWidth from "string-width";

/** A cell: its text, and how it is painted once it has its width. */
export interface Cell {
  text: string;
  paint?: ((text: string) => string) | undefined;
  align?: "left" | "right" | undefined;
}

const GAP = "  ";

/** Rows of cells as lines of equal columns; `null` where a line would be wider than `width`. */
export function columns(rows: readonly (readonly Cell[])[], width: number): string[] | null {
  const count = Math.max(0, ...rows.map(({ length }) => length));
  const widths = Array.from({ length: count }, (_, index) =>
    Math.max(0, ...rows.map((row) => stringWidth(row[index]?.text ?? ""))),
  );
  const used = widths.map((each, index) => ({ each, index })).filter(({ each }) => each > 0);
  if (used.reduce((sum, { each }) => sum + each + GAP.length, -GAP.length) > width) return null;
  return rows.map((row) =>
    used
      .map(({ each, index }) => padded(row[index], each))
      .join(GAP)
      .trimEnd(),
  );
}

/** Words on lines of at most `width` columns; a longer word has a line of its own. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const next = line === "" ? word : `${line} ${word}`;
    if (line !== "" && stringWidth(next) > width) {
      lines.push(line);
      line = word;
    } else line = next;
  }
  return [...lines, line].filter((each) => each !== "");
}

function padded(cell: Cell | undefined, width: number): string {
  const { text, paint, align } = cell ?? { text: "" };
  const space = " ".repeat(Math.max(0, width - stringWidth(text)));
  const painted = paint === undefined ? text : paint(text);
  return align === "right" ? space + painted : painted + space;
}
