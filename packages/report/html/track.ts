import type { Verdict } from "@mlops-actions/core";
import type { Element } from "hast";
import { s } from "hastscript";

/** An interval on a horizontal axis; `null` bounds run off its end. */
export interface Interval {
  value: number;
  low: number | null;
  high: number | null;
  verdict: Verdict | null;
}

/** The axis that intervals share. */
export interface Axis {
  from: number;
  to: number;
  limit: number | null;
  neutral: number | null;
  /** The side of the limit on which the rule holds, where it is known. */
  good?: "above" | "below" | undefined;
}

/** The axis that shows all intervals, the limit and the point of no change, with some air. */
export function axisOf(
  intervals: readonly Interval[],
  { limit, neutral, good }: Pick<Axis, "limit" | "neutral" | "good">,
): Axis {
  const numbers = [limit, neutral, ...intervals.flatMap(({ value, low, high }) => [value, low, high])].filter(
    (number): number is number => number !== null && Number.isFinite(number),
  );
  const from = Math.min(...numbers);
  const to = Math.max(...numbers);
  const air = (to - from) * 0.1 || Math.abs(to) * 0.1 || 1;
  return { from: from - air, to: to + air, limit, neutral, good };
}

/** An interval as a line with a marker: limit solid, no change dotted, the side where the rule fails shaded. */
export function track(interval: Interval, axis: Axis, label: string): Element {
  const at = (number: number): string => {
    const share = (number - axis.from) / (axis.to - axis.from);
    return `${(100 * Math.min(1, Math.max(0, Number.isFinite(share) ? share : 0.5))).toFixed(2)}%`;
  };
  const low = interval.low === null ? "0%" : at(interval.low);
  const high = interval.high === null ? "100%" : at(interval.high);
  const tone = interval.verdict ?? "plain";
  return s("svg", { className: ["track", tone], width: "100%", height: 24, role: "img", ariaLabel: label }, [
    ...shade(axis, at),
    ...(axis.neutral === null ? [] : [rule(at(axis.neutral), "neutral")]),
    ...(axis.limit === null ? [] : [rule(at(axis.limit), "limit")]),
    s("line", { x1: low, x2: high, y1: 12, y2: 12, className: ["bar"] }),
    s("svg", { x: at(interval.value), y: 12, overflow: "visible" }, [marker(interval.verdict)]),
  ]);
}

function shade({ limit, good }: Axis, at: (number: number) => string): Element[] {
  if (limit === null || good === undefined) return [];
  const edge = at(limit);
  const bad =
    good === "above"
      ? { x: "0", width: edge }
      : { x: edge, width: `${(100 - Number.parseFloat(edge)).toFixed(2)}%` };
  return [s("rect", { ...bad, y: 2, height: 20, className: ["bad"] })];
}

function rule(x: string, kind: "limit" | "neutral"): Element {
  return s("line", { x1: x, x2: x, y1: 2, y2: 22, className: [kind] });
}

function marker(verdict: Interval["verdict"]): Element {
  switch (verdict) {
    case "fail":
    case "error":
      return s("rect", { x: -5, y: -5, width: 10, height: 10, className: ["point"] });
    case "inconclusive":
      return s("path", { d: "M0-6.5L6.5 0 0 6.5-6.5 0Z", className: ["point", "hollow"] });
    default:
      return s("circle", { r: 5, className: ["point"] });
  }
}
