import { expect, test } from "vitest";
import { outcomeOf } from "./outcome.ts";

test.each([
  ["pass", "review", "success", 0],
  ["pass", "block", "success", 0],
  ["inconclusive", "review", "neutral", 0],
  ["inconclusive", "allow", "success", 0],
  ["inconclusive", "block", "failure", 2],
  ["fail", "allow", "failure", 1],
  ["error", "allow", "failure", 3],
  ["not_applicable", "block", "success", 0],
] as const)("%s under `inconclusive: %s` is %s and exits %i", (verdict, inconclusive, conclusion, exit) => {
  expect(outcomeOf(verdict, inconclusive)).toEqual({ conclusion, exit });
});

test("an inconclusive verdict that is meant to block never satisfies a required check", () => {
  expect(outcomeOf("inconclusive", "block").conclusion).toBe("failure");
});
