import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { conditions } from "./condition.arbitrary.ts";
import { ConditionError } from "./condition-error.ts";
import { parseCondition } from "./parse.ts";
import { printCondition } from "./print.ts";

const EVERY_LINE_OF_THE_GUIDE = [
  "auc >= 0.85",
  "auc - baseline.auc > -0.005",
  "rmse / baseline.rmse < 1.02",
  'recall[sex = "Female"] - baseline.recall[sex = "Female"] > -0.02',
  "gap(recall by sex) - baseline.gap(recall by sex) <= 5%",
  "worst(auc by sex, race) >= 0.80",
  "worst(auc by sex * race) >= 0.80",
  "flips <= 8%",
  "latency.p95 / baseline.latency.p95 <= 1.2",
  "latency.p95 <= 20 ms",
  "size <= 50 MB",
  "missing(age) <= 1%",
  "rows(train) >= 10_000",
  "duplicates(key) = 0",
  "overlap(train, test) = 0",
  "drift(age) <= 0.05",
  "error_rate / stable.error_rate <= 1.5",
  "auc - baseline.auc > 0.01 +/- 0.005",
  "freshness(signup_date) <= 45 d",
  "average_precision - baseline.average_precision > -0.04",
  'recall[plan = "pro"] - baseline.recall[plan = "pro"] > -0.08',
  "macro_f1 - baseline.macro_f1 > -0.01",
  "worst(accuracy by site) >= 0.85",
  "top2 - baseline.top2 > -0.01",
  "error_rate - stable.error_rate <= 0.5%",
  "distinct(series) >= 800",
  "leakage(time) = 0",
  "wape / baseline.wape < 1.02",
  "abs(bias) <= 3%",
  "coverage(q10, q90) >= 76%",
  "worst(wape by store) / baseline.worst(wape by store) < 1.10",
  'wape[category = "fresh"] / baseline.wape[category = "fresh"] < 1.03',
  "wape / released.wape < 1.15",
  "mae[workingday = 0] / baseline.mae[workingday = 0] < 1.1",
];

describe("reading a condition", () => {
  it.each(EVERY_LINE_OF_THE_GUIDE)("%s", (line) => {
    expect(bare(parseCondition(printCondition(parseCondition(line))))).toEqual(bare(parseCondition(line)));
  });

  it("takes prefix, name, arguments, slice and groups apart", () => {
    expect(
      bare(parseCondition('baseline.gap(recall(0.5)[`my age` >= -3, x = "a ""b"""] by sex, `x y` * z) > 1')),
    ).toEqual({
      left: {
        kind: "metric",
        metric: {
          source: "baseline",
          name: "recall",
          args: [{ literal: { number: 0.5 } }],
          where: [
            { column: "my age", op: ">=", value: -3 },
            { column: "x", op: "=", value: 'a "b"' },
          ],
          over: { how: "gap", by: [["sex"], ["x y", "z"]] },
        },
      },
      op: ">",
      right: { kind: "literal", literal: { number: 1 } },
    });
  });

  it("reads the model before gap and inside it as the same", () => {
    expect(bare(parseCondition("gap(baseline.recall by sex) < 1"))).toEqual(
      bare(parseCondition("baseline.gap(recall by sex) < 1")),
    );
  });

  it.each([
    ["10_000", 10000, undefined],
    ["-1.5e-3", -0.0015, undefined],
    [".5", 0.5, undefined],
    ["+3%", 3, "%"],
    ["20ms", 20, "ms"],
    ["1 GiB", 1, "GiB"],
  ])("reads the number %s", (text, number, unit) => {
    expect(parseCondition(`auc > ${text}`).right).toMatchObject({
      literal: { number, text, ...(unit !== undefined && { unit }) },
    });
  });

  it("multiplies before it adds, and reads operators of one rank from the left", () => {
    expect(parseCondition("a - b - c * d / 2 > 0").left).toEqual(
      expect.objectContaining({
        op: "-",
        left: expect.objectContaining({ op: "-" }),
        right: expect.objectContaining({ op: "/", left: expect.objectContaining({ op: "*" }) }),
      }),
    );
  });

  it("says where each part stands", () => {
    const text = "auc - baseline.auc > -0.005";
    const { left, right } = parseCondition(text);
    expect([left, right].map(({ at }) => text.slice(at.from, at.to))).toEqual([
      "auc - baseline.auc",
      "-0.005",
    ]);
  });
});

describe("the nearest right form", () => {
  it.each([
    ["", "empty", ""],
    [" \t ", "empty", ""],
    ["0.1 < auc < 0.2", "chain", "Write two lines: `0.1 < auc` and `auc < 0.2`."],
    ["auc == 0.5", "lookalike", "Write = instead."],
    ["auc => 0.5", "lookalike", "Write >= instead."],
    ["auc =< 0.5", "lookalike", "Write <= instead."],
    ["auc <> 0.5", "lookalike", "Write != instead."],
    ["auc ≥ 0.5", "lookalike", "Write >= instead."],
    ["auc > −0.5", "lookalike", "Write - instead."],
    ["auc > 0.5 ± 0.1", "lookalike", "Write +/- instead."],
    ["recall[sex = “F”] > 0.5", "lookalike", 'Write " instead.'],
    ["auc > 0.5 && auc < 0.7", "logic", "A list means all"],
    ["auc > 0.5 and auc < 0.7", "logic", "A list means all"],
    ["auc > 0.5 OR f1 > 0.7", "logic", "A list means all"],
    ["auc and f1 > 0.7", "logic", "A list means all"],
    ["not auc > 0.5", "logic", "A list means all"],
    ["!auc", "logic", "A list means all"],
    ["auc[] > 0.5", "slice", "Write `auc` for all rows"],
    ["recall[sex = 'F'] > 0.5", "single-quotes", "double quotes"],
    ["recall[sex = F] > 0.5", "value", 'Values are in double quotes: "F".'],
    ["recall[sex = `F`] > 0.5", "value", 'Values are in double quotes: "F".'],
    ['recall[sex: "F"] > 0.5', "slice", 'Write sex = "…".'],
    ['recall["sex" = "F"] > 0.5', "column", "backticks"],
    ["recall[sex] > 0.5", "slice", 'Write sex = "…".'],
    ['recall[sex = "F" and age > 3] > 0.5', "slice", 'Write [sex = "F", age >= 30].'],
    ["recall[share > 5%] > 0.5", "value", "as it stands in the column"],
    ["auc", "comparator", "Say what it must be: auc >= 0.85."],
    ["auc 0.85", "comparator", "Write one of"],
    ["auc: 0.85", "comparator", "Write one of"],
    ["auc >= 0.85 please", "unit", "Units are %, ms"],
    ["auc >= baseline.auc please", "trailing", "a list means all"],
    ["rows(train) >= 10,000", "comma", "10_000"],
    ["flips <= baseline.flips %", "percent", "flips <= 8%"],
    ["(auc > 0.5", "parentheses", "or leave it out"],
    ["(auc - 0.5", "unclosed", "Close it with )"],
    ["auc) > 0.5", "unopened", ""],
    ["auc > 0.5]", "unopened", ""],
    ["missing(age > 0.5", "unexpected", "Close the ( first."],
    ["missing(age", "unclosed", "single quotes"],
    ['recall[tag = "a', "unclosed", "put the whole line in single quotes"],
    ["recall[tag =", "unclosed", "put the whole line in single quotes"],
    ["missing(`a", "unclosed", "put the whole line in single quotes"],
    ["latency.p95 < 20 sec", "unit", "Write s."],
    ["size < 50 mb", "unit", "Write MB."],
    ["size < 50 KB", "unit", "Write kB."],
    ["size < 50 furlongs", "unit", "Units are"],
    ["gap(recall) < 0.1", "groups", "Write gap(recall by sex)."],
    ["gap < 0.1", "groups", "Write gap(recall by sex)."],
    ["gap(by sex) < 0.1", "groups", "Write gap(recall by sex)."],
    ["gap(worst(recall by a) by b) < 0.1", "groups", "Write gap(recall by sex)."],
    ["gap(recall by sex)[age > 30] < 0.1", "slice", "inside"],
    ["overlap(train, test by batch) = 0", "groups", "gap(recall by sex)"],
    ["baseline.gap(baseline.recall by sex) < 0.1", "prefix", "baseline.gap(recall by sex)"],
    ["baseline > 0.1", "prefix", "Write baseline.auc."],
    ["baseline.stable.auc > 0.1", "prefix", "Write stable.auc."],
    ["missing(baseline.age) > 0.1", "prefix", "Write baseline.missing(age)"],
    ["recall by sex > 0.1", "groups", "Write gap(recall by sex)"],
    ['recall[sex = "F"][age > 3] > 0.5', "slice", 'Write [sex = "F", age >= 30].'],
    ["'auc > 0.5'", "single-quotes", "once"],
    ["auc > 0.5 # at least", "comment", "closing quote"],
    ["baseline. auc > 0.5", "dot", "baseline.auc"],
    ["rows(train) > 10k", "unit", "Units are"],
    // What is left of `[gap(recall by sex, race) <= 5%]`.
    ["gap(recall by sex", "unclosed", "at a comma of a list"],
    ["race) <= 5%", "unopened", "at a comma, put the whole line in single quotes"],
    ["rows() > 1", "arguments", "without them"],
    ["-auc > -0.5", "minus", "0 - "],
    ["auc ** 2 > 0.5", "not-linear", "sums of metrics"],
    ["ndcg@10 > 0.5", "at-sign", "ndcg(10)"],
    ["auc > 0.5 +/- 0", "tolerance", "at the end"],
    ["auc > 0.5 +/- 0.1 +/- 0.1", "tolerance", "at the end"],
    ["auc +/- 0.1 > 0.5", "comparator", ""],
    ["`auc` > 0.5", "column", "missing(`my column`)"],
    ['"auc" > 0.5', "value", "plain"],
    ["> 0.5", "unexpected", ""],
    ["auc >", "incomplete", ""],
    ["auc > 1e999", "number", ""],
    ["auc > 0.5 \u200b", "character", ""],
  ])("of %j is said (%s)", (text, code, remedy) => {
    const error = failure(text);
    expect(error.code).toBe(`condition-${code}`);
    expect(`${error.message} ${error.remedy}`).toContain(remedy);
  });

  it("keeps hostile lines from exhausting the stack", () => {
    expect(failure("(".repeat(200)).code).toBe("condition-depth");
    expect(failure(`${"auc + ".repeat(2000)}auc > 1`).code).toBe("condition-length");
  });

  it("names invisible characters", () => {
    expect(failure("auc\u200b > 0.5").message).toContain("U+200B");
  });

  it("points at what is wrong", () => {
    const text = "recall[sex = F] > 0.5";
    const { from, to } = failure(text).offset;
    expect(text.slice(from, to)).toBe("F");
  });

  it("can be placed in a file", () => {
    const placed = failure("auc == 1").placed({ file: "mlops.yml", line: 3, column: 9 });
    expect(placed.toJSON()).toEqual({
      code: "condition-lookalike",
      message: "== is not part of a condition",
      remedy: "Write = instead.",
      at: { file: "mlops.yml", line: 3, column: 9 },
    });
  });
});

describe("for any text", () => {
  const readsOrExplains = (text: string) => {
    try {
      parseCondition(text);
    } catch (error) {
      expect(error).toBeInstanceOf(ConditionError);
      const { offset, message, remedy } = error as ConditionError;
      expect(offset.from).toBeGreaterThanOrEqual(0);
      expect(offset.to).toBeGreaterThanOrEqual(offset.from);
      expect(offset.to).toBeLessThanOrEqual(text.length);
      expect(message).not.toBe("");
      expect(remedy).not.toBe("");
    }
  };

  it("reads it or explains why not", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 80 }), readsOrExplains), { numRuns: 2000 });
    fc.assert(fc.property(fc.string({ unit: "grapheme", maxLength: 80 }), readsOrExplains), {
      numRuns: 2000,
    });
  });

  it("reads or explains what is made of its own pieces", () => {
    const piece = fc.constantFrom(
      ..."auc|baseline.|gap(|worst(|by| |, |(|)|[|]|=|<|>=|+/-|+|-|*|/|0.5|1e|%|ms|\"|`|'|.|and|x|_|\n".split(
        "|",
      ),
    );
    const text = fc.array(piece, { maxLength: 25 }).map((pieces) => pieces.join(""));
    fc.assert(fc.property(text, readsOrExplains), { numRuns: 5000 });
  });

  it("reads or explains a condition with characters lost, doubled or replaced", () => {
    const mutated = fc
      .tuple(
        fc.constantFrom(...EVERY_LINE_OF_THE_GUIDE),
        fc.array(fc.tuple(fc.nat(80), fc.nat(3), fc.string({ unit: "binary", maxLength: 2 })), {
          maxLength: 4,
        }),
      )
      .map(([line, changes]) =>
        changes.reduce(
          (text, [at, drop, insert]) => text.slice(0, at) + insert + text.slice(at + drop),
          line,
        ),
      );
    fc.assert(fc.property(mutated, readsOrExplains), { numRuns: 3000 });
  });

  it("reads back what it prints, and prints that the same way", () => {
    fc.assert(
      fc.property(conditions, (condition) => {
        const text = printCondition(condition);
        const again = parseCondition(text);
        expect(bare(again)).toEqual(bare(condition));
        expect(printCondition(again)).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });
});

function failure(text: string): ConditionError {
  try {
    parseCondition(text);
  } catch (error) {
    if (error instanceof ConditionError) return error;
    throw error;
  }
  throw new Error(`${text} was read`);
}

/** Without positions and without how it was written. */
function bare(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, inner) => (key === "at" || key === "text" ? undefined : inner)),
  );
}
