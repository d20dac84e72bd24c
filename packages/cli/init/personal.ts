import type { ColumnProfile } from "@mlops-actions/tables";

/** Last words of columns that name somebody, or say how to reach one. */
const NAMING = new Set(
  (
    "name surname lastname firstname fullname username login nickname person people user customer client patient employee worker student pupil teacher " +
    "doctor physician nurse driver passenger author writer owner agent manager rep representative email mail phone telephone mobile tel fax " +
    "address street ssn passport iban plate ip id uuid guid"
  ).split(" "),
);
/** What may stand behind such a word: `phone_number`, `user_hash`. */
const SUFFIXES = new Set(["number", "no", "nr", "code", "hash", "key"]);

const LOOKS: readonly RegExp[] = [
  /@[^@\s]+\.\w/,
  // Telephone numbers, but no `10000-20000`.
  /^(\+|\(|0[1-9])[\d\s()/.-]{6,}$/,
  /^\d{3}[-. ]\d{3}[-. ]\d{4}$/,
  // Codes that somebody was given: a UUID, K-104421.
  /^[\da-f]{8}-([\da-f]{4}-){3}[\da-f]{12}$/i,
  /^[a-z]{1,4}[-_]?\d{5,}$/i,
  // Two to four words, each with a capital letter, one of them perhaps an initial or a title: Dr. Ada K. Lovelace.
  /^(\p{Lu}[\p{L}'’-]*[.,]? ){1,3}\p{Lu}[\p{L}'’-]+$/u,
];

/**
 * Whether a column seems to hold persons: by what it is called, or by what most of its values look like. It is a guess, and a wrong one costs no more than a
 * rule that is not proposed.
 */
export function mayBePersonal(column: ColumnProfile): boolean {
  const words = column.name
    .split(/[^\p{L}]+|(?<=\p{Ll})(?=\p{Lu})/u)
    .flatMap((word) => word.toLowerCase() || []);
  const last = words.findLast((word) => !SUFFIXES.has(word));
  if (last !== undefined && NAMING.has(last)) return true;
  if (column.kind !== "category") return false;
  const alike = column.values.filter(({ value }) => LOOKS.some((pattern) => pattern.test(value.trim())));
  return alike.length > column.values.length / 2;
}
