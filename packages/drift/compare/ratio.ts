import type { ColumnType, Tables } from "@mlops-actions/core";
import { debiased, kolmogorovSmirnov, kolmogorovSmirnovNull } from "@mlops-actions/statistics";
import { type ColumnProfile, cellCounts } from "@mlops-actions/tables";
import type { Finding } from "../details.ts";
import { SMALLEST } from "./distribution.ts";

// Closer to 1 than this a factor is a shift like any other.
const LEAST = Math.log(1.1);
// What a factor must explain of the distance to be the cause.
const LEFT = 1 / 3;

/**
 * The one factor that brings the current values back to the reference's, where there is one: grams for kilograms, cents for euros, another source.
 * `null` where none leaves less than drift.
 */
export async function ratioOf(
  tables: Tables,
  of: {
    from: string;
    types: Readonly<Record<string, ColumnType>>;
    profile: Extract<ColumnProfile, { kind: "number" }>;
    mean: number;
    distribution: NonNullable<Finding["distribution"]>;
  },
): Promise<number | null> {
  const { from, types, profile, mean, distribution } = of;
  const factor = mean / (profile.mean ?? Number.NaN);
  if (!(factor > 0) || !Number.isFinite(factor) || Math.abs(Math.log(factor)) < LEAST) return null;
  const [found] = await cellCounts(tables, from, {
    columns: [profile],
    types,
    divided: { [profile.name]: factor },
  });
  if (found?.counts == null) return null;
  const { n } = distribution;
  const { distance } = kolmogorovSmirnov({ reference: profile.counts, current: found.counts });
  const left = debiased(distance, kolmogorovSmirnovNull(n.reference, n.current));
  return left < SMALLEST && left < LEFT * distribution.effect ? factor : null;
}
