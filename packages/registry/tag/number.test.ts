import { describe, expect, it } from "vitest";
import { compareNumbers, nextNumber } from "./number.ts";

describe("a version's number", () => {
  it("is ordered by its three numbers, not as text", () => {
    expect(["1.10.0", "1.9.9", "2.0.0", "1.9.10"].toSorted(compareNumbers)).toEqual([
      "1.9.9",
      "1.9.10",
      "1.10.0",
      "2.0.0",
    ]);
  });

  it.each([
    [[], "patch", "1.0.0"],
    [["1.4.2"], "patch", "1.4.3"],
    [["1.4.2"], "minor", "1.5.0"],
    [["1.4.2"], "major", "2.0.0"],
    [["1.10.0", "1.9.9"], "patch", "1.10.1"],
  ] as const)("after %j and a %s change is %s", (claimed, bump, number) => {
    expect(nextNumber(claimed, bump)).toBe(number);
  });
});
