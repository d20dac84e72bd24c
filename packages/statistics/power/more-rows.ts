import { oneSide, requireCount } from "../confidence.ts";
import { normalTail } from "../interval/tail.ts";

export type MoreRows =
  | { /** About so many rows more, two digits. */ readonly kind: "about"; readonly rows: number }
  | { /** The estimate sits on the limit: rows will not settle it. */ readonly kind: "hardly" };

export interface Undecided {
  /** Rows now. */
  readonly n: number;
  readonly estimate: number;
  /** At `n` rows. */
  readonly standardError: number;
  readonly limit: number;
  /** Of the interval that decides; 0.95 unless said. */
  readonly level?: number;
}

const POWER = 0.8;
const HARDLY = 10; // times the present rows: beyond, labelling is no remedy

/**
 * How many more rows would decide on which side of the limit the truth lies, with 80 % power, if the estimate stays as it looks:
 * n · (z₁₋α⸝₂ + z₁₋β)² · SE² / (estimate − limit)² in all (Chow, Shao and Wang 2008, section 3.1). Zero means that n is enough.
 */
export function moreRows({ n, estimate, standardError, limit, level = 0.95 }: Undecided): MoreRows {
  requireCount("n", n, 1);
  const reach = (normalTail.critical(oneSide(level)) + normalTail.critical(1 - POWER)) * standardError;
  const needed = n * (reach / (estimate - limit)) ** 2;
  if (Number.isNaN(needed) || needed > HARDLY * n) return { kind: "hardly" };
  return { kind: "about", rows: Math.ceil(Number(Math.max(0, needed - n).toPrecision(2))) };
}
