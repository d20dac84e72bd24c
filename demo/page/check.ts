import type { Element } from "hast";
import { h } from "hastscript";
import type { Check } from "../conversation.ts";
import { type IconName, icon } from "./icon.ts";

/** The sign of a whole commit: GitHub counts a neutral check as passed. */
export function rollup(checks: readonly Check[]): IconName {
  return checks.some((check) => signOf(check) === "failure") ? "failure" : "success";
}

export function checkLine(check: Check): Element {
  return h("div.check", [
    icon(signOf(check)),
    h("span", [h("strong", check.name), h("span.muted", ` — ${check.title}`)]),
  ]);
}

/** The box at the end of a pull request. */
export function checkBox(checks: readonly Check[]): Element {
  const failing = checks.filter((check) => signOf(check) === "failure").length;
  const counts = (["failure", "neutral", "success"] as const)
    .map((sign) => ({ sign, count: checks.filter((check) => signOf(check) === sign).length }))
    .filter(({ count }) => count > 0)
    .map(({ sign, count }) => `${count} ${WORD[sign]} check${count === 1 ? "" : "s"}`);
  const heading =
    failing === 0
      ? "All checks have passed"
      : failing === checks.length
        ? "All checks have failed"
        : "Some checks were not successful";
  return h("section.box.checks", { className: [rollup(checks)] }, [
    h("div.outcome", [
      icon(rollup(checks)),
      h("div", [h("strong", heading), h("div.muted", counts.join(", "))]),
    ]),
    ...checks.map(checkLine),
  ]);
}

const WORD = { failure: "failing", neutral: "neutral", success: "successful" } as const;

function signOf({ conclusion }: Check): "success" | "failure" | "neutral" {
  return conclusion === "success" || conclusion === "neutral" ? conclusion : "failure";
}
