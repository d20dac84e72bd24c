import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MetricSpec } from "../metric-spec.ts";
import type { Comparator, Expression } from "./ast.ts";
import { ConditionError } from "./condition-error.ts";
import { contrast, type Quantity } from "./contrast.ts";
import { normalise } from "./normalise.ts";
import { parseCondition } from "./parse.ts";
import { printQuantity } from "./print.ts";

const spec = (name: string, rest: Partial<MetricSpec> = {}): MetricSpec => ({
  name,
  unit: "proportion",
  chance: "sampled",
  sources: ["own", "baseline", "stable"],
  args: [],
  required: 0,
  positive: true,
  sliced: true,
  summary: name,
  ...rest,
});

const SPECS: readonly MetricSpec[] = [
  spec("auc"),
  spec("accuracy"),
  spec("recall", { args: ["number"] }),
  spec("f1"),
  spec("average_precision"),
  spec("log_loss", { unit: "native" }),
  spec("rmse", { unit: "native" }),
  spec("mae", { unit: "native" }),
  spec("bias", { unit: "native", positive: false }),
  spec("flips", { sources: ["own"] }),
  spec("latency.p95", { unit: "second", sliced: false }),
  spec("size", { unit: "byte", chance: "exact", sliced: false }),
  spec("missing", { chance: "exact", args: ["column"], required: 1, sources: ["own"] }),
  spec("rows", { unit: "count", chance: "exact", args: ["table"], required: 1, sources: ["own"] }),
  spec("overlap", {
    unit: "count",
    chance: "exact",
    args: ["table", "table"],
    required: 2,
    sources: ["own"],
  }),
  spec("matches", { args: ["column", "text"], required: 2, sources: ["own"] }),
  spec("cost", { unit: "USD", chance: "exact" }),
];

const of = (text: string) => normalise(parseCondition(text), SPECS);
const brief = (text: string) => {
  const { terms, op, limit } = of(text);
  return `${terms.map(({ weight, quantity }) => `${weight} ${printQuantity(quantity)}`).join(", ")} ${op} ${limit}`;
};

describe("a condition in linear form", () => {
  it.each([
    ["auc >= 0.85", "1 auc >= 0.85"],
    ["0.85 <= auc", "1 auc >= 0.85"],
    ["auc - baseline.auc > -0.005", "1 auc, -1 baseline.auc > -0.005"],
    ["baseline.auc - auc < 0.5%", "1 auc, -1 baseline.auc > -0.005"],
    ["auc > baseline.auc - 0.005", "1 auc, -1 baseline.auc > -0.005"],
    ["auc + 0.1 - 1.1 > 0 * baseline.auc - 0.3", "1 auc > 0.7"],
    ["(auc + recall) / 2 >= 80%", "0.5 auc, 0.5 recall >= 0.8"],
    ["2 * (auc - baseline.auc) > 0", "2 auc, -2 baseline.auc > 0"],
    ["rmse / baseline.rmse < 1.02", "1 rmse, -1.02 baseline.rmse < 1.02"],
    ["1.02 > rmse / baseline.rmse", "1 rmse, -1.02 baseline.rmse < 1.02"],
    ["2 * rmse / baseline.rmse < 1", "1 rmse, -0.5 baseline.rmse < 0.5"],
    ["rmse / (2 * baseline.rmse) < 1", "1 rmse, -2 baseline.rmse < 2"],
    ["rmse / baseline.rmse - 1 < 2%", "1 rmse, -1.02 baseline.rmse < 1.02"],
    ["(rmse - baseline.rmse) / baseline.rmse < 2%", "1 rmse, -1.02 baseline.rmse < 1.02"],
    ["1 - rmse / baseline.rmse > -0.02", "1 rmse, -1.02 baseline.rmse < 1.02"],
    ["rmse < 1.02 * baseline.rmse", "1 rmse, -1.02 baseline.rmse < 0"],
    ["rmse < 102% * baseline.rmse", "1 rmse, -1.02 baseline.rmse < 0"],
    ["latency.p95 <= 20 ms", "1 latency.p95 <= 0.02"],
    ["latency.p95 - stable.latency.p95 <= 0", "1 latency.p95, -1 stable.latency.p95 <= 0"],
    ["size <= 50 MB", "1 size <= 50000000"],
    ["size <= 1 GiB", "1 size <= 1073741824"],
    ["missing(age) <= 7%", "1 missing(age) <= 0.07"],
    ["rows(train) >= 10_000", "1 rows(train) >= 10000"],
    ["overlap(train, test) = 0", "1 overlap(train, test) = 0"],
    ["recall(0.5) > recall(50%) / 2", "0.5 recall(0.5) > 0"],
    ["gap(baseline.recall by sex) <= 5%", "1 baseline.gap(recall by sex) <= 0.05"],
  ])("%s is %s", (text, expected) => {
    expect(brief(text)).toBe(expected);
    expect(contrast.parse(of(text))).toEqual(of(text));
  });

  it("says the ratio, and its limit on the ratio's scale", () => {
    expect(of("1 - rmse / baseline.rmse > -2% +/- 1%")).toMatchObject({
      id: "rmse / baseline.rmse",
      op: "<",
      limit: 1.02,
      unit: "ratio",
      percent: true,
      neutral: 1,
      tolerance: 0.01,
      ratio: { numerator: { source: "own" }, denominator: { source: "baseline" } },
    });
    expect(of("2 * rmse / baseline.rmse < 2.04 +/- 0.02")).toMatchObject({ limit: 1.02, tolerance: 0.01 });
  });

  it.each([
    ["auc - baseline.auc > -0.005", 0],
    ["2 * auc - 2 * stable.auc > -0.005", 0],
    ["baseline.auc - auc < 0.005", 0],
    ['recall[sex = "F"] - baseline.recall[sex = "F"] > 0', 0],
    ["gap(recall by sex) - baseline.gap(recall by sex) <= 5%", 0],
    ["rmse / baseline.rmse < 1.02", 1],
    ["auc >= 0.85", null],
    ["auc - recall >= 0", null],
    ["2 * auc - baseline.auc > 0", null],
    ['recall[sex = "F"] - baseline.recall[sex = "M"] > 0', null],
    ["rmse / baseline.mae < 1.02", null],
    ["baseline.auc - stable.auc > 0", null],
  ])("knows where both sides of %s are equal", (text, neutral) => {
    expect(of(text).neutral).toBe(neutral);
  });

  it("gives what means the same one id", () => {
    const same = [
      "auc - baseline.auc > 0",
      "auc > baseline.auc",
      "baseline.auc < auc",
      "0.5 < auc - baseline.auc + 0.5",
    ];
    expect(new Set(same.map((text) => of(text).id))).toEqual(new Set(["auc - baseline.auc"]));
  });

  it("remembers that the limit was written in per cent", () => {
    expect(of("flips <= 8%").percent).toBe(true);
    expect(of("auc >= 0.85").percent).toBeUndefined();
    expect(of("rmse < 102% * baseline.rmse").percent).toBeUndefined();
  });
});

describe("what cannot be judged is refused", () => {
  it.each([
    ["auc * recall > 0.5", "not-linear", "sums of metrics"],
    ["1 / auc > 0.5", "not-linear", "one metric divided by another"],
    ["auc / (recall + f1) > 0.5", "not-linear", ""],
    ["rmse / baseline.rmse + auc < 1", "not-linear", ""],
    ["rmse / baseline.rmse < mae / baseline.mae", "not-linear", ""],
    ["(rmse / baseline.rmse) / mae < 1", "not-linear", ""],
    ["bias / baseline.bias < 1.1", "not-positive", "bias - baseline.bias"],
    ["rmse / baseline.rmse > -0.02", "vacuous", "rmse / baseline.rmse < 1.02"],
    ["auc / 0 > 1", "zero", ""],
    ["auc / (0 * recall) > 1", "zero", ""],
    ["1 < 2", "constant", "auc >= 0.85"],
    ["auc - auc > 0", "itself", "baseline."],
    ["0.1 * auc + 0.2 * auc > 0.3 * auc", "itself", ""],
    ["auc / auc > 0", "itself", ""],
    ["rmse / mae - rmse / mae < 1", "itself", ""],
    ["auc = 0.5", "equality", "range"],
    ["rows(train) > 5 +/- 1", "tolerance", "Leave out"],
    ["latency.p95 <= 20", "unit", "Say `20` ms."],
    ["size <= 50", "unit", "Say `50` MB."],
    ["latency.p95 <= 20%", "unit", "latency.p95 / baseline.latency.p95 <= 110%"],
    ["rows(train) > 5%", "unit", "Percentages are for"],
    ["latency.p95 <= 20 MB", "unit", "same unit"],
    ["auc - rmse > 0", "unit", "same unit"],
    ["rmse / latency.p95 < 1", "unit", "same unit"],
    ["latency.p95 < 20 ms +/- 1", "unit", "Give it the unit"],
    ["flips <= 8", "percent", "8%, or 800%"],
    ["auc > 1e300 * 1e300", "number", ""],
    ["churn <= 8%", "metric", "Did you mean flips?"],
    ["acc > 0.5", "metric", "Did you mean accuracy?"],
    ["f1_score > 0.5", "metric", "Did you mean f1?"],
    ["roc_auc > 0.5", "metric", "Did you mean auc?"],
    ["AUC > 0.5", "metric", "Did you mean auc?"],
    ["recal > 0.5", "metric", "Did you mean recall?"],
    ["avergae_precision > 0.5", "metric", "Did you mean average_precision?"],
    ["candidate.auc > 0.5", "metric", "Write auc."],
    ["production.auc > 0.5", "metric", "Write baseline.auc."],
    ["happiness > 0.5", "metric", "Metrics here: auc, accuracy"],
    ["baseline.flips < 8%", "source", "Write flips."],
    ["released.auc < 8%", "source", "Write auc or baseline.auc or stable.auc."],
    ["missing < 8%", "arguments", "Write missing(age)."],
    ["missing(age, sex) < 8%", "arguments", "takes 1 argument, not 2"],
    ['missing("age") < 8%', "arguments", "plain or in backticks"],
    ["auc(age) < 8%", "arguments", "takes no arguments"],
    ["recall(age) < 8%", "arguments", "is a number"],
    ["matches(age, sex) < 8%", "arguments", 'Write matches(age, "F").'],
    ['size[sex = "F"] < 8 MB', "slice", "without [ ]"],
    ["gap(size by sex) < 8 MB", "groups", "without `gap`"],
  ])("%s (%s)", (text, code, remedy) => {
    const error = refusal(text);
    expect(error.code).toBe(`condition-${code}`);
    expect(`${error.message} ${error.remedy}`).toContain(remedy);
    expect(error.offset.from).toBeLessThan(error.offset.to);
    expect(error.offset.to).toBeLessThanOrEqual(text.length);
  });

  it("points at the part that is wrong", () => {
    const text = "auc - baseline.recal > 0";
    const { from, to } = refusal(text).offset;
    expect(text.slice(from, to)).toBe("baseline.recal");
  });
});

describe("the value of a comparison survives normalisation", () => {
  const values = fc.record({
    rmse: fc.integer({ min: 1, max: 50 }),
    mae: fc.integer({ min: 1, max: 50 }),
    base: fc.integer({ min: 1, max: 50 }),
  });
  const op = fc.constantFrom(">", ">=", "<", "<=");
  const factor = fc.integer({ min: -6, max: 6 }).map(String);
  const name = fc.constantFrom("rmse", "mae", "baseline.rmse");
  const term = fc.oneof(
    name,
    factor,
    fc.tuple(factor, name).map(([number, metric]) => `${number} * ${metric}`),
    fc.tuple(name, fc.constantFrom("2", "-4")).map(([metric, number]) => `${metric} / ${number}`),
  );
  const { sum } = fc.letrec<{ sum: string }>((tie) => ({
    sum: fc.oneof(
      { maxDepth: 3 },
      term,
      fc
        .tuple(tie("sum"), fc.constantFrom("+", "-"), tie("sum"))
        .map(([a, sign, b]) => `(${a}) ${sign} (${b})`),
      fc.tuple(factor, tie("sum")).map(([number, inner]) => `${number} * (${inner})`),
    ),
  }));

  it("for sums", () => {
    fc.assert(
      fc.property(sum, op, sum, values, (left, comparator, right, given) => {
        const text = `${left} ${comparator} ${right}`;
        const found = judgedOrRefused(text, ["constant", "itself"]);
        fc.pre(found !== undefined);
        const total = found.terms.reduce(
          (sum, { weight, quantity }) => sum + weight * valueIn(quantity, given),
          0,
        );
        expect(compare(total, found.op, found.limit)).toBe(truth(text, given));
      }),
      { numRuns: 2000 },
    );
  });

  it("for ratios, on both scales", () => {
    const ratio = fc
      .tuple(
        fc.constantFrom("", "2 * ", "-4 * "),
        fc.constantFrom("baseline.rmse", "(2 * baseline.rmse)", "(baseline.rmse / -4)"),
      )
      .map(([scale, below]) => `${scale}rmse / ${below}`);
    const relative = fc.constantFrom(
      "(rmse - baseline.rmse) / baseline.rmse",
      "(2 * rmse + baseline.rmse) / (2 * baseline.rmse)",
    );
    const moved = fc
      .tuple(fc.oneof(ratio, relative), fc.integer({ min: -3, max: 3 }))
      .map(([text, shift]) => `${text} + ${shift}`);
    const either = fc.tuple(moved, op, fc.integer({ min: -20, max: 20 }), fc.boolean());
    fc.assert(
      fc.property(either, values, ([left, comparator, right, swap], given) => {
        const text = swap ? `${right} ${comparator} ${left}` : `${left} ${comparator} ${right}`;
        const found = judgedOrRefused(text, ["vacuous"]);
        fc.pre(found !== undefined);
        const total = found.terms.reduce(
          (sum, { weight, quantity }) => sum + weight * valueIn(quantity, given),
          0,
        );
        expect(compare(given.rmse / given.base, found.op, found.limit)).toBe(truth(text, given));
        expect(compare(total, found.op, 0)).toBe(truth(text, given));
      }),
      { numRuns: 2000 },
    );
  });

  interface Values {
    rmse: number;
    mae: number;
    base: number;
  }

  function judgedOrRefused(text: string, expected: readonly string[]) {
    try {
      return of(text);
    } catch (error) {
      if (error instanceof ConditionError && expected.some((code) => error.code === `condition-${code}`))
        return undefined;
      throw error;
    }
  }

  function valueIn({ source, name }: Pick<Quantity, "source" | "name">, given: Values): number {
    if (source === "baseline") return given.base;
    return name === "rmse" ? given.rmse : given.mae;
  }

  function truth(text: string, given: Values): boolean {
    const { left, op, right } = parseCondition(text);
    const evaluate = (expression: Expression): number => {
      if (expression.kind === "literal") return expression.literal.number;
      if (expression.kind === "metric") return valueIn(expression.metric, given);
      const [a, b] = [evaluate(expression.left), evaluate(expression.right)];
      return { "+": a + b, "-": a - b, "*": a * b, "/": a / b }[expression.op];
    };
    return compare(evaluate(left), op, evaluate(right));
  }

  // Differences of rounding decide nothing: the values are small whole numbers and their halves and quarters.
  function compare(a: number, op: Comparator, b: number): boolean {
    const equal = Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
    return equal ? op === ">=" || op === "<=" : (op === ">" || op === ">=") === a > b;
  }
});

function refusal(text: string): ConditionError {
  try {
    of(text);
  } catch (error) {
    if (error instanceof ConditionError) return error;
    throw error;
  }
  throw new Error(`${text} was accepted`);
}
