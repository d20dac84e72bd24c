import { expect, test } from "vitest";
import { unitCounts } from "./units.ts";

const stable = { slot: "stable", version: "1" };
const canary = { slot: "canary", version: "2" };

test("a key counts once over both slots: where it was first seen, and where its first bad event fell", () => {
  const units = unitCounts();
  units.among([stable, canary]);
  units.count(stable, 0.2, false);
  units.count(stable, 0.2, false);
  units.count(canary, 0.1, true);
  units.count(canary, 0.1, true);
  expect([units.of(stable), units.of(canary)]).toEqual([
    { seen: 1, bad: 0 },
    { seen: 1, bad: 1 },
  ]);
  // The weight grew: the first key moves on, and fares worse there; then it would have anywhere.
  units.count(canary, 0.2, true);
  units.count(stable, 0.2, true);
  expect([units.of(stable), units.of(canary)]).toEqual([
    { seen: 1, bad: 0 },
    { seen: 1, bad: 2 },
  ]);
});

test("a request without a key is a unit of its own", () => {
  const units = unitCounts();
  units.among([stable]);
  for (const isBad of [false, true, true]) units.count(stable, undefined, isBad);
  expect(units.of(stable)).toEqual({ seen: 3, bad: 2 });
});

test("another version in a slot begins another rollout, and an answer that comes too late is nobody's", () => {
  const units = unitCounts();
  units.among([stable, canary]);
  units.count(canary, 0.1, true);
  units.among([canary, stable]);
  expect(units.of(canary)).toEqual({ seen: 1, bad: 1 });
  units.among([stable, { slot: "canary", version: "3" }]);
  units.count(canary, 0.3, true);
  expect(units.of(canary)).toEqual({ seen: 0, bad: 0 });
  units.count(stable, 0.1, false);
  expect(units.of(stable)).toEqual({ seen: 1, bad: 0 });
});
