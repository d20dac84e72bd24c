import { expect, test } from "vitest";
import { logProgress } from "./progress.ts";

test("steps of one label are one line at its start and one at its end", () => {
  const lines: string[] = [];
  const progress = logProgress((line) => lines.push(line));
  for (let done = 0; done <= 1000; done++) progress.step("scoring", done, 1000);
  progress.step("judging");
  expect(lines).toEqual(["scoring (0 of 1000)", "scoring (1000 of 1000)", "judging"]);
});

test("a label from data cannot command the runner", () => {
  const lines: string[] = [];
  logProgress((line) => lines.push(line)).step("::error::x\n::warning::y");
  expect(lines.join("\n")).not.toMatch(/^::/m);
});
