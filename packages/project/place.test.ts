import fc from "fast-check";
import { expect, test } from "vitest";
import { Document, type Scalar } from "yaml";
import { readSource } from "./source.ts";

/** Marks with `^` where each character of interest was found. */
function pointed(text: string, word: string) {
  const source = readSource(text, "mlops.yml");
  const value = (source.value as { c: string }).c;
  const { line = 0, column = 0 } = source.place(["c"], value.indexOf(word));
  return text.split("\n")[line - 1]?.slice(column - 1, column - 1 + word.length);
}

test.each([
  ["plain", "c: auc > LIMIT\n"],
  ["plain, behind a comment line", "# a\nc:   auc > LIMIT # b\n"],
  ["plain over two lines", "c: auc - baseline.auc\n   > LIMIT\n"],
  ["plain over lines with an empty one", "c: auc\n\n   > LIMIT\n"],
  ["single quotes", "c: 'it''s ''so'' > LIMIT'\n"],
  ["single quotes over two lines", "c: 'auc\n  > LIMIT'\n"],
  ["double quotes", 'c: "a\\tb \\"x\\" \\x41 \\u00e4 \\U0001F600 > LIMIT"\n'],
  ["double quotes with a line joined", 'c: "auc \\\n    > LIMIT"\n'],
  ["folded", "c: >\n  auc -\n  baseline.auc\n  > LIMIT\n"],
  ["folded and stripped", "c: >-\n    auc -\n    baseline.auc > LIMIT\n"],
  ["literal", "c: |\n  auc\n  > LIMIT\n"],
  ["Windows line ends", "a: 1\r\nc: auc\r\n  > LIMIT\r\n"],
  ["in a flow mapping", "{ a: [1, 2], c: auc > LIMIT }\n"],
])("a character of a text is found in its file: %s", (_, text) => {
  expect(pointed(text, "LIMIT")).toBe("LIMIT");
});

test("in a plain line every offset is a column", () => {
  const word = fc.stringMatching(/^[a-z]{1,8}$/);
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), fc.nat(40), (words, offset) => {
      const value = words.join(" ");
      const at = readSource(`c: ${value}\n`, "f").place(["c"], Math.min(offset, value.length));
      expect(at).toEqual({ file: "f", line: 1, column: 4 + Math.min(offset, value.length) });
    }),
  );
});

test("no offset in any kind of text leads out of it", () => {
  const kind = fc.constantFrom("PLAIN", "QUOTE_SINGLE", "QUOTE_DOUBLE", "BLOCK_FOLDED", "BLOCK_LITERAL");
  fc.assert(
    fc.property(fc.string({ maxLength: 30 }), kind, fc.nat(40), (value, kind, offset) => {
      const document = new Document({ c: value, d: 1 });
      (document.get("c", true) as Scalar).type = kind;
      const text = String(document);
      const source = readSource(text, "f");
      const { line = 0 } = source.place(["c"], offset);
      expect(line).toBeGreaterThanOrEqual(1);
      expect(line).toBeLessThanOrEqual(source.place(["d"]).line ?? 0);
    }),
  );
});

test("what is not written is placed at the nearest key around it", () => {
  const source = readSource("model: m\nevaluate:\n  primary: x\n  guardrails:\n    - a\n", "f");
  expect(source.place(["evaluate", "min_rows"])).toEqual({ file: "f", line: 2, column: 1 });
  expect(source.place(["evaluate", "guardrails", 7])).toEqual({ file: "f", line: 4, column: 3 });
  expect(source.place(["nothing", "at", "all"])).toEqual({ file: "f", line: 1, column: 1 });
  expect(source.placeOfKey(["evaluate", "primary"])).toEqual({ file: "f", line: 3, column: 3 });
});
