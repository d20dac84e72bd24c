import { formatChange, formatInterval } from "@mlops-actions/report";
import { conditionOf, EXPECTED, surprise } from "./expectation.ts";
import { checked } from "./release/expectation.ts";
import type { ReleasePart } from "./release/part.ts";
import type { Reviewed } from "./review.ts";
import type { Story } from "./story.ts";

/** The four side by side, and why each verdict is right. @returns whether all of them are */
export function concludeVerdicts(reviewed: readonly Reviewed[], story: Story): boolean {
  const surprises = reviewed.map(({ change, review }) => surprise(change.name, review.evidence));
  story.chapter("What came out");
  story.table([
    ["pull request", "expected", "found", "change of AUC, 95 % interval", "people"],
    ...reviewed.map((each, at) => [
      `#${each.review.number} ${each.change.name}`,
      EXPECTED[each.change.name].verdict,
      surprises[at] ?? "as expected",
      ...numbersOf(each),
    ]),
  ]);
  story.pause();
  story.table([
    ["why", ""],
    ...reviewed.map(({ change, review }) => [`#${review.number}`, EXPECTED[change.name].because]),
  ]);
  story.pause();
  const isRight = surprises.every((each) => each === undefined);
  story.say(
    isRight ? "All four verdicts are right, for the right reasons." : "Not every verdict came as expected.",
  );
  return isRight;
}

/** What must have come of the second part beside what came. @returns whether all of it did */
export function concludeRelease(part: ReleasePart, story: Story): boolean {
  const found = checked(part);
  story.chapter("What came out");
  story.table([
    ["", "expected", "found"],
    ...found.map(({ what, expected, found }) => [what, expected, expected === found ? "as expected" : found]),
  ]);
  story.pause();
  const isRight = found.every(({ expected, found }) => expected === found);
  story.say(
    isRight
      ? "What was reviewed is what was released, and everything that lives in production is a tag in Git."
      : "Not everything came as expected.",
  );
  return isRight;
}

function numbersOf({ review }: Reviewed): string[] {
  if (review.evidence.predicate.outcome.kind === "error") return ["", ""];
  const { contrast, estimate } = conditionOf(review.evidence, "auc - baseline.auc");
  const change = [formatChange(contrast, estimate), formatInterval(contrast, estimate)];
  const n = estimate?.kind === "sampled" ? estimate.n.toLocaleString("en-US") : "";
  return [change.filter((part) => part !== null).join(" "), n];
}
