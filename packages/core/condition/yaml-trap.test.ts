import { describe, expect, it } from "vitest";
import { ConditionError } from "./condition-error.ts";
import { parseCondition } from "./parse.ts";
import { explainYamlTrap } from "./yaml-trap.ts";

// What a YAML 1.2 reader makes of the line in the comment.
describe("a condition that YAML has eaten", () => {
  it.each([
    // - recall[job = "IT: senior"] >= 0.6
    ["a mapping", { 'recall[job = "IT': 'senior"] >= 0.6' }, 'a mapping with the key recall[job = "IT'],
    ["a mapping read as Map", new Map([["auc", 1]]), "a mapping with the key auc"],
    // - {auc: 1}
    ["an empty mapping", {}, "a mapping:"],
    // - [overlap(train, test) = 0]
    ["a list", ["overlap(train", "test) = 0"], "splits at [ ] and commas"],
    // - # auc > 0.5
    ["nothing", null, "comment"],
    ["a number", 0.85, "0.85"],
    ["a boolean", false, "false"],
  ])("is explained: %s", (_, value, words) => {
    const found = explainYamlTrap(value);
    expect(found?.message).toContain(words);
    expect(found?.remedy).not.toBe("");
  });

  it("is put into single quotes wherever something was lost", () => {
    for (const value of [{ a: 1 }, [1], null])
      expect(explainYamlTrap(value)?.remedy).toContain("whole line in single quotes");
  });

  it("keeps long keys short", () => {
    expect(explainYamlTrap({ ["x".repeat(500)]: 1 })?.message.length).toBeLessThan(150);
  });

  it("leaves texts to the parser, which explains a lost end", () => {
    expect(explainYamlTrap("auc > 0.5")).toBeUndefined();
    // - recall[tag = "a #1"] >= 0.5
    expect(() => parseCondition('recall[tag = "a')).toThrow(ConditionError);
  });
});
