import { expect, test } from "vitest";
import { simulate } from "./simulated.ts";

// The whole of it, with a thousand equal canaries, is in test/benchmarks/rollout.
const RUNS = 40;
const seeds = Array.from({ length: RUNS }, (_, i) => i + 1);

test("an equal canary is promoted within 40,000 requests, while load, weight and base rate change", async () => {
  const ends = await Promise.all(seeds.map((seed) => simulate({ seed, ratio: 1, requests: 40_000 })));
  expect(ends.filter(({ end, share }) => end === "live" && share === 1).length).toBeGreaterThanOrEqual(38);
}, 60_000);

test("one with twice the errors is taken back", async () => {
  const ends = await Promise.all(seeds.map((seed) => simulate({ seed, ratio: 2, requests: 40_000 })));
  expect(ends.filter(({ end, share }) => end === "harm" && share === 0).length).toBeGreaterThanOrEqual(38);
}, 60_000);

test("with 5,000 requests nobody can tell: it stays at its step", async () => {
  const ends = await Promise.all(
    seeds.slice(0, 10).map((seed) => simulate({ seed, ratio: 1, requests: 5_000 })),
  );
  expect(ends.map(({ end }) => end)).toEqual(ends.map(() => "open"));
  for (const { share } of ends) expect([0.05, 0.25]).toContain(share);
}, 60_000);
