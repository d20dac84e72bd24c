import type { Verdict } from "@mlops-actions/core";
import type { Element } from "hast";
import { s } from "hastscript";

// Each verdict has a shape of its own: colour alone tells nothing to one man in twelve, or on paper.
const SHAPE: Record<Verdict, Element> = {
  pass: s("path", { d: "M3.5 8.5l3 3 6-7" }),
  fail: s("path", { d: "M4 4l8 8M12 4l-8 8" }),
  inconclusive: s("path", { d: "M5.6 6a2.4 2.4 0 1 1 3.4 2.2c-.7.3-1 .8-1 1.5M8 12.2v.1" }),
  error: s("path", { d: "M8 3.5v5.5M8 12v.1" }),
  not_applicable: s("path", { d: "M4 8h8" }),
};

/** The sign of a verdict, for the eye only: its word stands beside it. */
export function sign(verdict: Verdict, size: number): Element {
  return s(
    "svg",
    { viewBox: "0 0 16 16", width: size, height: size, className: ["sign"], ariaHidden: "true" },
    [structuredClone(SHAPE[verdict])],
  );
}
