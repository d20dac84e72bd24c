import type { Element } from "hast";
import { h } from "hastscript";
import type { Rollout } from "../production/rollout.ts";
import { icon } from "./icon.ts";
import { markdown } from "./markdown.ts";

/** A rollout: GitHub's record of its steps, and what its run says of it. */
export function rolloutBox({ details, steps, summary }: Rollout): Element {
  const { version, state } = details;
  const isGood = state === "live";
  return h("section.box.comment", { id: rolloutId(version ?? "") }, [
    h("header", [
      icon(isGood ? "success" : "failure"),
      h("strong", `${version} in production`),
      h("span.muted", isGood ? "took over" : "was taken back"),
    ]),
    h(
      "ol.steps",
      steps.map((step) => h("li", [icon(signOf(step.state)), h("span", step.said)])),
    ),
    markdown(summary),
  ]);
}

/** Where the page has the rollout of a version. */
export function rolloutId(version: string): string {
  return `rollout-${version}`;
}

function signOf(state: string) {
  if (state === "success") return "success";
  return state === "failure" || state === "error" ? "failure" : "neutral";
}
