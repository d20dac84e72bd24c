import { parseCondition } from "@mlops-actions/core";
import { expect, test } from "vitest";
import { DEFAULT_PRIMARY, defaults, defaultsByTask } from "./defaults.ts";

test.each(Object.entries(DEFAULT_PRIMARY))(
  "the default condition for %s compares with the baseline",
  (task, text) => {
    const condition = parseCondition(text);
    expect(condition.text).toBe(text);
    expect(text).toContain("baseline.");
    expect(defaultsByTask("evaluate", task as "binary")).toEqual({ primary: text });
  },
);

test("every default is listed once, with what it means", () => {
  const listed = defaults();
  const byKey = Object.groupBy(listed, ({ key }) => key);
  expect(byKey["evaluate.primary"]).toHaveLength(3);
  expect(byKey["evaluate.min_rows"]).toEqual([
    { key: "evaluate.min_rows", value: "100", description: "Groups with fewer rows are named, not judged" },
  ]);
  expect(byKey["evaluate.confidence"]).toHaveLength(1);
  expect(byKey["data.key"]).toMatchObject([{ value: "[]" }]);
  expect(byKey["evaluate.inconclusive"]).toMatchObject([
    { value: '{"pull_request":"review","promote":"block"}' },
  ]);
  expect(listed.map(({ key }) => key)).toEqual(listed.map(({ key }) => key).toSorted());
});
