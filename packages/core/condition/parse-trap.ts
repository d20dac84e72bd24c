import type { Expression } from "./ast.ts";
import { type ConditionError, excerpt } from "./condition-error.ts";
import type { Reader } from "./reader.ts";

/** Where a metric or a number had to stand. */
export function noOperand(reader: Reader): ConditionError {
  const { kind } = reader.here;
  if (reader.sees("-"))
    return reader.fail(
      "minus",
      "A minus stands before a number or between two metrics",
      "Write 0 - (…), or turn the comparison around.",
    );
  if (kind === "quoted")
    return reader.fail(
      "value",
      `${reader.found()}: a text stands only in a slice`,
      'Write recall[sex = "F"]; metrics are written plain.',
    );
  if (kind === "column")
    return reader.fail(
      "column",
      `${reader.found()} is a column, and a metric is expected`,
      "Write the metric and the column: missing(`my column`).",
    );
  if (reader.sees("[")) return reader.fail("slice", "A slice follows a metric", 'Write recall[sex = "F"].');
  if (reader.sees(")") || reader.sees("]")) return unopened(reader);
  if (reader.ended())
    return reader.fail(
      "incomplete",
      "Something is missing at the end",
      "Complete the comparison, for example auc >= 0.85.",
    );
  return reader.fail(
    "unexpected",
    `Expected a metric or a number instead of ${reader.found()}`,
    "Write it like auc >= 0.85.",
  );
}

/** Where a comparison had to follow its left side. */
export function withoutComparator(reader: Reader): ConditionError {
  if (reader.seesConnective()) return reader.logic();
  if (reader.sees(")") || reader.sees("]")) return unopened(reader);
  if (reader.sees("%")) return strayPercent(reader);
  if (reader.seesWord("by"))
    return reader.fail(
      "groups",
      "`by` belongs into gap(…) and worst(…)",
      "Write gap(recall by sex) or worst(recall by sex).",
    );
  const written = excerpt(reader.text.slice(0, reader.here.at.from).trim());
  return reader.ended()
    ? reader.fail("comparator", "Nothing is compared here", `Say what it must be: ${written} >= 0.85.`)
    : reader.fail(
        "comparator",
        `Expected a comparison instead of ${reader.found()}`,
        `Write one of > >= < <= = != after ${written}.`,
      );
}

/** Where a condition had to end. */
export function tooMuch(reader: Reader, left: Expression, right: Expression): ConditionError {
  if (reader.comparator() !== undefined) {
    const middle = right.at.from;
    const first = excerpt(reader.text.slice(left.at.from, right.at.to));
    const second = excerpt(reader.text.slice(middle).trim());
    return reader.fail(
      "chain",
      "A condition compares once",
      `Write two lines: \`${first}\` and \`${second}\`.`,
    );
  }
  if (reader.seesConnective()) return reader.logic();
  if (reader.sees(")") || reader.sees("]")) return unopened(reader);
  if (reader.sees("%")) return strayPercent(reader);
  if (reader.sees(",") && reader.ahead.kind === "number")
    return reader.fail(
      "comma",
      "A comma does not belong into a number",
      "Group digits with an underscore (10_000); decimals have a point.",
    );
  if (reader.sees("+/-"))
    return reader.fail("tolerance", "`+/-` stands once, at the end", "Write it like auc > 0.85 +/- 0.005.");
  return reader.fail(
    "trailing",
    `${excerpt(reader.text.slice(reader.here.at.from).trim())} is too much here`,
    "A condition is one comparison; a list means all of them.",
    { from: reader.here.at.from, to: reader.text.length },
  );
}

function unopened(reader: Reader): ConditionError {
  return reader.fail(
    "unopened",
    `${reader.here.text} was never opened`,
    "Take it away, or open it. If YAML split a list in [ ] at a comma, put the whole line in single quotes.",
  );
}

function strayPercent(reader: Reader): ConditionError {
  return reader.fail("percent", "% stands only after a number", "Write it like flips <= 8%.");
}
