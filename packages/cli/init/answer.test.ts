import { UserError } from "@mlops-actions/core";
import { describe, expect, it } from "vitest";
import { answerColumn, answerOf } from "./answer.ts";

const presence = { rows: 100, missing: 0, empty: 0, nan: 0, infinite: 0, present: 100 };
const column = (name: string, type: "integer" | "number" | "string" | "boolean" | "date" = "string") => ({
  name,
  type,
  presence,
});

describe("the column that a model predicts", () => {
  it("is the one that was named, in any case", () => {
    expect(answerColumn([column("a"), column("Income")], "income")).toMatchObject({ name: "Income" });
  });

  it("is else one with a usual name, the plainest first", () => {
    expect(answerColumn([column("y"), column("Target"), column("a")], undefined)).toMatchObject({
      name: "Target",
    });
  });

  it("is never guessed: the message lists what there is", () => {
    expect(() => answerColumn([column("a"), column("b")], undefined)).toThrow(/"a", "b"/);
    expect(() => answerColumn([column("a")], "z")).toThrow(UserError);
  });
});

describe("the task", () => {
  it("is binary where there are two values: 1 and true are positive, else the rarer one, as its type has it", () => {
    expect(
      answerOf(column("x"), [
        { value: "no", rows: 75 },
        { value: "yes", rows: 25 },
      ]),
    ).toEqual({ task: "binary", column: "x", positive: "yes", share: 0.25 });
    expect(
      answerOf(column("x", "integer"), [
        { value: "0", rows: 60 },
        { value: "1", rows: 40 },
      ]),
    ).toMatchObject({ positive: 1 });
    expect(
      answerOf(column("x", "integer"), [
        { value: "1", rows: 60 },
        { value: "0", rows: 40 },
      ]),
    ).toMatchObject({ positive: 1, share: 0.6 });
    expect(
      answerOf(column("x", "boolean"), [
        { value: "true", rows: 60 },
        { value: "false", rows: 40 },
      ]),
    ).toMatchObject({ positive: true });
  });

  it("takes the greater of two values that are equally common", () => {
    const both = [
      { value: "no", rows: 50 },
      { value: "yes", rows: 50 },
    ];
    expect(answerOf(column("x"), both)).toMatchObject({ positive: "yes" });
    expect(answerOf(column("x"), both.toReversed())).toMatchObject({ positive: "yes" });
  });

  it("is multiclass for texts, in alphabetical order, and regression for numbers", () => {
    const three = ["b", "c", "a"].map((value) => ({ value, rows: 10 }));
    expect(answerOf(column("x"), three)).toMatchObject({ task: "multiclass", classes: ["a", "b", "c"] });
    const numbers = ["1", "2", "3"].map((value) => ({ value, rows: 10 }));
    expect(answerOf(column("x", "integer"), numbers)).toEqual({ task: "regression", column: "x" });
  });

  it("is none where there is nothing to learn, or every row has a text of its own", () => {
    expect(() => answerOf(column("x"), [{ value: "a", rows: 9 }])).toThrow(/no two different values/);
    const names = Array.from({ length: 51 }, (_, i) => ({ value: `n${i}`, rows: 1 }));
    expect(() => answerOf(column("x"), names)).toThrow(/neither a number/);
    expect(() => answerOf(column("x", "date"), names.slice(0, 5))).toThrow(/neither a number/);
  });
});
