import type { ColumnType, Tables } from "@mlops-actions/core";
import { debiased, kolmogorovSmirnov, kolmogorovSmirnovNull } from "@mlops-actions/statistics";
import { type ColumnProfile, cellCounts } from "@mlops-actions/tables";
import type { Finding } from "../details.ts";
import { SMALLEST } from "./distribution.ts";

// Closer to 1 than this a factor is a shift like any other.
const LEAST = Math.log(1.1);
// After division nothing may be left that a test could see: a shift of values far from 0 is nearly a factor.
const UNSEEN = 0.05;
// A mean of long tails is off by so much; then what is near it and has a name is tried.
const NEAR = Math.log(1.25);
const UNITS = [7, 10, 12, 24, 60, 100, 1_000, 1_024, 3_600, 2.54, 3.280_84, 2.204_62, 1.609_344].flatMap(
  (unit) => [unit, 1 / unit],
);

type Numbers = Extract<ColumnProfile, { kind: "number" }>;

/**
 * The one factor that brings the current values back to the reference's, where there is one: grams for kilograms, cents for euros, another source.
 * `null` where none leaves nothing to be seen.
 */
export async function ratioOf(
  tables: Tables,
  of: {
    from: string;
    types: Readonly<Record<string, ColumnType>>;
    profile: Numbers;
    mean: number;
    distribution: NonNullable<Finding["distribution"]>;
  },
): Promise<number | null> {
  const { from, types, mean, distribution } = of;
  const profile = open(of.profile);
  // Any two constants differ by a factor.
  if (profile.sd === 0) return null;
  const factor = mean / (profile.mean ?? Number.NaN);
  if (!(factor > 0) || !Number.isFinite(factor) || Math.abs(Math.log(factor)) < LEAST) return null;
  const near = UNITS.filter((unit) => Math.abs(Math.log(unit / factor)) < NEAR);
  for (const tried of [factor, ...near]) {
    const [found] = await cellCounts(tables, from, {
      columns: [profile],
      types,
      divided: { [profile.name]: tried },
    });
    if (found?.counts == null) return null;
    const { n } = distribution;
    const { distance, p } = kolmogorovSmirnov({ reference: profile.counts, current: found.counts });
    const left = debiased(distance, kolmogorovSmirnovNull(n.reference, n.current));
    if (left < SMALLEST && p >= UNSEEN) return tried;
  }
  return null;
}

/** Without the empty bins outside: a factor is only nearly told, and what it brings to the edge of the values must not fall over it. */
function open(profile: Numbers): Numbers {
  const { edges, counts } = profile;
  const [start, end] = [counts.at(0) === 0 ? 1 : 0, counts.at(-1) === 0 ? -1 : undefined];
  return { ...profile, edges: edges.slice(start, end), counts: counts.slice(start, end) };
}
