import type { Scalar } from "yaml";

/**
 * Where a character of a scalar's value stands in the file: `offset` counts in the value, the result in the text. Quotes,
 * escapes, folds and block headers lie between the two; where they cannot be told apart, the nearest place before.
 */
export function scalarOffset(text: string, node: Scalar, offset: number): number {
  const [from, to] = node.range ?? [0, 0];
  const value = String(node.value);
  let at = from + headLength(text.slice(from, to), node.type);
  for (let i = 0; i < Math.min(offset, value.length); ) {
    const step = next(text, at, node.type, value[i] as string);
    at = Math.min(step.at, to);
    i += step.taken;
  }
  // A fold stands between two words: point at the next word, not at the end of the line before it.
  const target = value[offset];
  if (target !== undefined && !isSpace(target)) while (at < to && isSpace(text[at])) at++;
  return Math.min(at, to);
}

function headLength(source: string, type: Scalar["type"]): number {
  if (type === "QUOTE_DOUBLE" || type === "QUOTE_SINGLE") return 1;
  if (type !== "BLOCK_FOLDED" && type !== "BLOCK_LITERAL") return 0;
  return /^[^\n]*\n[ ]*/.exec(source)?.[0].length ?? 0;
}

function next(text: string, at: number, type: Scalar["type"], wanted: string): { at: number; taken: number } {
  if (type === "QUOTE_SINGLE" && text.startsWith("''", at)) return { at: at + 2, taken: 1 };
  if (type === "QUOTE_DOUBLE" && text[at] === "\\") return escaped(text, at);
  const fold = /^[ \t]*(?:\r?\n[ \t]*)+/.exec(text.slice(at, at + 1000));
  if (fold !== null && isSpace(wanted)) return { at: at + fold[0].length, taken: 1 };
  return { at: at + 1, taken: 1 };
}

function escaped(text: string, at: number): { at: number; taken: number } {
  const folded = /^\\\r?\n[ \t]*/.exec(text.slice(at, at + 1000));
  if (folded !== null) return { at: at + folded[0].length, taken: 0 };
  const digits = { x: 2, u: 4, U: 8 }[text[at + 1] ?? ""] ?? 0;
  const code = Number.parseInt(text.slice(at + 2, at + 2 + digits), 16);
  return { at: at + 2 + digits, taken: code > 0xffff ? 2 : 1 };
}

function isSpace(character: string | undefined): boolean {
  return character !== undefined && /\s/.test(character);
}
