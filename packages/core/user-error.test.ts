import { describe, expect, it } from "vitest";
import { ConditionError } from "./condition/condition-error.ts";
import { fault, UserError } from "./user-error.ts";

describe("what the user can fix", () => {
  it("says what, where and how, and survives a process boundary", () => {
    const error = new UserError("column-missing", "Column `zip` is missing", {
      remedy: "Name a column of data/test.parquet.",
      at: { file: "mlops.yml", line: 12, column: 5 },
      cause: new Error("inner"),
    });
    const crossed = UserError.from(fault.parse(JSON.parse(JSON.stringify(error))));
    expect(crossed).toBeInstanceOf(UserError);
    expect(crossed.toJSON()).toEqual(error.toJSON());
    expect(crossed.message).toBe("Column `zip` is missing");
    expect(error.cause).toEqual(new Error("inner"));
  });

  it("leaves the place out where there is none", () => {
    expect(new UserError("x", "y", { remedy: "z" }).toJSON()).toEqual({
      code: "x",
      message: "y",
      remedy: "z",
    });
  });

  it("includes conditions, whose place the file's reader adds", () => {
    const error = new ConditionError("chain", "m", { remedy: "r", offset: { from: 2, to: 5 } });
    expect(error).toBeInstanceOf(UserError);
    const placed = error.placed({ file: "mlops.yml", line: 1 });
    expect(placed.toJSON()).toEqual({
      code: "condition-chain",
      message: "m",
      remedy: "r",
      at: { file: "mlops.yml", line: 1 },
    });
    expect(placed.cause).toBe(error);
  });

  it.each([{ line: 0 }, { line: 1.5 }, { line: 3, column: 0 }])(
    "counts lines and columns from 1, not %j",
    (at) => {
      expect(
        fault.safeParse({ code: "x", message: "y", remedy: "z", at: { file: "f", ...at } }).success,
      ).toBe(false);
    },
  );
});
