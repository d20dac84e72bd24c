import type { Element } from "hast";
import { s } from "hastscript";

export type IconName = "success" | "failure" | "neutral" | "pull-request";

const STROKE = { fill: "none", stroke: "currentColor", strokeWidth: 2, strokeLinecap: "round" } as const;

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
      s("circle", { ...STROKE, strokeWidth: 1.5, cx: 4, cy: 3.5, r: 1.8 }),
      s("circle", { ...STROKE, strokeWidth: 1.5, cx: 4, cy: 12.5, r: 1.8 }),
      s("circle", { ...STROKE, strokeWidth: 1.5, cx: 12, cy: 12.5, r: 1.8 }),
      s("path", {
        ...STROKE,
        strokeWidth: 1.5,
        d: "M4 5.3v5.4M12 10.7V6a2 2 0 0 0-2-2H7.5M9.5 1.8L7.3 4l2.2 2.2",
      }),
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
