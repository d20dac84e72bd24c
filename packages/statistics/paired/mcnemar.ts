import binomialCdf from "@stdlib/stats-base-dists-binomial-cdf";
import binomialPmf from "@stdlib/stats-base-dists-binomial-pmf";
import { requireCount } from "../confidence.ts";

/**
 * Two-sided p-values of "harm and help are equally likely" (McNemar 1947): exact, and mid-p, which wastes less and was never seen to err
 * notably more than it says (Fagerland, Lydersen and Laake 2013). Without a discordant row both are 1.
 */
export function mcnemar({ harm, help }: { readonly harm: number; readonly help: number }): {
  exact: number;
  midP: number;
} {
  requireCount("harm", harm);
  requireCount("help", help);
  const discordant = harm + help;
  const fewer = Math.min(harm, help);
  const tails = 2 * binomialCdf(fewer, discordant, 0.5);
  return { exact: Math.min(1, tails), midP: Math.min(1, tails - binomialPmf(fewer, discordant, 0.5)) };
}
