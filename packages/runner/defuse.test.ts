import fc from "fast-check";
import { expect, test } from "vitest";
import { defuse } from "./defuse.ts";

// How the runner finds a command in a line (actions/runner, ActionCommand.cs): after leading spaces, or `##[` anywhere.
function isCommand(line: string): boolean {
  return line.trimStart().startsWith("::") || line.includes("##[");
}

test.each([
  "::add-mask::x",
  "  \t::stop-commands::token",
  "harmless\r::error file=a.ts::injected",
  "harmless\u2028::warning::injected",
  "\u001b[2K::set-output name=a::b",
  "text ##[command]rm -rf /",
  "\u0000::debug::x",
  ":\u0000:debug::x",
])("%j is shown but not obeyed", (text) => {
  expect(defuse(text).split("\n").filter(isCommand)).toEqual([]);
});

test("no text at all becomes a command", () => {
  const pieces = fc.constantFrom(
    ":",
    "::",
    "#",
    "##[",
    "[",
    "error",
    " ",
    "\r",
    "\n",
    "\u001b[0m",
    "\u0085",
    "\u200b",
    "x",
  );
  fc.assert(
    fc.property(
      fc.array(pieces).map((all) => all.join("")),
      (text) => {
        expect(defuse(text).split(/\r|\n/).some(isCommand)).toBe(false);
      },
    ),
  );
});

test("ordinary text stays as it is", () => {
  const text = "AUC 0.91 → 0.92\n\tcolumn a::b, issue #3 [link]";
  expect(defuse(text)).toBe(text);
});
