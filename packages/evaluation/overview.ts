import type { Contrast, Estimate, Judged, Quantity, SampledEstimate, Task } from "@mlops-actions/core";
import { holm } from "@mlops-actions/statistics";
import { jointCells } from "@mlops-actions/tables";
import type { Details } from "./details.ts";
import { CLASS_IN_PLAY, type Estimator } from "./estimate/estimator.ts";
import { type JudgedRows, SIDES } from "./estimate/judged-rows.ts";
import { alone, difference, standardErrorOf } from "./measure.ts";
import type { Metric } from "./metric/metric.ts";
import { metricsOf } from "./metric/registry.ts";
import type { Section } from "./section.ts";

type Overview = Pick<Details, "metrics" | "slices" | "detectable" | "turned">;

// z for 80 % power (Cohen 1988): with 1.96 for the interval, a difference of so many standard errors is seen four times in five.
const POWER = 0.8416212335729143;
const CLASSES_SHOWN = 12;
// Evidence is published with a version: a value that fewer rows have may name somebody.
const RARE_BELOW = 10;
const RARE = "(fewer than 10 rows)";
/** Asked of one model at a time: no method compares two. */
const NOT_PAIRED: ReadonlySet<Metric["by"]["family"]> = new Set(["order", "calibration"]);
/** Facts about the rows and the machine, not metrics of the answers; timing costs time, so only a rule asks for it. */
const NOT_SHOWN: ReadonlySet<Metric["by"]["family"]> = new Set(["rows", "latency", "size"]);

/** What the reader sees beside the rules: every metric, the declared slices, and how small a difference these rows can see. */
export async function overviewOf(
  task: Task,
  section: Section,
  rows: JudgedRows,
  estimator: Estimator,
  judged: readonly Judged[],
): Promise<Overview> {
  const level = section.confidence;
  const metrics: Details["metrics"] = [];
  for (const { metric, quantity } of askable(task, rows)) {
    const own = await estimator.estimate(alone(quantity, metric), level);
    const name = alone(quantity, metric).id;
    if (!metric.sources.includes("baseline") || NOT_PAIRED.has(metric.by.family)) {
      metrics.push({ metric: name, own });
      continue;
    }
    const baseline = await estimator.estimate(alone({ ...quantity, source: "baseline" }, metric), level);
    const change = await estimator.estimate(difference(quantity, metric), level);
    metrics.push({ metric: name, own, baseline, change });
  }
  const turned = await turnedBy(rows);
  return {
    metrics,
    ...(turned && { turned }),
    slices: await slicesOf(task, section, estimator, judged),
    detectable: detectableBy(judged.find(({ role }) => role === "primary")),
  };
}

/** How many right answers became wrong, and the other way round. */
async function turnedBy({ tables, name, offer }: JudgedRows): Promise<Details["turned"]> {
  if (!offer.isPaired || !offer.forms.own.has("decision") || !offer.forms.baseline.has("decision"))
    return undefined;
  const cells = await jointCells(tables, {
    from: name,
    y: "y",
    candidate: SIDES.own.decision,
    baseline: SIDES.baseline.decision,
  });
  const count = (turned: (right: { own: boolean; baseline: boolean }) => boolean) =>
    cells
      .filter(({ y, a, b }) => turned({ own: b === y, baseline: a === y }))
      .reduce((sum, { n }) => sum + n, 0);
  return {
    harm: count(({ own, baseline }) => baseline && !own),
    help: count(({ own, baseline }) => own && !baseline),
  };
}

/** Every metric that both models' predictions allow; in a task of many classes, one-class metrics for each class. */
function askable(task: Task, { offer }: JudgedRows): { metric: Metric; quantity: Quantity }[] {
  const offered = ({ from, by }: Metric) => {
    const needed = by.family === "flips" ? "decision" : from;
    return offer.forms.own.has(needed) && offer.forms.baseline.has(needed);
  };
  return (
    metricsOf(task)
      .filter((metric) => metric.required === 0 && !NOT_SHOWN.has(metric.by.family) && offered(metric))
      // Among so few classes the true one always is.
      .filter(({ name }) => !/^top\d$/.test(name) || Number(name.slice(3)) < offer.classes.length)
      .flatMap((metric) => {
        const quantity: Quantity = { source: "own", name: metric.name, args: [], where: [] };
        if (task !== "multiclass" || !metric.args.includes("text")) return [{ metric, quantity }];
        if (metric.name !== "recall" && metric.name !== "precision") return [];
        return offer.classes
          .slice(0, CLASSES_SHOWN)
          .map((name) => ({ metric, quantity: { ...quantity, args: [{ quoted: name }] } }));
      })
  );
}

interface Candidate {
  column: string;
  value: string | null;
  n: number;
  own: Estimate;
  baseline: Estimate | undefined;
  change: Estimate | undefined;
  /** Large enough to be judged. */
  enough: boolean;
}

async function slicesOf(
  task: Task,
  section: Section,
  estimator: Estimator,
  judged: readonly Judged[],
): Promise<Details["slices"]> {
  const subject = subjectOf(task, judged);
  if (subject === undefined) return [];
  const { quantity, unit, upIsGood } = subject;
  const level = section.confidence;
  const found: Candidate[] = [];
  for (const column of section.slices) {
    const own = await estimator.estimateBy(alone(quantity, { unit }), column, level);
    const baseline = await estimator.estimateBy(
      alone({ ...quantity, source: "baseline" }, { unit }),
      column,
      level,
    );
    const change = await estimator.estimateBy(difference(quantity, { unit }), column, level);
    for (const group of own) {
      const same = ({ value }: { value: string | null }) => value === group.value;
      const enough = group.n >= section.min_rows && group.play >= CLASS_IN_PLAY;
      found.push({
        column,
        value: group.n < RARE_BELOW ? RARE : group.value,
        n: group.n,
        own: group.estimate,
        baseline: baseline.find(same)?.estimate,
        change: change.find(same)?.estimate,
        enough,
      });
    }
  }
  const alpha = (1 - level) / 2;
  const sides = (side: "below" | "above") =>
    holm(found.filter(isTold).map(({ change }) => change.p?.[side] ?? 1));
  const [up, down] = [sides("below"), sides("above")];
  let at = 0;
  return found.map((candidate) => {
    const { enough, ...slice } = candidate;
    if (!isTold(candidate))
      return {
        ...defined(slice),
        finding: enough && slice.change?.kind === "missing" ? "unclear" : "too-small",
      };
    const [isUp, isDown] = [(up[at] ?? 1) < alpha, (down[at] ?? 1) < alpha];
    at += 1;
    const finding = isUp === isDown ? "unclear" : isUp === upIsGood ? "better" : "worse";
    return { ...defined(slice), finding };
  });
}

/** Large enough, with a change, by a method that keeps its promise on it: the others are not in the family of tests either. */
function isTold(candidate: Candidate): candidate is Candidate & { change: SampledEstimate } {
  return candidate.enough && candidate.change?.kind === "sampled" && candidate.change.promise.holds;
}

function defined<Slice extends { baseline: Estimate | undefined; change: Estimate | undefined }>(
  slice: Slice,
) {
  const { baseline, change, ...rest } = slice;
  return { ...rest, ...(baseline && { baseline }), ...(change && { change }) };
}

/** What the slices show: the primary's own metric on all rows. */
function subjectOf(
  task: Task,
  judged: readonly Judged[],
): { quantity: Quantity; unit: Contrast["unit"]; upIsGood: boolean } | undefined {
  const quantity = judged.find(({ role }) => role === "primary")?.contrast.terms[0]?.quantity;
  const metric = metricsOf(task).find(
    ({ name }) => name === (quantity?.name ?? (task === "regression" ? "mae" : "accuracy")),
  );
  if (
    metric === undefined ||
    NOT_PAIRED.has(metric.by.family) ||
    NOT_SHOWN.has(metric.by.family) ||
    metric.by.family === "flips"
  )
    return undefined;
  return {
    quantity: { source: "own", name: metric.name, args: quantity?.args ?? [], where: [] },
    unit: metric.unit,
    upIsGood: metric.better !== "lower",
  };
}

// Told of differences of one quantity: an extreme of groups has no standard error, and what stands alone is no difference.
function detectableBy(primary: Judged | undefined): number | null {
  const estimate = primary?.contrast.neutral === null ? undefined : primary?.estimate;
  if (estimate?.kind !== "sampled" || estimate.groups !== undefined) return null;
  const error = standardErrorOf(estimate);
  return error === undefined || error === 0 ? null : (1.959963984540054 + POWER) * error;
}
