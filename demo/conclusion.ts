import { formatChange, formatInterval } from "@mlops-actions/report";
import { conditionOf, EXPECTED, surprise } from "./expectation.ts";
import type { Reviewed } from "./review.ts";
import type { Story } from "./story.ts";

/** The four side by side, and why each verdict is right. @returns whether all of them are */
export function conclude(reviewed: readonly Reviewed[], page: string, story: Story): boolean {
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
    isRight
      ? "All four verdicts are right, for the right reasons. As their reviewers see them on GitHub:"
      : "Not every verdict came as expected. As their reviewers see them on GitHub:",
  );
  story.say(page);
  return isRight;
}

function numbersOf({ review }: Reviewed): string[] {
  if (review.evidence.predicate.outcome.kind === "error") return ["", ""];
  const { contrast, estimate } = conditionOf(review.evidence, "auc - baseline.auc");
  const change = [formatChange(contrast, estimate), formatInterval(contrast, estimate)];
  const n = estimate?.kind === "sampled" ? estimate.n.toLocaleString("en-US") : "";
  return [change.filter((part) => part !== null).join(" "), n];
}
