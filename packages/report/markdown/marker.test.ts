import { describe, expect, it } from "vitest";
import { attacks } from "../testdata/attacks.ts";
import { better } from "../testdata/documents.ts";
import { markerOf, readMarker } from "./marker.ts";
import { LIMIT, renderMarkdown } from "./render.ts";

describe("the hidden marker", () => {
  it("is the first line, and reads back what was written", () => {
    const text = renderMarkdown(better, {
      limit: LIMIT.comment,
      links: {},
      marker: { run: "12", attempt: "2" },
    });
    expect(text.split("\n")[0]).toBe("<!-- mlops:census-income:evaluate run=12 attempt=2 -->");
    expect(readMarker(text)).toEqual({
      model: "census-income",
      stage: "evaluate",
      facts: { run: "12", attempt: "2" },
    });
  });

  it("is not found anywhere but at the beginning", () => {
    expect(readMarker(`quoted: ${markerOf(better.key)}`)).toBeNull();
  });

  it("refuses whatever is not a plain token", () => {
    const words = attacks.filter((attack) => !/^[A-Za-z0-9][\w.-]*$/.test(attack));
    for (const attack of [...words, "a--b", "x".repeat(101)]) {
      expect(() => markerOf({ model: attack, stage: "evaluate" }), attack).toThrow(RangeError);
      expect(() => markerOf(better.key, { run: attack }), attack).toThrow(RangeError);
    }
  });
});
