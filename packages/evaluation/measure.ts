import {
  type Contrast,
  type Estimate,
  type Judge,
  type Judged,
  judge,
  printQuantity,
  type Quantity,
  UserError,
} from "@mlops-actions/core";
import { moreRows, normalInterval } from "@mlops-actions/statistics";
import type { Details } from "./details.ts";
import type { Estimator } from "./estimate/estimator.ts";
import { machine } from "./metric/machine.ts";
import { placed, type Rule } from "./rules.ts";
import type { Section } from "./section.ts";

/** What the rules' `baseline.` is, and whether both models say exactly the same on every judged row. */
export interface ComparedModels {
  baseline: Details["baseline"];
  isSame: boolean;
  /** Judged rows. */
  rows: number;
}

const MACHINE: ReadonlySet<string> = new Set(machine.map(({ name }) => name));

/** Where both models give the same answers they differ by nothing: no chance is in that. Their times may differ all the same. */
function equal(contrast: Contrast, n: number): Estimate | undefined {
  const isTimed = contrast.terms.some(({ quantity }) => MACHINE.has(quantity.name));
  if (contrast.neutral === null || isTimed) return undefined;
  const unit = contrast.ratio === undefined ? contrast.unit : "ratio";
  return { kind: "exact", value: contrast.neutral, unit, n };
}

/** Binds all rules before the first is measured, then judges each. */
export async function judgeRules(
  judging: Judge<Section>,
  rules: readonly Rule[],
  estimator: Estimator,
  { baseline, isSame, rows }: ComparedModels,
): Promise<Judged[]> {
  const applicable = (rule: Rule) => !rule.isPaired || baseline.kind !== "trivial";
  for (const rule of rules) {
    if (!applicable(rule)) refuseUnderNone(judging, rule, baseline);
    // What cannot be judged yet is read all the same: its faults should not wait for the second version.
    await placed(judging, rule, () => estimator.bind(rule.contrast));
  }
  const level = judging.section.confidence;
  return Promise.all(
    rules.map(async (rule): Promise<Judged> => {
      const { condition, role, contrast, path } = rule;
      const place = judging.place(path);
      if (!applicable(rule))
        return {
          condition,
          role,
          contrast,
          place,
          verdict: "not_applicable",
          reason: "no-baseline",
          change: null,
          sides: [],
        };
      const estimate =
        (isSame ? equal(contrast, rows) : undefined) ?? (await estimator.estimate(contrast, level));
      const found = judge(contrast, estimate);
      const more = found.reason === "interval-crosses-limit" ? moreOf(contrast, estimate, level) : undefined;
      return {
        condition,
        role,
        contrast,
        place,
        ...found,
        estimate,
        sides: await sidesOf(contrast, estimator, level),
        ...(more && { moreRows: more }),
      };
    }),
  );
}

// Without a baseline for ever, a condition that names one could never be judged: a rule that never bites is worse than none.
function refuseUnderNone(
  judging: Judge<Section>,
  { condition, path }: Rule,
  baseline: Details["baseline"],
): void {
  if (baseline.kind !== "trivial" || baseline.because !== "none") return;
  throw new UserError(
    "no-baseline",
    `\`${condition}\` names the baseline, and \`evaluate.baseline\` is \`none\``,
    {
      remedy:
        "name the baseline's predictions, or write a condition without `baseline.` such as `auc >= 0.85`",
      at: judging.place(path),
    },
  );
}

/** Each metric of a contrast with an interval of its own. */
export async function sidesOf(
  contrast: Contrast,
  estimator: Estimator,
  level: number,
): Promise<Judged["sides"]> {
  const quantities = contrast.ratio
    ? [contrast.ratio.numerator, contrast.ratio.denominator]
    : contrast.terms.map(({ quantity }) => quantity);
  if (quantities.length === 1) return [];
  return Promise.all(
    quantities.map(async (quantity) => ({
      label: printQuantity({ ...quantity, source: "own" }),
      source: quantity.source,
      estimate: await estimator.estimate(alone(quantity, contrast), level),
    })),
  );
}

/** The contrast that asks for one quantity and has no limit to meet. */
export function alone(quantity: Quantity, { unit }: Pick<Contrast, "unit">): Contrast {
  return {
    id: printQuantity(quantity),
    terms: [{ weight: 1, quantity }],
    op: ">",
    limit: 0,
    unit,
    neutral: null,
  };
}

/** The contrast that asks how a quantity differs from the baseline's on the same rows. */
export function difference(quantity: Quantity, { unit }: Pick<Contrast, "unit">): Contrast {
  const other: Quantity = { ...quantity, source: "baseline" };
  return {
    id: `${printQuantity(quantity)} - ${printQuantity(other)}`,
    terms: [
      { weight: 1, quantity },
      { weight: -1, quantity: other },
    ],
    op: ">",
    limit: 0,
    unit,
    neutral: 0,
  };
}

function moreOf(contrast: Contrast, estimate: Estimate, level: number): Judged["moreRows"] {
  const standardError = standardErrorOf(estimate);
  if (estimate.kind !== "sampled" || estimate.groups !== undefined || standardError === undefined)
    return undefined;
  const found = moreRows({
    n: estimate.n,
    estimate: estimate.value,
    standardError,
    limit: contrast.limit,
    level,
  });
  return found.kind === "about" && found.rows < 1 ? undefined : found;
}

/** The standard error behind a sampled estimate, read off its interval. */
export function standardErrorOf(estimate: Estimate): number | undefined {
  if (estimate.kind !== "sampled") return undefined;
  const { low, high, level } = estimate.interval;
  if (low === null || high === null) return undefined;
  const reach = normalInterval({ estimate: 0, standardError: 1 }).interval(level).high ?? 0;
  return (high - low) / 2 / reach;
}
