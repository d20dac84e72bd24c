import { expect, test } from "vitest";
import { quoted } from "./quoted.ts";

const digest = "0123456789abcdef".repeat(4);

test("what a sentence quotes, and its digests, are code", () => {
  expect(quoted(`run \`train\` first: ${digest}, not \`${digest}\``)).toEqual([
    "run ",
    { code: "train" },
    " first: ",
    { code: digest },
    ", not ",
    { code: digest },
  ]);
});

test("a quotation that never ends is text", () => {
  expect(quoted("a ` b")).toEqual(["a ` b"]);
  expect(quoted("``")).toEqual(["``"]);
  expect(quoted("`cut off here`", 8)).toEqual([expect.stringMatching(/^`cut/)]);
});
