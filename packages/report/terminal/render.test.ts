import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { attacks } from "../testdata/attacks.ts";
import { failed, firstVersion, all as reports, unjudged } from "../testdata/documents.ts";
import { hostile } from "../testdata/hostile.ts";
import { renderTerminal } from "./render.ts";

const log = { color: false, width: 110, unicode: false };

describe("a report at a terminal", () => {
  it("says the verdict and its reason first, then one line per rule", () => {
    expect(
      `\n${renderTerminal(failed, log).split("\n\n").slice(0, 5).join("\n\n")}\n`,
    ).toMatchInlineSnapshot(`
      "
      FAIL  AUC is worse than production

        AUC 0.9264 -> 0.9151, likely between -0.0129 and -0.0097; the rule allows -0.005. Most of it comes from
        education = HS-grad (2,940 rows, recall 61 % -> 48 %).

        warning: This PR changes the rules: auc - baseline.auc > -0.005 -> > -0.02. Judged by the rules on main; by
        the proposed ones: pass.

        auc                 0.9264 ->  0.9151   -0.0113 [-0.0129, -0.0097]  > -0.005     FAIL
        recall gap by sex     7.0% ->  12.4%    +5.4 points [+3.1, +7.8]    <= 3 points  FAIL
        latency p95        3.10 ms ->  2.00 ms  x0.65 [0.62, 0.68]          <= x1.2      better
        worst auc by race              0.87     [0.82, 0.91]                >= 0.8       CANNOT TELL

        worst auc by race: groups too small to judge: Other: 41 of 100
      "
    `);
  });

  it("leaves out what there is no baseline for", () => {
    expect(renderTerminal(firstVersion, log)).toContain("  auc   0.86    [0.83, 0.89]  >= 0.8    pass\n");
  });

  it("prints a fault as compilers do, with its remedy", () => {
    expect(renderTerminal(unjudged, log).split("\n").slice(0, 2)).toEqual([
      'mlops.yml:14:9 error: column "zip" is not in data/test.parquet (did you mean "zipcode"?)',
      "  Rename it in data.columns, or in the file.",
    ]);
  });

  it("needs nothing but ASCII for its own words", () => {
    for (const report of Object.values(reports))
      expect(renderTerminal(report, log)).toMatch(/^[\n\x20-\x7e]+$/);
  });

  it("stays within a narrow terminal", () => {
    for (const report of Object.values(reports))
      for (const line of renderTerminal(report, { ...log, width: 60 }).split("\n"))
        expect(line.length).toBeLessThanOrEqual(line.startsWith("mlops.yml:") ? 100 : 62);
  });

  it("colours words that stand without colour", () => {
    const text = renderTerminal(failed, { ...log, color: true });
    expect(text).toContain("\u001b[31mFAIL\u001b[39m");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape sequences are what is removed
    expect(text.replace(/\u001b\[\d+m/g, "")).toBe(renderTerminal(failed, log));
  });
});

describe("text from data at a terminal", () => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: their absence is what is tested
  const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/;

  it("holds no control sequence and no hidden character", () => {
    for (const attack of attacks) expect(renderTerminal(hostile(attack), log)).not.toMatch(CONTROL);
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(renderTerminal(hostile(text), log)).not.toMatch(CONTROL);
      }),
    );
  });

  it("begins no line with a workflow command", () => {
    for (const attack of attacks) expect(renderTerminal(hostile(attack), log)).not.toMatch(/^\s*::|##\[/m);
  });
});
