import type { Element } from "hast";
import { s } from "hastscript";

export type IconName =
  | "success"
  | "failure"
  | "neutral"
  | "pull-request"
  | "merged"
  | "version"
  | "live"
  | "issue";

const STROKE = { fill: "none", stroke: "currentColor", strokeWidth: 2, strokeLinecap: "round" } as const;

const THIN = { ...STROKE, strokeWidth: 1.5 } as const;

const DRAWN: Readonly<Record<IconName, { label: string; draw: () => Element[] }>> = {
  success: { label: "successful", draw: () => [disc(), onDisc("M4.8 8.3l2.1 2.1 4.3-4.6")] },
  failure: { label: "failing", draw: () => [disc(), onDisc("M5.6 5.6l4.8 4.8M10.4 5.6l-4.8 4.8")] },
  neutral: {
    label: "neutral",
    draw: () => [
      s("rect", { x: 2, y: 2, width: 12, height: 12, rx: 3, fill: "currentColor" }),
      onDisc("M5 8h6"),
    ],
  },
  "pull-request": {
    label: "open pull request",
    draw: () => [
      s("circle", { ...THIN, cx: 4, cy: 3.5, r: 1.8 }),
      s("circle", { ...THIN, cx: 4, cy: 12.5, r: 1.8 }),
      s("circle", { ...THIN, cx: 12, cy: 12.5, r: 1.8 }),
      s("path", { ...THIN, d: "M4 5.3v5.4M12 10.7V6a2 2 0 0 0-2-2H7.5M9.5 1.8L7.3 4l2.2 2.2" }),
    ],
  },
  merged: {
    label: "merged pull request",
    draw: () => [
      s("circle", { ...THIN, cx: 4, cy: 3.5, r: 1.8 }),
      s("circle", { ...THIN, cx: 4, cy: 12.5, r: 1.8 }),
      s("circle", { ...THIN, cx: 12, cy: 8, r: 1.8 }),
      s("path", { ...THIN, d: "M4 5.3v5.4M4 5.5c.5 2 2.500 2.500 6 2.500" }),
    ],
  },
  version: {
    label: "version",
    draw: () => [
      s("path", { ...THIN, d: "M2 2.500h5.500l6.500 6.500-5 5-6.500-6.500z" }),
      s("circle", { cx: 5, cy: 5.5, r: 1, fill: "currentColor" }),
    ],
  },
  issue: {
    label: "issue",
    draw: () => [
      s("circle", { ...THIN, cx: 8, cy: 8, r: 6.2 }),
      s("circle", { cx: 8, cy: 8, r: 1.6, fill: "currentColor" }),
    ],
  },
  live: {
    label: "assignment",
    draw: () => [
      s("rect", { ...THIN, x: 2, y: 2.5, width: 12, height: 4.5, rx: 1 }),
      s("rect", { ...THIN, x: 2, y: 9, width: 12, height: 4.5, rx: 1 }),
      s("path", { ...THIN, d: "M4.800 4.750h.1M4.800 11.250h.1" }),
    ],
  },
};

/** A sign drawn in place, so that the page needs nothing but itself. */
export function icon(name: IconName): Element {
  const { label, draw } = DRAWN[name];
  return s("svg", { className: ["icon", name], viewBox: "0 0 16 16", role: "img", ariaLabel: label }, draw());
}

function disc(): Element {
  return s("circle", { cx: 8, cy: 8, r: 7, fill: "currentColor" });
}

function onDisc(d: string): Element {
  return s("path", { ...STROKE, stroke: "var(--on-sign)", d });
}
