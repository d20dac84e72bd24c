import { EXPECTED, surprise } from "../expectation.ts";
import type { Check } from "../production/drift.ts";
import type { Made } from "./make.ts";
import type { ReleasePart } from "./part.ts";
import { digestOf } from "./registry.ts";

/** One thing that is known beforehand, and what came. */
export interface Checked {
  what: string;
  expected: string;
  found: string;
}

/** Verdicts, versions, bytes, rollouts, drift and assignments, each against what must have come. */
export function checked(part: ReleasePart): Checked[] {
  const [first, second, third, fourth] = part.made;
  const [better, breaking] = part.merged;
  const [quiet, once, twice] = part.drift.checks;
  return [
    { what: "the first push to main", expected: "1.0.0, trained here", found: madeOf(first) },
    { what: "1.0.0 in production", expected: "live", found: becameOf(first) },
    {
      what: "promoting at a terminal",
      expected: "refused",
      found: part.refusal?.includes("would not count") ? "refused" : (part.refusal ?? "not refused"),
    },
    {
      what: `#${part.stopped.review.number} bad-rows`,
      expected: "fail: age, nothing is trained",
      found: stoppedOf(part),
    },
    ...[...part.reviewed, part.broken].map(({ change: { name }, review }) => {
      const expected = EXPECTED[name].verdict;
      return {
        what: `#${review.number} ${name}`,
        expected,
        found: surprise(name, review.evidence) ?? expected,
      };
    }),
    { what: `the merge of #${better}`, expected: "1.1.0, not trained again", found: madeOf(second) },
    { what: "bytes of 1.1.0", expected: `those reviewed in #${better}`, found: bytesOf(part) },
    { what: "1.1.0 in production", expected: "live, none failed", found: becameOf(second) },
    {
      what: `the merge of #${breaking}`,
      expected: "1.2.0, not trained again, failed: production",
      found: madeOf(third),
    },
    { what: "1.2.0 in production", expected: "taken back, before all moved", found: becameOf(third) },
    { what: "a week as before", expected: "quiet", found: foundOf(quiet) },
    { what: "a week of older people", expected: "severe: age, waiting", found: foundOf(once) },
    { what: "another one", expected: "severe: age, dispatch", found: foundOf(twice) },
    { what: "issues about it", expected: "one, with the verdict", found: issuesOf(part) },
    { what: "the retrain", expected: "1.3.0, trained here", found: madeOf(fourth) },
    { what: "1.3.0 in production", expected: "live, none failed", found: becameOf(fourth) },
    ...recordedOf(part),
    {
      what: "production, one after the other",
      expected: "1.0.0, 1.1.0, 1.3.0, 1.1.0",
      found: productionOf(part),
    },
    {
      what: "tags that nobody vouches for",
      expected: "none",
      found: part.history.flatMap(({ tag, doubted }) => (doubted ? [tag] : [])).join(", ") || "none",
    },
  ];
}

/** What became of a version among those who asked. */
function becameOf(made: Made | undefined): string {
  if (made?.rollout === undefined) return "nothing";
  const { details, calls } = made.rollout;
  const { state, from, traffic } = details;
  const last = (traffic?.steps.length ?? 0) - 1;
  if (state === "harm") return `taken back, ${traffic?.step === last ? "after" : "before"} all moved`;
  const failed = calls.failed === 0 ? "none failed" : `${calls.failed} failed`;
  return from === null ? state : `${state}, ${failed}`;
}

function foundOf(check: Check | undefined): string {
  if (check === undefined) return "no check";
  const { severity, columns, retrain } = check.details;
  if (severity === "quiet") return "quiet";
  const isAge = columns.some((column) => column.name === "age" && column.severity === "severe");
  return `${severity}: ${isAge ? "age" : "not age"}, ${retrain.decision}`;
}

function issuesOf({ drift: { issues } }: ReleasePart): string {
  const [issue, ...more] = issues;
  if (issue === undefined || more.length > 0) return `${issues.length} issues`;
  const hasVerdict = issue.comments.some(({ body }) => /Retrain, evaluate: pass/.test(body));
  return hasVerdict ? "one, with the verdict" : "one, without the verdict";
}

function stoppedOf({ stopped: { review, skipped } }: ReleasePart): string {
  const [check] = review.checks;
  const why = /age .*rows? above 100/.test(check?.title ?? "") ? "age" : (check?.title ?? "no check");
  const isTrained = !skipped.includes("train");
  return `${check?.conclusion === "failure" ? "fail" : "no failure"}: ${why}, ${isTrained ? "and the model is trained" : "nothing is trained"}`;
}

function madeOf(made: Made | undefined): string {
  if (made === undefined) return "no release";
  const { version = "no version", skipped, failed } = made;
  const trained = skipped.includes("train") ? "not trained again" : "trained here";
  return [version, trained, ...(failed.length > 0 ? [`failed: ${failed.join(", ")}`] : [])].join(", ");
}

function bytesOf(part: ReleasePart): string {
  const shipped = shippedIn(part, "1.1.0");
  const [merged] = part.merged;
  const reviewed = part.reviewed.find(({ review }) => review.number === merged);
  const isReviewed = reviewed?.review.evidence.subject.some(({ digest }) => digest.sha256 === shipped);
  return isReviewed ? `those reviewed in #${merged}` : `others (${shipped ?? "no release"})`;
}

function recordedOf(part: ReleasePart): Checked[] {
  if (part.recorded === undefined) return [];
  const versions = [
    ["1.0.0", "main"],
    ["1.1.0", "better"],
    ["1.2.0", "breaks-in-production"],
    ["1.3.0", "better-later"],
  ] as const;
  return versions.map(([version, name]) => ({
    what: `model.onnx of ${version}`,
    expected: short(part.recorded?.get(name)),
    found: short(shippedIn(part, version)),
  }));
}

function shippedIn({ releases }: ReleasePart, version: string): string | undefined {
  const release = releases.find(({ tag_name }) => tag_name.endsWith(`@v${version}`));
  return release && digestOf(release, "model.onnx");
}

function productionOf({ history }: ReleasePart): string {
  const assigned = history.filter(({ environment, doubted }) => environment === "production" && !doubted);
  return assigned.map(({ number }) => number).join(", ");
}

function short(digest: string | undefined): string {
  return digest === undefined ? "none" : `${digest.slice(0, 12)}...`;
}
