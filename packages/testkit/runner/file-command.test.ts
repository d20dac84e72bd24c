import * as fc from "fast-check";
import { expect, test } from "vitest";
import { readFileCommand } from "./file-command.ts";

test.each([
  ["a=1\nb=2\n", { a: "1", b: "2" }],
  ["a=1\n\na=2", { a: "2" }],
  ["a=x<<y\n", { a: "x<<y" }],
  ["a<<E\none\ntwo=2\n\nE\nb=\n", { a: "one\ntwo=2\n", b: "" }],
  ["a<<E\nE\n", { a: "" }],
  ["a<<E=F\nx\nE=F\n", { a: "x" }],
])("%j is read as the runner reads it", (text, values) => {
  expect(readFileCommand(text)).toEqual(values);
});

test.each([
  ["a<<E\nvalue\n", /Matching delimiter not found 'E'/],
  ["a<<E\nvalueE", /EOF value must be followed|Matching delimiter/],
  ["just text\n", /Invalid format 'just text'/],
  ["=1\n", /Name must not be empty/],
  ["<<E\nx\nE\n", /must not be empty/],
])("%j fails the step", (text, message) => {
  expect(() => readFileCommand(text)).toThrow(message);
});

test("whatever is written with a delimiter of its own comes back", () => {
  const unit = fc.constantFrom("a", "é", "=", "<", "\n", "\r", " ", "ghadelimiter_1", "\n\n");
  const value = fc.string({ unit }).filter((text) => !text.split("\n").includes("ghadelimiter_1"));
  fc.assert(
    fc.property(value, (text) => {
      expect(readFileCommand(`name<<ghadelimiter_1\n${text}\nghadelimiter_1\n`)).toEqual({ name: text });
    }),
  );
});
