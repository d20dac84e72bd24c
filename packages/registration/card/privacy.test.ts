import { expect, it } from "vitest";
import { named } from "./privacy.ts";

const group = (column: string, value: string, n: number) => ({ column, value, n });

it("names groups of ten rows and more, and counts the others", () => {
  const groups = [group("city", "Bern", 10), group("city", "Thun", 9), group("city", "Biel", 1)];
  expect(named(groups)).toEqual({ shown: [groups[0]], hidden: 2 });
});

it("names no group of a column that has more than fifty", () => {
  const people = Array.from({ length: 51 }, (_, at) => group("name", `person ${at}`, 100));
  const city = group("city", "Bern", 10);
  expect(named([...people, city])).toEqual({ shown: [city], hidden: 51 });
  expect(named([...people.slice(1), city]).hidden).toBe(0);
});
