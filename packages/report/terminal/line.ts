import { cleanLines } from "../text/clean.ts";

// Where the terminal is the log of a job, the runner obeys a line that begins with `::`, and `##[` anywhere in it.
export function withoutCommands(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are our own
  return text.replace(/^((?:\s|\u001b\[\d+m)*)::/gm, "$1: :").replaceAll("##[", "# #[");
}

/** A line that a program of somebody's has printed, as a terminal may show it: no control sequence, no workflow command. */
export function printable(line: string): string {
  return withoutCommands(cleanLines(line));
}
