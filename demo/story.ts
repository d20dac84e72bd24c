import { styleText } from "node:util";

/** Tells what happens, line by line, to somebody who has never seen it. */
export interface Story {
  title(text: string): void;
  chapter(text: string): void;
  /** A paragraph, broken into lines. */
  say(text: string): void;
  /** Something that takes a while: told when it begins, and how it ended. */
  during<T>(text: string, work: () => Promise<T>, ended?: (result: T) => string): Promise<T>;
  /** What arrived from elsewhere, set apart from our own words. */
  quote(heading: string, text: string): void;
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

export function tell({ write, color, unicode, width, now }: Terminal): Story {
  const paint = (style: Parameters<typeof styleText>[0], text: string) =>
    color ? styleText(style, text, { validateStream: false }) : text;
  const signs = (text: string) => (unicode ? text : text.replaceAll("−", "-").replaceAll("…", "..."));
  const say: Story["say"] = (text) => write(`${wrapped(signs(text), width - 3, "   ")}\n`);
  return {
    title: (text) => write(`\n${paint("bold", text)}\n\n`),
    chapter: (text) => write(`\n${paint(["bold", "blue"], signs(text))}\n`),
    say,
    async during(text, work, ended) {
      const start = now();
      write(`   ${signs(text)} ... `);
      try {
        const result = await work();
        const took = `${((now() - start) / 1000).toFixed(1)} s`;
        write(`${ended === undefined ? "" : `${signs(ended(result))}, `}${paint("dim", took)}\n`);
        return result;
      } catch (error) {
        write("\n");
        throw error;
      }
    },
    quote(heading, text) {
      const bar = paint("dim", unicode ? "│" : "|");
      const lines = text.trimEnd().split("\n");
      write(`\n   ${paint("dim", unicode ? "╭" : "+")} ${signs(heading)}\n   ${bar}\n`);
      write(lines.map((line) => `   ${bar} ${line}`.trimEnd()).join("\n"));
      write(`\n   ${paint("dim", unicode ? "╰" : "+")}\n\n`);
    },
    table(rows) {
      const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
      const lines = rows.map((row) =>
        row
          .map((cell, at) => cell.padEnd(widths[at] ?? 0))
          .join("  ")
          .trimEnd(),
      );
      write(`\n${lines.map((line, at) => `   ${at === 0 ? paint("dim", line) : line}`).join("\n")}\n\n`);
    },
  };
}

function wrapped(text: string, width: number, indent: string): string {
  const lines: string[] = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1) ?? "";
    if (line !== "" && line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines.map((line) => indent + line).join("\n");
}
