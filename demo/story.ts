import { styleText } from "node:util";

/** Tells what happens, line by line, to somebody who has never seen it. */
export interface Story {
  title(text: string): void;
  chapter(text: string): void;
  /** A paragraph, broken into lines. */
  say(text: string): void;
  /** An empty line. */
  pause(): void;
  /** Something that takes a while: told when it begins, and how long it took. */
  during<T>(text: string, work: () => Promise<T>): Promise<T>;
  /** What arrived from elsewhere, set apart from our own words. */
  quote(heading: string, text: string): void;
  /** The first row is the head. */
  table(rows: readonly (readonly string[])[]): void;
}

export interface Terminal {
  write(text: string): void;
  color: boolean;
  /** Whether it shows more than US-ASCII. */
  unicode: boolean;
  width: number;
  /** Milliseconds of a clock that only goes forwards. */
  now(): number;
}

/** A terminal that keeps what is written until it is opened: for what is told later than it happens. */
export function heldBack(terminal: Terminal): { terminal: Terminal; open(): void } {
  let kept: string[] | undefined = [];
  const write = (text: string) => (kept === undefined ? terminal.write(text) : void kept.push(text));
  return {
    terminal: { ...terminal, write },
    open() {
      for (const text of kept ?? []) terminal.write(text);
      kept = undefined;
    },
  };
}

const INDENT = "   ";

export function tell({ write, color, unicode, width, now }: Terminal): Story {
  const paint = (style: Parameters<typeof styleText>[0], text: string) =>
    color ? styleText(style, text, { validateStream: false }) : text;
  const signs = (text: string) => (unicode ? text : text.replaceAll("−", "-").replaceAll("\u00a0", " "));
  const dim = (text: string) => paint("dim", text);
  return {
    title: (text) => write(`\n${paint("bold", signs(text))}\n\n`),
    chapter: (text) => write(`\n${paint(["bold", "blue"], signs(text))}\n\n`),
    say(text) {
      for (const line of wrapped(signs(text), width - INDENT.length)) write(`${INDENT}${line}\n`);
    },
    pause: () => write("\n"),
    async during(text, work) {
      const start = now();
      write(`${INDENT}${signs(text)} ... `);
      try {
        const result = await work();
        write(`${dim(`${((now() - start) / 1000).toFixed(1)} s`)}\n`);
        return result;
      } catch (error) {
        write("\n");
        throw error;
      }
    },
    quote(heading, text) {
      const [top, bar, bottom] = (unicode ? ["╭", "│", "╰"] : ["+", "|", "+"]).map(dim);
      write(`${INDENT}${top} ${signs(heading)}\n${INDENT}${bar}\n`);
      for (const line of text.trimEnd().split("\n")) write(`${INDENT}${bar} ${line}`.trimEnd().concat("\n"));
      write(`${INDENT}${bottom}\n`);
    },
    table(rows) {
      const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
      for (const [index, row] of rows.entries()) {
        const line = row.map((cell, at) => signs(cell).padEnd(widths[at] ?? 0));
        const text = line.join("  ").trimEnd();
        write(`${INDENT}${index === 0 ? dim(text) : text}\n`);
      }
    },
  };
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
