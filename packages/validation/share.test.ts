import fc from "fast-check";
import { expect, test } from "vitest";
import { rowsAllowed, shareText } from "./share.ts";

test("a tolerance is the share of the rows, rounded down, for every share and number of rows", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 9999 }),
      fc.integer({ min: 0, max: 5_000_000 }),
      (hundredths, rows) => {
        const share = `${Math.floor(hundredths / 100)}.${String(hundredths % 100).padStart(2, "0")}%`;
        const allowed = rowsAllowed(share, rows);
        expect(BigInt(allowed)).toBe((BigInt(hundredths) * BigInt(rows)) / 10_000n);
        expect(rowsAllowed(Number((hundredths / 10_000).toFixed(4)), rows)).toBe(allowed);
      },
    ),
  );
});

test("a share is read as it is written, however small", () => {
  expect([rowsAllowed("100%", 7), rowsAllowed("6 %", 100), rowsAllowed(1e-7, 10_000_000)]).toEqual([7, 6, 1]);
  expect([shareText("6 %"), shareText(0.005), shareText("0.25%")]).toEqual(["6%", "0.5%", "0.25%"]);
});
