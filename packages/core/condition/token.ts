import type { At } from "./ast.ts";
import { ConditionError, CUT_BY_YAML, excerpt } from "./condition-error.ts";
import { TOKEN_TRAPS } from "./token-trap.ts";

/** `column` and `quoted` carry what stood between the quotes; all others carry their text. */
export interface Token {
  kind: "number" | "name" | "column" | "quoted" | "symbol" | "end";
  text: string;
  at: At;
}

const NAME = /[\p{L}_][\p{L}\p{M}\p{N}_]*(?:\.[\p{L}\p{M}\p{N}_]+)*/uy;
const NUMBER = /(?:\d+(?:_\d+)*(?:\.\d+(?:_\d+)*)?|\.\d+)(?:[eE][+-]?\d+(?![\p{L}_]))?/uy;
const SYMBOL = /\+\/-|>=|<=|!=|[><=+\-*/()[\],%:]/y;
const SPACE = /\s+/y;
// A doubled quote stands for itself, as in SQL and CSV.
const QUOTED = /"(?:[^"]|"")*"/y;
const COLUMN = /`(?:[^`]|``)*`/y;

const PAIR = /^[\ud800-\udbff][\udc00-\udfff]/;

/** Whether `text` can be written without backticks. */
export function isName(text: string): boolean {
  NAME.lastIndex = 0;
  return NAME.exec(text)?.[0] === text;
}

/** Splits a condition into tokens; the last one is always `end`. Throws `ConditionError`. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let from = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = from;
    return pattern.exec(text)?.[0];
  };
  const add = (kind: Token["kind"], raw: string, value = raw) => {
    tokens.push({ kind, text: value, at: { from, to: from + raw.length } });
    from += raw.length;
  };
  while (from < text.length) {
    const space = take(SPACE);
    if (space !== undefined) {
      from += space.length;
      continue;
    }
    for (const { pattern, code, explain } of TOKEN_TRAPS) {
      const trapped = take(pattern);
      if (trapped === undefined) continue;
      const { message, remedy } = explain(trapped);
      throw new ConditionError(code, message, { remedy, offset: { from, to: from + trapped.length } });
    }
    const number = take(NUMBER);
    const name = number === undefined ? take(NAME) : undefined;
    const quoted = take(QUOTED);
    const column = take(COLUMN);
    const symbol = take(SYMBOL);
    if (number !== undefined) add("number", number);
    else if (name !== undefined) add("name", name);
    else if (quoted !== undefined) add("quoted", quoted, quoted.slice(1, -1).replaceAll('""', '"'));
    else if (column !== undefined) add("column", column, column.slice(1, -1).replaceAll("``", "`"));
    else if (symbol !== undefined) add("symbol", symbol);
    else throw stray(text, from);
  }
  tokens.push({ kind: "end", text: "", at: { from: text.length, to: text.length } });
  return tokens;
}

function stray(text: string, from: number): ConditionError {
  const quote = text[from];
  if (quote === '"' || quote === "`")
    return new ConditionError("unclosed", `${excerpt(text.slice(from))} is never closed`, {
      remedy: `Close it with ${quote}. ${CUT_BY_YAML}`,
      offset: { from, to: text.length },
    });
  // Not codePointAt: V8 13.6, once it has compiled this, completes half a character at the end of a text from other memory.
  const length = PAIR.test(text.slice(from, from + 2)) ? 2 : 1;
  const character = text.slice(from, from + length);
  const point = length === 2 ? (character.codePointAt(0) ?? 0) : character.charCodeAt(0);
  const shown = /[\p{L}\p{N}\p{P}\p{S}]/u.test(character)
    ? character
    : `U+${point.toString(16).toUpperCase().padStart(4, "0")}`;
  return new ConditionError("character", `A condition has no place for ${shown}`, {
    remedy:
      'Columns with unusual names stand in backticks, values in double quotes: recall[`my column` = "a, b"].',
    offset: { from, to: from + length },
  });
}
