import { stripVTControlCharacters } from "node:util";

// Controls, bidirectional marks, zero-width and default-ignorable characters (among them tags, which carry hidden
// text), private and unassigned code points. Line ends are here too: no text of ours needs one.
const HIDDEN = /(?!(?<=\p{Extended_Pictographic})\uFE0F)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\p{DI}]/gu;
const STACKED = /(\p{M}{3})\p{M}+/gu;

/** Text that shows what it holds: one line, no hidden characters, no control sequences, at most `most` characters. */
export function clean(text: string, most = 1000): string {
  const seen = stripVTControlCharacters(text.toWellFormed())
    .replace(/[\s\p{Zl}\p{Zp}]+/gu, (space) => (space === "\u00a0" ? space : " "))
    .replace(HIDDEN, "")
    .replace(STACKED, "$1");
  return cut(seen, most);
}

/** A name from data, for a code span: what hides is written as its code point, so that a reviewer sees it. */
export function cleanCode(text: string, most = 80): string {
  const seen = text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\p{DI}]/gu, written)
    .replace(STACKED, "$1")
    .trim();
  return seen === "" ? "(empty)" : cut(seen, most);
}

/** A command or listing: lines stay lines. */
export function cleanLines(text: string, most = 4000): string {
  const lines = text
    .split(/\r?\n/)
    .map((line) => cut(stripVTControlCharacters(line.toWellFormed()).replace(HIDDEN, ""), 500));
  return cut(lines.join("\n"), most);
}

/** At most `most` characters, never half a code point. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

function written(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16)}}`;
}
