import fc from "fast-check";
import { expect, test } from "vitest";
import { fixedFolder, matchesGlob } from "./glob.ts";

test.each([
  ["a.csv", "*.csv", true],
  ["d/a.csv", "*.csv", false],
  ["d/a.csv", "d/?.csv", true],
  ["mlops.yml", "**/mlops.yml", true],
  ["a/b/mlops.yml", "**/mlops.yml", true],
  ["a/b/c/d", "a/**/d", true],
  ["a/d", "a/**/d", true],
  ["b/d", "a/**/d", false],
  [".env", "*", false],
  [".env", ".*", true],
  [".x/y", "**/y", false],
  ["a+b(c).csv", "a+b(c).csv", true],
  ["aXb", "a.b", false],
])("%s against %s: %s", (path, glob, expected) => {
  expect(matchesGlob(path, glob)).toBe(expected);
});

test("a path without wildcards matches itself and nothing else", () => {
  const path = fc
    .array(fc.stringMatching(/^[a-z0-9_-]{1,4}$/), { minLength: 1, maxLength: 4 })
    .map((names) => names.join("/"));
  fc.assert(fc.property(path, path, (a, b) => matchesGlob(a, a) && matchesGlob(a, b) === (a === b)));
});

test("agrees with a regular expression on names of stars and letters", () => {
  const name = fc.stringMatching(/^[ab]{1,6}$/);
  const pattern = fc.stringMatching(/^[ab*?]{1,6}$/).filter((text) => text !== "**");
  fc.assert(
    fc.property(name, pattern, (name, pattern) => {
      const regex = new RegExp(`^${pattern.replaceAll("*", ".*").replaceAll("?", ".")}$`);
      return matchesGlob(name, pattern) === regex.test(name);
    }),
  );
});

test("a pattern made to backtrack ends", () => {
  expect(matchesGlob("a".repeat(5000), `${"*a".repeat(500)}b`)).toBe(false);
  expect(matchesGlob("a/".repeat(500), `${"**/a/".repeat(300)}b`)).toBe(false);
});

test("a search begins at the folder in front of the first wildcard", () => {
  expect(fixedFolder("a/b/*.csv")).toBe("a/b");
  expect(fixedFolder("**/x")).toBe("");
  expect(fixedFolder("a/b.csv")).toBe("a");
});
