import { expect, test } from "vitest";
import { readCommands } from "./stdout-command.ts";

test("commands are told from text, and unescaped", () => {
  const output = [
    "plain text",
    "::error::100%25 wrong%0Aand more",
    "  ::warning file=a%2Cb.yml,line=1,endLine=2,col=3,endColumn=4,title=A%3A b::msg",
    "::notice title=100%25::fine",
    "not ::error::a command",
    "::add-mask::a%25b",
    "::debug::quiet",
    "::group::Rows",
    "::endgroup::",
  ].join("\n");
  expect(readCommands(output)).toEqual({
    annotations: [
      { level: "error", message: "100% wrong\nand more" },
      {
        level: "warning",
        message: "msg",
        file: "a,b.yml",
        line: 1,
        endLine: 2,
        column: 3,
        endColumn: 4,
        title: "A: b",
      },
      { level: "notice", message: "fine", title: "100%" },
    ],
    maskedValues: ["a%b"],
    debug: ["quiet"],
    groups: ["Rows"],
  });
});

test("between stop-commands and its token everything is text", () => {
  const output = "::stop-commands::tok\n::error::no\n::other::\n::tok::\n::error::yes\n";
  expect(readCommands(output).annotations).toEqual([{ level: "error", message: "yes" }]);
});

test("an escaped per cent sign is no second escape", () => {
  expect(readCommands("::notice::%250A").annotations[0]?.message).toBe("%0A");
});
