import type { Inline } from "@mlops-actions/core";
import type { Details } from "../details.ts";
import type { Measured } from "./measured.ts";

type Baseline = Details["baseline"];

/** The baseline in a sentence: "better than production", "worse than v1.4.0". */
export function baselineName(baseline: Baseline): string {
  switch (baseline.kind) {
    case "trivial":
      return `the constant answer "${baseline.answer}"`;
    case "file":
      return "the baseline";
    case "base":
      return "the base commit";
    case "version":
      return isEnvironment(baseline) && baseline.how === "exact" ? baseline.asked : `v${baseline.number}`;
  }
}

/** The head of its column. */
export function baselineTitle(baseline: Baseline): string {
  switch (baseline.kind) {
    case "trivial":
      return "constant";
    case "file":
      return "baseline";
    case "base":
      return `base ${baseline.commit.slice(0, 7)}`;
    case "version":
      return isEnvironment(baseline) && baseline.how === "exact"
        ? `${baseline.asked} v${baseline.number}`
        : `v${baseline.number}`;
  }
}

/** The head of the candidate's column. */
export function candidateTitle({ run }: Pick<Measured, "run">): string {
  return run.github?.event === "pull_request" ? "this PR" : "candidate";
}

/** Which model it is, since when, and how its answers were had. */
export function baselineFacts({ details: { baseline }, run }: Measured): Inline[] {
  switch (baseline.kind) {
    case "trivial":
      return [baseline.because === "none" ? "baseline: none" : "no baseline yet"];
    case "file":
      return ["baseline ", { code: baseline.name }];
    case "base":
      return ["baseline: the base commit, trained in a job of its own"];
    case "version": {
      const days = Math.floor((Date.parse(run.finished) - Date.parse(baseline.since)) / 86_400_000);
      const age = days < 1 ? "today" : days === 1 ? "1 day" : `${days} days`;
      const since =
        isEnvironment(baseline) && baseline.how === "exact"
          ? days < 1
            ? `in ${baseline.asked} since today`
            : `in ${baseline.asked} for ${age}`
          : days < 1
            ? "registered today"
            : `registered ${age} ago`;
      return ["baseline ", { code: baseline.tag }, ` (${since}), `, ANSWERED[baseline.answers]];
    }
  }
}

/** What a reader must know of the choice before the numbers. */
export function fallback(baseline: Baseline): Inline[] | undefined {
  if (baseline.kind !== "version" || baseline.how === "exact") return undefined;
  return [
    { strong: `Nothing is in ${baseline.asked} yet` },
    ": compared with the newest version, ",
    { code: baseline.tag },
    ". Assign one with ",
    { code: "mlops-actions registry promote" },
    ", or write ",
    { code: "baseline: latest" },
    ".",
  ];
}

const ANSWERED = {
  asked: "asked here",
  again: "asked again by its own code",
  stored: "by its stored predictions",
} as const;

function isEnvironment({ asked }: Extract<Baseline, { kind: "version" }>): boolean {
  return asked !== "latest" && !/^v?\d+\.\d+\.\d+$/.test(asked);
}
