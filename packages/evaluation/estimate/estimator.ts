import { createHash } from "node:crypto";
import type { Contrast, Estimate } from "@mlops-actions/core";
import { averagePrecisionReplicates, seedFromDigest, xoshiro256 } from "@mlops-actions/statistics";
import {
  averagePrecision,
  calibrationBins,
  delongSums,
  jointCells,
  jointScores,
  moments,
} from "@mlops-actions/tables";
import { calibrationSample } from "./calibration.ts";
import { type CellsQuantity, cellsSample } from "./cells.ts";
import { type End, estimateGroups, type Group } from "./groups.ts";
import {
  columnName,
  type Grouping,
  type GroupSample,
  type JudgedRows,
  renamed,
  SIDES,
} from "./judged-rows.ts";
import { estimateLatency, estimateSize } from "./machine.ts";
import { meansSample } from "./means.ts";
import { multiclassAuc } from "./multiclass-auc.ts";
import { estimateOrder } from "./order.ts";
import { binsOf, known, type Part, type Plan, plan } from "./question.ts";
import { aucSample, averagePrecisionSample, type Side } from "./ranking.ts";
import { refuseEmpty, refuseTooMany } from "./slices.ts";
import { estimateWhole } from "./whole.ts";

export interface Estimator {
  /** Throws a `UserError` where no method can answer, and where a slice has no row or a column too many groups. */
  bind(contrast: Contrast): Promise<void>;
  /** The same for a column by whose values a report is broken down. */
  bindColumn(column: string): Promise<void>;
  estimate(contrast: Contrast, level: number): Promise<Estimate>;
  /** The same for every value of a column of the test table. */
  estimateBy(contrast: Contrast, column: string, level: number): Promise<GroupEstimate[]>;
}

export interface GroupEstimate {
  value: string | null;
  n: number;
  /** Rows of the class in play. */
  play: number;
  estimate: Estimate;
}

// Beyond this many row weights a bootstrap costs more than its digits are worth; below 200 replicates its error shows.
const WEIGHTS = 16_000_000;
const REPLICATES = { least: 200, most: 1_000 };
/** Below so many rows of the class in play a group is named, not judged. */
export const CLASS_IN_PLAY = 30;

/** Answers contrasts on the judged rows: the same question gives the same answer. Equal scans are done once. */
export function estimator(judged: JudgedRows, minRows: number): Estimator {
  const rows = { ...judged, once: onceEach() };
  return {
    async bind(contrast) {
      const { parts, by } = plan(contrast, rows.offer);
      for (const { where } of parts) for (const filter of where) await refuseEmpty(rows, filter);
      for (const columns of by) await refuseTooMany(rows, columns);
    },
    async bindColumn(column) {
      known(column, rows.offer);
      await refuseTooMany(rows, [column]);
    },
    async estimate(contrast, level) {
      const asked = plan(contrast, rows.offer);
      if (asked.scan === "size") return estimateSize(rows.machine, asked);
      if (asked.scan === "latency") return estimateLatency(rows.machine, asked, level);
      if (asked.scan === "rows" || asked.scan === "order") return estimateOrder(rows, asked, level);
      const groups = await scan(rows, asked);
      const over = asked.contrast.terms[0]?.quantity.over;
      if (over === undefined) {
        const whole = groups[0];
        if (whole === undefined) return { kind: "missing", reason: "no-rows", detail: "no rows", n: 0 };
        return estimateWhole(contrast, whole.sample, level);
      }
      const lowerIsWorse = asked.parts[0]?.metric.better === "higher";
      const end: End = over.how === "worst" && lowerIsWorse ? "lowest" : "highest";
      return estimateGroups(contrast, groups, { least: { rows: minRows, play: CLASS_IN_PLAY }, end, level });
    },
    async estimateBy(contrast, column, level) {
      const groups = await samplesBy(rows, plan(contrast, rows.offer), [column]);
      return groups.map(({ group: [value = null], sample }) => ({
        value,
        n: sample.n,
        play: sample.play,
        estimate: estimateWhole(contrast, sample, level),
      }));
    },
  };
}

interface Scanned extends JudgedRows {
  once: Once;
}

/** Runs a scan, or gives the result of the same scan that was asked before. One at a time: some leave tables while they run. */
type Once = <Result>(what: string, question: unknown, scan: () => Promise<Result>) => Promise<Result>;

function onceEach(): Once {
  const known = new Map<string, Promise<unknown>>();
  let last: Promise<unknown> = Promise.resolve();
  return (what, question, scan) => {
    const key = JSON.stringify([what, question]);
    const found = known.get(key);
    // The key holds what is asked, so that what was found has the type of what is asked now.
    if (found !== undefined) return found as ReturnType<typeof scan>;
    const turn = last.then(scan, scan);
    last = turn.catch(() => undefined);
    known.set(key, turn);
    return turn;
  };
}

async function scan(rows: Scanned, plan: Plan): Promise<readonly Group[]> {
  const partitions = plan.by.length === 0 ? [[]] : plan.by;
  const found = await Promise.all(
    partitions.map(async (by, partition) => {
      const samples = await samplesBy(rows, plan, by);
      return samples.map(({ group, sample }) => ({ name: nameOf(by, group), partition, sample }));
    }),
  );
  return found.flat();
}

function nameOf(by: readonly string[], group: readonly (string | null)[]): string {
  return by.map((column, i) => `${column} = ${group[i] ?? "(missing)"}`).join(", ");
}

async function samplesBy(rows: Scanned, plan: Plan, by: readonly string[]): Promise<GroupSample[]> {
  const grouping = { from: rows.name, by: by.map(columnName), where: plan.where.map(renamed) };
  switch (plan.scan) {
    case "cells":
      return cells(rows, plan, grouping);
    case "means":
      return means(rows, plan, grouping);
    case "auc":
      return rows.offer.classes.length > 2
        ? rows.once("multiclass auc", [plan.parts, plan.contrast.limit, grouping], () =>
            multiclassAuc(rows, plan, grouping),
          )
        : auc(rows, plan, grouping);
    case "average-precision":
      return precision(rows, plan, grouping);
    case "calibration":
      return calibration(rows, plan, grouping);
    default:
      throw new Error(`no scan for ${plan.scan}`);
  }
}

async function cells(
  { tables, offer, once }: Scanned,
  plan: Plan,
  grouping: Grouping,
): Promise<GroupSample[]> {
  // Parts with filters of their own are told apart inside the cells, by one flag each.
  const own = plan.parts.map(({ where }) => (plan.where.length > 0 ? [] : where.map(renamed)));
  const question = {
    ...grouping,
    y: "y",
    candidate: SIDES.own.decision,
    ...(offer.forms.baseline.has("decision") && { baseline: SIDES.baseline.decision }),
    // Parts that share their rows need no flag to be told apart.
    flags: own.some((where) => where.length > 0) ? own : [],
  };
  const found = await once("cells", question, () => jointCells(tables, question));
  const quantities: CellsQuantity[] = plan.parts.map(({ metric, source, asked }) => {
    if (metric.by.family !== "share" && metric.by.family !== "cells" && metric.by.family !== "flips")
      throw new Error(`${metric.name} is no metric of cells`);
    return { metric: metric.by, source, asked };
  });
  const byGroup = Map.groupBy(found, ({ group }) => JSON.stringify(group));
  return [...byGroup.values()].map((members) => ({
    group: members[0]?.group ?? [],
    sample: cellsSample(
      members.map(({ y, a, b, n, flags }) => ({
        y: Number(y),
        own: Number(b),
        baseline: a === null ? -1 : Number(a),
        n,
        inside: flags.length > 0 ? flags : plan.parts.map(() => true),
      })),
      quantities,
    ),
  }));
}

async function means({ tables, once }: Scanned, plan: Plan, grouping: Grouping): Promise<GroupSample[]> {
  const own = plan.parts.map((part) => expressionsOf(part));
  const expressions = own.flat();
  // What one row adds to the contrast: a single row that carries it all makes a t interval worthless.
  const ratio = plan.contrast.ratio !== undefined;
  const combined = plan.parts
    .map(
      (_, i) =>
        `${ratio ? [1, -plan.contrast.limit][i] : (plan.contrast.terms[i]?.weight ?? 0)} * (${own[i]?.[0]})`,
    )
    .join(" + ");
  const question = { ...grouping, expressions: [...expressions, combined] };
  const found = await once("moments", question, () => moments(tables, question));
  let from = 0;
  const quantities = plan.parts.map(({ metric, asked }, i) => {
    if (metric.by.family !== "means") throw new Error(`${metric.name} is no metric of means`);
    const count = own[i]?.length ?? 0;
    const quantity = { metric: metric.by, asked, from, count };
    from += count;
    return quantity;
  });
  return found.map((moments) => ({
    group: moments.group,
    sample: meansSample(moments, quantities, expressions.length),
  }));
}

function expressionsOf({ metric, source, asked }: Part): readonly string[] {
  if (metric.by.family !== "means") throw new Error(`${metric.name} is no metric of means`);
  return metric.by.rows(SIDES[source], asked);
}

export function sidesOf(plan: Plan): Side[] {
  return plan.parts.map(({ source }) => (source === "own" ? "b" : "a"));
}

function paired({ offer }: JudgedRows) {
  return {
    y: "y = 1",
    candidate: SIDES.own.score,
    baseline: offer.forms.baseline.has("score") ? SIDES.baseline.score : SIDES.own.score,
  };
}

async function auc(rows: Scanned, plan: Plan, grouping: Grouping): Promise<GroupSample[]> {
  const question = { ...grouping, ...paired(rows) };
  const found = await rows.once("delong", question, () => delongSums(rows.tables, question));
  return found.map(({ group, ...sums }) => ({ group, sample: aucSample(sums, sidesOf(plan)) }));
}

async function precision(rows: Scanned, plan: Plan, grouping: Grouping): Promise<GroupSample[]> {
  const question = { ...grouping, ...paired(rows) };
  const points = await rows.once("average precision", question, () =>
    averagePrecision(rows.tables, question),
  );
  const cells = await rows.once("joint scores", question, () =>
    jointScores(rows.tables, { ...question, groups: points.length }),
  );
  return Promise.all(
    points.map(async ({ group, positives, negatives, a, b }) => {
      const placed = cells.find((one) => JSON.stringify(one.group) === JSON.stringify(group))?.cells ?? [];
      const affordable = Math.floor(WEIGHTS / Math.max(1, positives + negatives));
      const replicates = Math.max(REPLICATES.least, Math.min(REPLICATES.most, affordable));
      // Every question about one group rests on the same draws, so that a difference and its sides agree.
      const seed = seedOf(rows, group);
      const draws = await rows.once("draws", [question, seed, replicates], async () =>
        averagePrecisionReplicates(placed, { replicates, random: xoshiro256(seedFromDigest(seed)) }),
      );
      return {
        group,
        sample: averagePrecisionSample(
          { positives, negatives, value: { a, b }, replicates: draws, seed: seed.slice(0, 16) },
          sidesOf(plan),
        ),
      };
    }),
  );
}

async function calibration(rows: Scanned, plan: Plan, grouping: Grouping): Promise<GroupSample[]> {
  const [part] = plan.parts;
  if (part?.metric.by.family !== "calibration") throw new Error("no metric of calibration");
  const { of } = part.metric.by;
  const question = {
    ...grouping,
    y: "y = 1",
    candidate: SIDES[part.source].probability(1),
    bins: binsOf(part.asked),
  };
  const found = await rows.once("calibration", question, () => calibrationBins(rows.tables, question));
  return found.map(({ group, bins }) => ({
    group,
    sample: calibrationSample(bins, { of, seed: seedOf(rows, group) }),
  }));
}

function seedOf({ seed }: JudgedRows, group: readonly (string | null)[]): string {
  return createHash("sha256")
    .update(JSON.stringify([seed, group]))
    .digest("hex");
}
