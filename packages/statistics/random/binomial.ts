import gammaln from "@stdlib/math-base-special-gammaln";
import { requireCount } from "../confidence.ts";
import type { Random } from "./xoshiro256.ts";

/** One draw of Binomial(n, p). Inversion below an expectation of 10, else transformed rejection (Hörmann 1993, BTRS): both exact, cost independent of n. */
export function drawBinomial(n: number, p: number, random: Random): number {
  requireCount("n", n);
  if (!(p >= 0 && p <= 1)) throw new RangeError(`p must lie in [0, 1]: ${p}`);
  if (n === 0 || p === 0) return 0;
  if (p > 0.5) return n - drawBinomial(n, 1 - p, random);
  return n * p < 10 ? byInversion(n, p, random) : byRejection(n, p, random);
}

/** Sums geometric waiting times between successes (Devroye 1986, X.4.3): no probability is accumulated, so no digits are lost in the tail. */
function byInversion(n: number, p: number, random: Random): number {
  const rate = Math.log1p(-p);
  let successes = 0;
  for (let at = Math.ceil(Math.log1p(-random()) / rate); at <= n; successes++) {
    at += Math.max(1, Math.ceil(Math.log1p(-random()) / rate));
  }
  return successes;
}

function byRejection(n: number, p: number, random: Random): number {
  const spread = Math.sqrt(n * p * (1 - p));
  const b = 1.15 + 2.53 * spread;
  const a = -0.0873 + 0.0248 * b + 0.01 * p;
  const centre = n * p + 0.5;
  const sure = 0.92 - 4.2 / b;
  const alpha = (2.83 + 5.1 / b) * spread;
  const mode = Math.floor((n + 1) * p);
  const odds = Math.log(p / (1 - p));
  const atMode = gammaln(mode + 1) + gammaln(n - mode + 1);
  for (;;) {
    const u = random() - 0.5;
    const v = random();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + centre);
    if (us >= 0.07 && v <= sure) return k;
    if (k < 0 || k > n) continue;
    const relative = atMode - gammaln(k + 1) - gammaln(n - k + 1) + (k - mode) * odds;
    if (Math.log((v * alpha) / (a / (us * us) + b)) <= relative) return k;
  }
}
