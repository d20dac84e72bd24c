const TERMS = 30;
// below it the alternating series needs many terms, above it its dual does
const CROSSING = 1.18;

/** P(K > λ) of Kolmogorov's limiting distribution (Kolmogorov 1933); below 1.18 by the dual theta series (Marsaglia, Tsang and Wang 2003). */
export function kolmogorovTail(lambda: number): number {
  if (!(lambda > 0)) return 1;
  if (lambda < CROSSING) {
    let below = 0;
    for (let k = 1; k <= TERMS; k++) below += Math.exp(-(((2 * k - 1) * Math.PI) ** 2) / (8 * lambda ** 2));
    return 1 - (Math.sqrt(2 * Math.PI) / lambda) * below;
  }
  let tail = 0;
  for (let k = TERMS; k >= 1; k--) tail += (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * (k * lambda) ** 2);
  return Math.min(1, tail);
}
