import type { Random } from "@mlops-actions/statistics";

/** A standard normal number (Box and Muller 1958). */
export function drawNormal(random: Random): number {
  return Math.sqrt(-2 * Math.log1p(-random())) * Math.cos(2 * Math.PI * random());
}

/** Two standard normal numbers with the correlation. */
export function drawPair(correlation: number, random: Random): [number, number] {
  const radius = Math.sqrt(-2 * Math.log1p(-random()));
  const angle = 2 * Math.PI * random();
  const first = radius * Math.cos(angle);
  return [first, correlation * first + Math.sqrt(1 - correlation ** 2) * radius * Math.sin(angle)];
}
