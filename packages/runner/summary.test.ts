import { expect, test } from "vitest";
import { fitted } from "./summary.ts";

test("a summary that fits is left alone", () => {
  expect(fitted("short", 100)).toBe("short");
});

test("a summary that is too long ends at a whole line below the limit, and says so", () => {
  const row = `| ${"ä".repeat(50)} |\n`;
  const short = fitted(row.repeat(100), 1000);
  expect(Buffer.byteLength(short)).toBeLessThan(1000);
  expect(short).toContain("shortened");
  expect(
    short
      .split("\n\n… ")[0]
      ?.split("\n")
      .every((line) => `${line}\n` === row),
  ).toBe(true);
});
