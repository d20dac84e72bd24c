import {
  ConditionError,
  type Contrast,
  type Estimate,
  type Judged,
  judge,
  type MissingEstimate,
  normalise,
  type Project,
  parseCondition,
  printCondition,
  printQuantity,
  type Quantity,
  type Task,
} from "@mlops-actions/core";
import { proportion } from "@mlops-actions/statistics";
import type { Compared } from "../compare/columns.ts";
import type { Released } from "../rows/reference.ts";
import type { Section } from "../section.ts";
import { metricsOf } from "./metrics.ts";
import type { Realised } from "./realised.ts";

export interface Rule {
  condition: string;
  contrast: Contrast;
  path: readonly (string | number)[];
}

// Where labels come and nothing is written about them: about what a release would have been refused for.
const DEFAULT: Readonly<Record<Task, string>> = {
  binary: "auc - released.auc > -0.02",
  multiclass: "accuracy - released.accuracy > -0.02",
  regression: "mae / released.mae < 1.1",
};

/** The conditions of the section; where there are labels and none is written, one of our own. */
export function rulesOf(project: Project<Section>): Rule[] {
  const { guardrails, labels } = project.section;
  const written = guardrails ?? (labels === undefined ? [] : [DEFAULT[project.task]]);
  const specs = metricsOf(project.task);
  return written.map((text, at) => {
    const path = guardrails === undefined ? ["drift", "labels"] : ["drift", "guardrails", at];
    try {
      const condition = parseCondition(text);
      return { condition: printCondition(condition), contrast: normalise(condition, specs), path };
    } catch (error) {
      if (!(error instanceof ConditionError)) throw error;
      throw error.placed(project.place(path, error.offset.from));
    }
  });
}

/** Everything that a condition may ask about. */
export interface Known {
  realised: readonly Realised[];
  released: ReadonlyMap<string, Released>;
  compared: Compared;
  level: number;
}

/** Judges each rule: terms of different rows, so that their intervals combine as those of independent quantities. */
export function judgeRules(project: Project<Section>, rules: readonly Rule[], known: Known): Judged[] {
  return rules.map(({ condition, contrast, path }) => {
    const estimate = estimateOf(contrast, known);
    return {
      condition,
      role: "guardrail",
      contrast,
      place: project.place(path),
      ...judge(contrast, estimate),
      estimate,
      sides: contrast.terms.length === 1 ? [] : sidesOf(contrast, known),
    };
  });
}

interface Side {
  value: number;
  low: number | null;
  high: number | null;
  n: number;
  method: string;
  promise: Realised["promise"];
  /** Equal for quantities of the same rows. */
  rows: string;
}

function sidesOf(contrast: Contrast, known: Known): Judged["sides"] {
  return contrast.terms.map(({ quantity }) => {
    const side = sideOf(quantity, known);
    const label = printQuantity({ ...quantity, source: "own" });
    return {
      label,
      source: quantity.source,
      estimate:
        "kind" in side ? side : sampled(side, contrast.ratio === undefined ? contrast.unit : "native", known),
    };
  });
}

function estimateOf(contrast: Contrast, known: Known): Estimate {
  const sides = contrast.terms.map(({ quantity }) => sideOf(quantity, known));
  const lack = sides.find((side): side is MissingEstimate => "kind" in side);
  if (lack !== undefined) return lack;
  const found = sides as Side[];
  if (new Set(found.map(({ rows }) => rows)).size < found.length)
    return {
      kind: "missing",
      reason: "undefined",
      detail: "two quantities of the same rows are not independent: no method here compares them",
      n: found[0]?.n ?? 0,
    };
  const weights = contrast.terms.map(({ weight }) => weight);
  const bounds = contrast.ratio === undefined ? sum(found, weights) : quotient(found);
  if (bounds === undefined)
    return {
      kind: "missing",
      reason: "undefined",
      detail: "the ratio's denominator is 0",
      n: found[0]?.n ?? 0,
    };
  const broken = found.find(({ promise }) => !promise.holds);
  return sampled(
    {
      ...bounds,
      n: found[0]?.n ?? 0,
      method: [...new Set(found.map(({ method }) => method))].join(", "),
      promise: broken?.promise ?? { holds: true },
      rows: "",
    },
    contrast.ratio === undefined ? contrast.unit : "ratio",
    known,
  );
}

/** Zou and Donner 2008: each side's distance to its own bound, squared and summed. */
function sum(sides: readonly Side[], weights: readonly number[]): Pick<Side, "value" | "low" | "high"> {
  const value = sides.reduce((total, side, i) => total + side.value * (weights[i] ?? 0), 0);
  const reach = (up: boolean) =>
    sides.reduce<number | null>((total, side, i) => {
      const weight = weights[i] ?? 0;
      const end = weight > 0 === up ? side.high : side.low;
      return total === null || end === null ? null : Math.hypot(total, weight * (end - side.value));
    }, 0);
  const [down, up] = [reach(false), reach(true)];
  return { value, low: down === null ? null : value - down, high: up === null ? null : value + up };
}

/** Donner and Zou 2012, eq. 5: the ratio's bounds are where the same interval of `a - c·b` reaches 0. */
function quotient([a, b]: readonly Side[]): Pick<Side, "value" | "low" | "high"> | undefined {
  if (a === undefined || b === undefined || b.value <= 0 || b.low === null || b.low <= 0) return undefined;
  const middle = a.value * b.value;
  const bound = (own: number | null, other: number | null, sign: 1 | -1) => {
    if (own === null || other === null) return null;
    const [ownPart, otherPart] = [own * (2 * a.value - own), other * (2 * b.value - other)];
    if (otherPart <= 0) return null;
    return (middle + sign * Math.sqrt(Math.max(0, middle ** 2 - ownPart * otherPart))) / otherPart;
  };
  return { value: a.value / b.value, low: bound(a.low, b.high, -1), high: bound(a.high, b.low, 1) };
}

function sampled(side: Side, unit: Contrast["unit"], { level }: Known): Estimate {
  return {
    kind: "sampled",
    value: side.value,
    unit,
    n: side.n,
    of: "row",
    method: side.method,
    interval: { low: side.low, high: side.high, level },
    promise: side.promise,
  };
}

function sideOf({ source, name, args }: Quantity, known: Known): Side | MissingEstimate {
  const lack = (detail: string, reason: MissingEstimate["reason"] = "no-labels"): MissingEstimate => ({
    kind: "missing",
    reason,
    detail,
    n: 0,
  });
  if (name === "drift" || name === "missing") {
    const column = args[0] !== undefined && "column" in args[0] ? args[0].column : "";
    return (
      ofColumn(name, column, known) ??
      lack(`\`${column}\` is not among the columns that were compared`, "undefined")
    );
  }
  if (source === "released") {
    const found = known.released.get(name);
    if (found === undefined)
      return lack(`the version does not say its ${name} when it was released`, "undefined");
    return { ...found, n: 0, method: "as released", promise: { holds: true }, rows: `released ${name}` };
  }
  const found = known.realised.find(({ metric }) => metric === name);
  if (found === undefined) return lack(`no labels have arrived from which ${name} could be told`);
  const { low, high } = found.confidence.interval(known.level);
  return {
    value: found.confidence.estimate,
    low,
    high,
    n: found.n,
    method: found.method,
    promise: found.promise,
    rows: "labelled",
  };
}

function ofColumn(name: "drift" | "missing", column: string, { compared, level }: Known): Side | undefined {
  const found = [...compared.columns, ...compared.answers].find((one) => one.name === column);
  if (found === undefined) return undefined;
  if (name === "drift") {
    if (found.distribution === undefined) return undefined;
    const { distance, interval, n, measure } = found.distribution;
    return {
      value: distance,
      ...interval,
      n: n.current,
      method: measure,
      promise: { holds: true },
      rows: `drift ${column}`,
    };
  }
  const absent = found.missing.find(({ kind }) => kind === "missing")?.current;
  const { successes, n } = absent ?? { successes: 0, n: found.rows };
  const confidence = proportion(successes, n);
  const { low, high } = confidence.interval(level);
  return {
    value: confidence.estimate,
    low,
    high,
    n,
    method: "score interval",
    promise: { holds: true },
    rows: `missing ${column}`,
  };
}
