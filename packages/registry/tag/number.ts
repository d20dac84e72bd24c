import type { Publication } from "@mlops-actions/core";

const FIRST = "1.0.0";

/** Below zero: `a` is the older number. */
export function compareNumbers(a: string, b: string): number {
  const [left, right] = [parts(a), parts(b)];
  return left[0] - right[0] || left[1] - right[1] || left[2] - right[2];
}

/** The number after the newest that was ever claimed: a withdrawn one is never used again. */
export function nextNumber(claimed: readonly string[], bump: Publication["bump"]): string {
  const newest = claimed.toSorted(compareNumbers).at(-1);
  if (newest === undefined) return FIRST;
  const [major, minor, patch] = parts(newest);
  switch (bump) {
    case "major":
      return `${major + 1}.0.0`;
    case "minor":
      return `${major}.${minor + 1}.0`;
    case "patch":
      return `${major}.${minor}.${patch + 1}`;
  }
}

function parts(number: string): [number, number, number] {
  const [major = 0, minor = 0, patch = 0] = number.split(".").map(Number);
  return [major, minor, patch];
}
