import type { Contrast } from "@mlops-actions/core";
import { formatDistance, formatLimit } from "./change.ts";
import type { Style } from "./style.ts";

/** A condition in words: `not worse than −0.005`, `at most × 1.2`, `at least 0.85`, `exactly 0`. */
export function formatRule(contrast: Contrast, style: Style = "typographic"): string {
  const words = wordsOf(contrast, style);
  if (contrast.tolerance === undefined) return words;
  const half = formatDistance(contrast, contrast.tolerance, style);
  return `${words}, known to ${style === "ascii" ? "+/-" : "±"} ${half}`;
}

function wordsOf(contrast: Contrast, style: Style): string {
  const { op, limit, neutral } = contrast;
  const text = formatLimit(contrast, style);
  if (op === "=") return `exactly ${text}`;
  if (op === "!=") return `not ${text}`;
  const upIsGood = op === ">" || op === ">=";
  if (neutral !== 0) return `${ORDER[op]} ${text}`;
  if (limit === 0) return op === ">=" || op === "<=" ? "not worse" : "better";
  const distance = formatDistance(contrast, Math.abs(limit), style);
  const allowsWorse = upIsGood ? limit < 0 : limit > 0;
  if (!allowsWorse) return `better by ${distance}`;
  return upIsGood ? `not worse than ${text}` : `at most ${distance} worse`;
}

/** A condition in the signs in which it was written, where words are too wide: `> -0.005`, `<= 3 points`, `<= x1.2`. */
export function formatRuleShort(contrast: Contrast, style: Style): string {
  const text = `${contrast.op} ${formatLimit(contrast, style)}`;
  if (contrast.tolerance === undefined) return text;
  return `${text} ${style === "ascii" ? "+/-" : "±"} ${formatDistance(contrast, contrast.tolerance, style)}`;
}

const ORDER = { ">": "more than", ">=": "at least", "<": "less than", "<=": "at most" } as const;
