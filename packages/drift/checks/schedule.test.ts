import { expect, it } from "vitest";
import { overdue } from "./schedule.ts";

const at = (hour: number) => new Date(Date.UTC(2026, 10, 1, hour));
const day = 86_400;

it("a check is overdue when half an interval has passed since it was due, and never before there was one", () => {
  expect(overdue({ last: at(0), every: day, now: at(24) })).toBeUndefined();
  expect(overdue({ last: at(0), every: day, now: at(36) })).toBeUndefined();
  expect(overdue({ last: at(0), every: day, now: at(37) })).toEqual({ due: at(24) });
  expect(overdue({ last: undefined, every: day, now: at(37) })).toBeUndefined();
});
