import { stripVTControlCharacters } from "node:util";

// The runner acts on `::command::` at the start of a line, after spaces, and on `##[command]` anywhere in it.
const COMMAND = /^(\s*):(?=:)|##(?=\[)/gm;

/**
 * Text from data, branches, models and children, made safe for the log: no line of it is a workflow command, no carriage return hides
 * what came before, no escape sequence moves the cursor.
 */
export function defuse(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll(/\r\n?|[\u2028\u2029\u0085\v\f]/g, "\n")
    .replaceAll(/[^\P{Cc}\n\t]/gu, "")
    .replaceAll(COMMAND, (match) => `${match}\u200b`);
}
