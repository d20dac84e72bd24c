import { EXPECTED, surprise } from "../expectation.ts";
import type { Made, ReleasePart } from "./part.ts";
import { digestOf } from "./registry.ts";

/** One thing that is known beforehand, and what came. */
export interface Checked {
  what: string;
  expected: string;
  found: string;
}

/** Verdicts, versions, bytes and assignments, each against what must have come. */
export function checked(part: ReleasePart): Checked[] {
  const [first, second] = part.made;
  return [
    { what: "the first push to main", expected: "1.0.0, trained here", found: madeOf(first) },
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
    ...part.reviewed.map(({ change: { name }, review }) => {
      const expected = EXPECTED[name].verdict;
      return {
        what: `#${review.number} ${name}`,
        expected,
        found: surprise(name, review.evidence) ?? expected,
      };
    }),
    { what: `the merge of #${part.merged}`, expected: "1.1.0, not trained again", found: madeOf(second) },
    { what: "bytes of 1.1.0", expected: `those reviewed in #${part.merged}`, found: bytesOf(part) },
    ...recordedOf(part),
    { what: "production, one after the other", expected: "1.0.0, 1.1.0, 1.0.0", found: productionOf(part) },
    {
      what: "tags that nobody vouches for",
      expected: "none",
      found: part.history.flatMap(({ tag, doubted }) => (doubted ? [tag] : [])).join(", ") || "none",
    },
  ];
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
  if (failed.length > 0) return `${version}, failed: ${failed.join(", ")}`;
  return `${version}, ${skipped.includes("train") ? "not trained again" : "trained here"}`;
}

function bytesOf(part: ReleasePart): string {
  const shipped = shippedIn(part, "1.1.0");
  const reviewed = part.reviewed.find(({ review }) => review.number === part.merged);
  const isReviewed = reviewed?.review.evidence.subject.some(({ digest }) => digest.sha256 === shipped);
  return isReviewed ? `those reviewed in #${part.merged}` : `others (${shipped ?? "no release"})`;
}

function recordedOf(part: ReleasePart): Checked[] {
  if (part.recorded === undefined) return [];
  const versions = [
    ["1.0.0", "main"],
    ["1.1.0", "better"],
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
