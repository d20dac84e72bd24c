import { describe, expect, it } from "vitest";
import { parseLiteral } from "./parse-literal.ts";
import { inBaseUnit } from "./units.ts";

describe("a quantity of a condition or a budget", () => {
  it.each([
    ["30 min", 1800, "second"],
    ["1.5 h", 5400, "second"],
    ["2 d", 172_800, "second"],
    ["20ms", 0.02, "second"],
    ["45 s", 45, "second"],
    ["1 kB", 1000, "byte"],
    ["50 MB", 50e6, "byte"],
    ["1.9 GiB", 1.9 * 2 ** 30, "byte"],
    ["1 MiB", 1_048_576, "byte"],
    ["2 GB", 2e9, "byte"],
    ["60 USD", 60, "USD"],
    ["10_000", 10_000, "number"],
  ])("%s", (text, value, measures) => {
    expect(inBaseUnit(parseLiteral(text))).toEqual({ value, measures });
  });

  it("reads per cent as the number that its decimals say", () => {
    for (let hundredths = 0; hundredths <= 100; hundredths++) {
      const { value } = inBaseUnit(parseLiteral(`${hundredths}%`));
      expect(value).toBe(Number((hundredths / 100).toFixed(2)));
    }
  });

  it.each(["", "min", "30 minutes", "30 min 5", "1 h 30 min", "3 parsecs"])("refuses %j", (text) => {
    expect(() => parseLiteral(text)).toThrow(expect.objectContaining({ name: "ConditionError" }));
  });
});
