import type { ColumnProfile } from "@mlops-actions/tables";
import { describe, expect, it } from "vitest";
import { columnRule, gapsAllowed } from "./column-rule.ts";

const presence = { rows: 1000, missing: 0, empty: 0, nan: 0, infinite: 0, present: 1000 };
const number = (low: number, high: number, type: "integer" | "number" = "number"): ColumnProfile => ({
  name: "x",
  kind: "number",
  type,
  presence,
  edges: [(low + high) / 2],
  counts: [500, 500],
  mean: (low + high) / 2,
  sd: 1,
  ends: { low, high },
});
const category = (values: readonly string[], distinct = 0): ColumnProfile => ({
  name: "x",
  kind: "category",
  type: "string",
  presence,
  values: values.map((value) => ({ value, count: 10 })),
  other: { count: distinct, distinct, singletons: distinct },
  lengths: null,
});

describe("what is proposed for a column", () => {
  it.each([
    ["ages", number(17, 90, "integer"), { type: "integer", min: 0, max: 170 }],
    ["shares", number(0.01, 0.98), { type: "number", min: 0, max: 1 }],
    ["temperatures", number(-10, 30), { type: "number", min: -50, max: 70 }],
    ["years", number(1990, 2020, "integer"), { type: "integer", min: 1900, max: 2100 }],
    ["one number alone", number(3, 3), { type: "number" }],
    ["numbers that a file cannot hold", number(0, 1e300), { type: "number" }],
  ])("%s: a range with room, of round numbers", (_, column, rule) => {
    expect(columnRule(column)).toEqual(rule);
  });

  it("categories where they are few, and no person's", () => {
    expect(columnRule(category(["b", "a"]))).toEqual({ type: "string", values: ["a", "b"] });
    expect(columnRule(category(["b", "a"], 3))).toEqual({ type: "string" });
    expect(columnRule(category(Array.from({ length: 21 }, (_, i) => `v${i}`)))).toEqual({ type: "string" });
  });

  it.each([
    ["its name", "sales_rep", ["anna", "ben"]],
    ["its name in one word", "customerName", ["anna", "ben"]],
    ["its name and what follows", "PhoneNumber", ["a", "b"]],
    ["mails", "x", ["anna@example.org", "ben@example.org", "none"]],
    ["telephone numbers", "x", ["+49 30 123456", "030/1234567", "555-123-4567"]],
    ["codes", "x", ["K-104421", "K-104422"]],
    ["names", "x", ["Anna Smith", "Müller, Jürgen", "Dr. K. O'Neill", "unknown"]],
  ])("its type alone where it seems to hold persons: %s", (_, name, values) => {
    expect(columnRule({ ...category(values), name })).toEqual({ type: "string" });
  });

  it("no range of numbers that name somebody", () => {
    expect(columnRule({ ...number(1, 9_000, "integer"), name: "user_id" })).toEqual({ type: "integer" });
  });

  it.each([
    ["PhoneService", ["No", "Yes"]],
    ["customer_type", ["new", "old"]],
    ["contact", ["cellular", "telephone"]],
    ["savings_account", ["little", "rich"]],
    ["income", ["0-10000", "10000-20000", "20000-1000000"]],
    ["quarter", ["FY2024-Q1", "FY2024-Q2"]],
    ["native_country", ["Costa Rica", "Germany", "United-States"]],
  ])("the categories of %s, which name nobody", (name, values) => {
    expect(columnRule({ ...category(values), name })).toEqual({ type: "string", values });
  });

  it("as many gaps as chance could make of those of today", () => {
    const gappy = {
      ...category(["a", "b"]),
      presence: { ...presence, missing: 40, empty: 10, present: 950 },
    };
    // 5 % and three standard errors of 0.69 %
    expect(columnRule(gappy)).toMatchObject({ max_missing: "8%" });
    expect(gapsAllowed(1000, 1000)).toBe("100%");
  });
});
