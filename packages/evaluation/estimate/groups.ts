import type { Contrast, Estimate, Promised } from "@mlops-actions/core";
import { holmLevel } from "@mlops-actions/statistics";
import { type Bounded, independentDifference } from "./independent.ts";
import { type Sample, undefinedPoint } from "./sample.ts";
import { missing } from "./whole.ts";

/** One group and what was measured on it. */
export interface Group {
  name: string;
  /** Groups of one partition are compared with each other; different partitions (`by sex, race`) are not. */
  partition: number;
  sample: Sample;
}

/** Below these a group is named, not judged. */
export interface Least {
  rows: number;
  /** Rows of the class in play. */
  play: number;
}

/** A group, or an ordered pair of groups, with what can be said about it. */
interface Member {
  groups: readonly Group[];
  /** Of the first model asked about, and of the second where there is one. */
  first: Bounded;
  second: Bounded | undefined;
  /** First minus second; the first alone where there is no second. */
  asked: Bounded;
  /** First minus the second's same pair the other way round, which is first plus second: where the models disagree on who is ahead. */
  turned: Bounded | undefined;
  method: string;
  promise: Promised;
}

/** Which end of the members is meant: the highest (a gap, the worst error) or the lowest (the worst accuracy). */
export type End = "highest" | "lowest";

/** Intervals of one proportion, of which MOVER makes Newcombe's of a difference. */
const EXACT = new Set(["Wilson", "Clopper–Pearson"]);

// A member further than this from being the extreme is not it: excluding it costs at most 0.1 % of error.
const SURELY = 0.999;

/**
 * `gap` and `worst` are extremes of noisy numbers, and a bootstrap of an extreme is biased and too narrow. They are judged pair by pair and group by
 * group: to pass, every member must keep the limit (intersection-union, no correction); to fail, some member is proved beyond it
 * with Holm's correction. The interval told is made of these two bounds, so it decides exactly as the members do.
 */
export function estimateGroups(
  contrast: Contrast,
  groups: readonly Group[],
  { least, end, level }: { least: Least; end: End; level: number },
): Estimate {
  const how = contrast.terms[0]?.quantity.over?.how ?? "worst";
  const rows = groups.filter(({ partition }) => partition === 0).reduce((n, { sample }) => n + sample.n, 0);
  const isEnough = ({ sample }: Group) =>
    sample.n >= least.rows && sample.play >= least.play && undefinedPoint(sample) === undefined;
  const judged = groups.filter(isEnough);
  const members = membersOf(how, contrast, judged);
  if (members.length === 0)
    return missing(
      {
        reason: "too-few",
        detail: `fewer than ${how === "gap" ? "two groups" : "one group"} with ${least.rows} rows`,
      },
      rows,
    );
  const extreme = extremeBy(members, ({ first }) => first.estimate, end);
  const value = contrast.terms.length === 1 ? extreme.first.estimate : differenceOfExtremes(members, end);
  const tooSmall = groups.filter(
    (group) => !isEnough(group) && couldDecide(how, contrast, judged, group, end, level),
  );
  const corrected = how === "gap" ? members.length / 2 : members.length;
  return {
    kind: "sampled",
    value,
    unit: contrast.unit,
    n: rows,
    of: "row",
    method: `${how === "gap" ? "pair by pair" : "group by group"}, ${extreme.method}${corrected > 1 && contrast.terms.length === 1 ? `, Holm over ${corrected}` : ""}`,
    interval: { ...boundsOf(how, members, corrected, end, level), level },
    promise: weakest(members),
    groups: {
      extreme: extreme.groups.map(({ name }) => name),
      judged: judged.length,
      tooSmall: tooSmall.map(({ name, sample }) =>
        sample.n < least.rows
          ? { group: name, n: sample.n, needs: least.rows }
          : { group: name, n: Math.min(sample.n, sample.play), needs: least.play },
      ),
    },
  };
}

function membersOf(how: "gap" | "worst", contrast: Contrast, groups: readonly Group[]): Member[] {
  const alone = groups.map((group) => memberOf(contrast, group));
  if (how === "worst") return alone;
  // Ordered pairs: the largest of them is the gap, whichever group is ahead.
  return alone.flatMap((one) =>
    alone
      .filter((other) => one !== other && one.groups[0]?.partition === other.groups[0]?.partition)
      .map((other) => ({
        groups: [...one.groups, ...other.groups],
        first: independentDifference(one.first, other.first),
        second: one.second && other.second && independentDifference(one.second, other.second),
        asked: independentDifference(one.asked, other.asked),
        turned: one.turned && other.turned && independentDifference(one.turned, other.turned),
        method: EXACT.has(one.method) ? "Newcombe" : `${one.method}, square-and-add`,
        promise: one.promise.holds ? other.promise : one.promise,
      })),
  );
}

function memberOf(contrast: Contrast, group: Group): Member {
  const only = (i: number) => contrast.terms.map((_, at) => (at === i ? 1 : 0));
  const paired = contrast.terms.length === 2;
  const answered = (weights: readonly number[]) => group.sample.answer({ kind: "linear", weights });
  const asked = answered(contrast.terms.map(({ weight }) => weight));
  return {
    groups: [group],
    first: paired ? answered(only(0)).confidence : asked.confidence,
    second: paired ? answered(only(1)).confidence : undefined,
    turned: paired ? answered([1, 1]).confidence : undefined,
    ...{ asked: asked.confidence, method: asked.method, promise: asked.promise },
  };
}

/**
 * Bounds of the extreme, or of the difference of two extremes. For the latter: if p is the true extreme of the first model, first - second is at most what
 * p lost, because the second model's extreme is at least p's; and the mirror image for the second model's. Which member is the
 * true extreme is not known, so all that plausibly are must agree. A pair that surely lies the other way round in the other model is
 * compared with that model's larger end.
 */
function boundsOf(
  how: "gap" | "worst",
  members: readonly Member[],
  corrected: number,
  end: End,
  level: number,
) {
  const inward = end === "highest" ? "low" : "high";
  const outward = end === "highest" ? "high" : "low";
  const furthest = end === "highest" ? most : least;
  if (members.every(({ second }) => second === undefined)) {
    const holm = holmLevel(level, corrected);
    return {
      ...{ low: null, high: null },
      [outward]: furthest(
        members.map(({ asked }) => asked.interval(level)[outward]),
        outward,
      ),
      [inward]: furthest(
        members.map(({ asked }) => asked.interval(holm)[inward]),
        inward,
      ),
    };
  }
  const ofFirst = plausible(members, ({ first }) => first, end);
  const ofSecond = plausible(members, ({ second, first }) => second ?? first, end);
  const nearest = end === "highest" ? least : most;
  return {
    ...{ low: null, high: null },
    [outward]: furthest(
      ofFirst.map(
        ({ asked, second, turned }) =>
          (how === "gap" && turned !== undefined && second !== undefined && surelyBelowZero(second)
            ? turned
            : asked
          ).interval(level)[outward],
      ),
      outward,
    ),
    [inward]: nearest(
      ofSecond.map(({ asked, first, turned }) =>
        how === "gap" && turned !== undefined && surelyBelowZero(first)
          ? negative(turned.interval(level)[outward])
          : asked.interval(level)[inward],
      ),
      inward,
    ),
  };
}

function surelyBelowZero(confidence: Bounded): boolean {
  const { high } = confidence.interval(SURELY);
  return high !== null && high < 0;
}

function negative(bound: number | null): number | null {
  return bound === null ? null : -bound;
}

function plausible(members: readonly Member[], of: (member: Member) => Bounded, end: End): Member[] {
  const sure = members.map((member) => of(member).interval(SURELY));
  if (end === "highest") {
    const floor = Math.max(...sure.map(({ low }) => low ?? Number.NEGATIVE_INFINITY));
    return members.filter((_, i) => (sure[i]?.high ?? Number.POSITIVE_INFINITY) >= floor);
  }
  const ceiling = Math.min(...sure.map(({ high }) => high ?? Number.POSITIVE_INFINITY));
  return members.filter((_, i) => (sure[i]?.low ?? Number.NEGATIVE_INFINITY) <= ceiling);
}

/** A group that is too small to judge matters only if its own interval leaves the verdict open. */
function couldDecide(
  how: "gap" | "worst",
  contrast: Contrast,
  judged: readonly Group[],
  small: Group,
  end: End,
  level: number,
): boolean {
  if (undefinedPoint(small.sample) !== undefined) return true;
  const with_ = membersOf(how, contrast, [...judged, small]).filter(({ groups }) => groups.includes(small));
  if (with_.length === 0) return false;
  const { low, high } = boundsOf(how, with_, 1, end, level);
  const { op, limit } = contrast;
  return op === ">" || op === ">=" ? !(low !== null && low > limit) : !(high !== null && high < limit);
}

function differenceOfExtremes(members: readonly Member[], end: End): number {
  const first = extremeBy(members, (member) => member.first.estimate, end);
  const second = extremeBy(members, (member) => (member.second ?? member.first).estimate, end);
  return first.first.estimate - (second.second ?? second.first).estimate;
}

function extremeBy(members: readonly Member[], value: (member: Member) => number, end: End): Member {
  return members.reduce((found, member) =>
    (end === "highest" ? value(member) > value(found) : value(member) < value(found)) ? member : found,
  );
}

function most(bounds: readonly (number | null)[], side: "low" | "high"): number | null {
  if (side === "high" && bounds.includes(null)) return null;
  const known = bounds.filter((bound) => bound !== null);
  return known.length === 0 ? null : Math.max(...known);
}

function least(bounds: readonly (number | null)[], side: "low" | "high"): number | null {
  if (side === "low" && bounds.includes(null)) return null;
  const known = bounds.filter((bound) => bound !== null);
  return known.length === 0 ? null : Math.min(...known);
}

function weakest(members: readonly Member[]): Promised {
  return members.find(({ promise }) => !promise.holds)?.promise ?? { holds: true };
}
