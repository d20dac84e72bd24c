/** One line of a rollout's ledger. `step` -1 is the time before the canary has any requests. */
export interface Entry {
  kind: EntryKind;
  step: number;
  at: Date;
  /** Counters, in an order that the plan decides. */
  tallies: readonly number[];
}

/**
 * `aim`: from here on the step's weight is meant to be set; `seen`: it was set, and this was counted. The others end a rollout: `live`:
 * it carries everything; `harm`: it was worse, and taken back; `back`: taken back for another reason; `void`: it never had a request.
 */
export type EntryKind = keyof typeof LETTERS;

const LETTERS = { aim: "a", seen: "s", live: "l", harm: "h", back: "b", void: "v" } as const;
const MOST = 140;

/**
 * Writes an entry behind words for people, within what GitHub takes for a status. The ledger is made of statuses, so that a rollout has one
 * history, and whoever comes next reads the same as people do.
 * @throws RangeError where it does not fit
 */
export function printEntry({ kind, step, at, tallies }: Entry, words: string): string {
  const numbers = [Math.floor(at.getTime() / 1000), ...tallies].map((n) => n.toString(36)).join(".");
  const code = `[${LETTERS[kind]}${step + 1}:${numbers}]`;
  const room = MOST - code.length - 1;
  if (room < 20) throw new RangeError(`an entry of ${tallies.length} numbers does not fit: ${code}`);
  const line = words.replaceAll(/[\s\p{Cc}]+/gu, " ").trim();
  const said = line.length <= room ? line : `${line.slice(0, room - 1)}…`;
  return `${said} ${code}`;
}

/** The inverse of `printEntry`; `undefined` for what is no entry. */
export function parseEntry(description: string): Entry | undefined {
  const [, letter, step, numbers = ""] =
    /\[([aslhbv])(\d{1,3}):([0-9a-z]{1,10}(?:\.[0-9a-z]{1,11})*)\]$/.exec(description) ?? [];
  const kind = (Object.keys(LETTERS) as EntryKind[]).find((one) => LETTERS[one] === letter);
  if (kind === undefined || step === undefined) return undefined;
  const [seconds = 0, ...tallies] = numbers.split(".").map((text) => Number.parseInt(text, 36));
  if (![seconds, ...tallies].every(Number.isSafeInteger)) return undefined;
  return { kind, step: Number(step) - 1, at: new Date(seconds * 1000), tallies };
}
