import type { ColumnType } from "@mlops-actions/core";

/** Whole numbers that a double holds exactly: identifiers beyond them are text, so that they compare exactly. */
const exact = "9007199254740991";

const integer = "[+-]?[0-9]+";
const plainInteger = "[+-]?(0|[1-9][0-9]*)";
const number = "[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?";
const special = "(?i)(nan|[+-]?inf(inity)?)";
const day = "[0-9]{4}-[0-9]{2}-[0-9]{2}";
const zone = "(Z|[+-][0-9]{2}(:?[0-9]{2})?)";
const moment = `${day}[ T][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)?`;

const matches = (text: string, pattern: string) => `regexp_full_match(${text}, '${pattern}')`;

/**
 * A text as a value of a type; NULL where it is none. Stricter than the engine's own casts, which take `1.5` for the
 * integer 2, `1_000` for a number, `1e400` for infinity and drop a time's zone.
 */
export function cast(text: string, type: ColumnType): string {
  switch (type) {
    case "string":
      return text;
    case "integer":
      return `CASE WHEN ${matches(text, integer)} AND abs(TRY_CAST(${text} AS HUGEINT)) <= ${exact} THEN TRY_CAST(${text} AS BIGINT) END`;
    case "number":
      return `CASE WHEN ${matches(text, number)} THEN ${finite(text)} WHEN ${matches(text, special)} THEN TRY_CAST(${text} AS DOUBLE) END`;
    case "boolean":
      return `CASE WHEN lower(${text}) IN ('true', 't', 'yes', '1') THEN true WHEN lower(${text}) IN ('false', 'f', 'no', '0') THEN false END`;
    case "date":
      return `CASE WHEN ${matches(text, day)} THEN TRY_CAST(${text} AS DATE) END`;
    case "timestamp":
      return `CASE WHEN ${matches(text, `${moment}${zone}`)} THEN TRY_CAST(${text} AS TIMESTAMPTZ)::TIMESTAMP WHEN ${matches(text, moment)} OR ${matches(text, day)} THEN TRY_CAST(${text} AS TIMESTAMP) END`;
  }
}

function finite(text: string): string {
  return `CASE WHEN isfinite(TRY_CAST(${text} AS DOUBLE)) THEN TRY_CAST(${text} AS DOUBLE) END`;
}

/** Kinds of text, as bits: a column is what all of its values can be. */
const kinds = { integer: 1, number: 2, boolean: 4, date: 8, timestamp: 16, other: 32 } as const;

/**
 * The bit of one text's kind; NULL for NULL. `007` and whole numbers beyond 2^53 are text: as numbers they would lose
 * what tells them apart.
 */
export function kindOf(text: string): string {
  const whole = `${matches(text, plainInteger)}`;
  return `CASE WHEN ${text} IS NULL THEN NULL
    WHEN ${whole} THEN CASE WHEN length(${text}) < 16 OR abs(TRY_CAST(${text} AS HUGEINT)) <= ${exact} THEN ${kinds.integer} ELSE ${kinds.other} END
    WHEN ${matches(text, "[+-]?0[0-9]+")} THEN ${kinds.other}
    WHEN ${matches(text, number)} THEN CASE WHEN isfinite(TRY_CAST(${text} AS DOUBLE)) THEN ${kinds.number} ELSE ${kinds.other} END
    WHEN length(${text}) > 40 THEN ${kinds.other}
    WHEN ${matches(text, special)} THEN ${kinds.number}
    WHEN lower(${text}) IN ('true', 'false') THEN ${kinds.boolean}
    WHEN ${matches(text, day)} THEN CASE WHEN TRY_CAST(${text} AS DATE) IS NULL THEN ${kinds.other} ELSE ${kinds.date} END
    WHEN ${matches(text, `${moment}${zone}?`)} THEN CASE WHEN TRY_CAST(${text} AS TIMESTAMP) IS NULL THEN ${kinds.other} ELSE ${kinds.timestamp} END
    ELSE ${kinds.other} END`;
}

/** @param bits all kinds in a column, joined by "or"; 0 or null for a column without values */
export function typeOf(bits: number | null): ColumnType {
  if (bits === null || bits === 0) return "string";
  const only = (allowed: number) => (bits & ~allowed) === 0;
  if (only(kinds.integer)) return "integer";
  if (only(kinds.integer | kinds.number)) return "number";
  if (only(kinds.boolean)) return "boolean";
  if (only(kinds.date)) return "date";
  if (only(kinds.date | kinds.timestamp)) return "timestamp";
  return "string";
}
