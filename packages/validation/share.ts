import type { Share } from "./section.ts";

/** The most rows of `rows` that a share allows, in integers: 29 % of 100 are 29, whatever 0.29 · 100 is to a computer. */
export function rowsAllowed(share: Share, rows: number): number {
  const { numerator, denominator } = fraction(share);
  return Number((numerator * BigInt(rows)) / denominator);
}

/** The share as people read it. */
export function shareText(share: Share): string {
  const { numerator, denominator } = fraction(share);
  return `${Number(numerator * 100n) / Number(denominator)}%`;
}

function fraction(share: Share): { numerator: bigint; denominator: bigint } {
  const text = String(share);
  const isPercent = text.endsWith("%");
  const [mantissa = "0", power = "0"] = text.replace(/\s?%$/, "").split("e");
  const [whole = "0", decimals = ""] = mantissa.split(".");
  const tens = decimals.length - Number(power) + (isPercent ? 2 : 0);
  return { numerator: BigInt(whole + decimals), denominator: 10n ** BigInt(tens) };
}
