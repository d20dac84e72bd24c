import binomialPmf from "@stdlib/stats-base-dists-binomial-pmf";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { drawBinomial } from "./binomial.ts";
import { seedFromDigest, splitmix64 } from "./splitmix64.ts";
import { xoshiro256, xoshiro256Words } from "./xoshiro256.ts";

describe("SplitMix64 is the reference code's stream", () => {
  it.each([
    [0n, [0xe220a8397b1dcdafn, 0x6e789e6aa1b965f4n, 0x06c45d188009454fn]],
    [42n, [0xbdd732262feb6e95n, 0x28efe333b266f103n, 0x47526757130f9f52n]],
  ])("for seed %i", (seed, words) => {
    const next = splitmix64(seed);
    expect([next(), next(), next()]).toEqual(words);
  });

  it("as numbers in [0, 1), seed 42", () => {
    const next = splitmix64(42n);
    const numbers = [next(), next(), next()].map((word) => Number(word >> 11n) / 2 ** 53);
    expect(numbers).toEqual([0.7415648787718233, 0.1599103928769201, 0.27860113025513866]);
  });
});

describe("xoshiro256**", () => {
  it("is the reference code's stream from the state 1, 2, 3, 4 (vectors of the Rust crate rand_xoshiro)", () => {
    const next = xoshiro256Words([1n, 2n, 3n, 4n]);
    const words = Array.from({ length: 8 }, () => {
      const [high, low] = next();
      return (BigInt(high) << 32n) | BigInt(low);
    });
    expect(words).toEqual([
      11520n,
      0n,
      1509978240n,
      1215971899390074240n,
      1216172134540287360n,
      607988272756665600n,
      16172922978634559625n,
      8476171486693032832n,
    ]);
  });

  it("follows its definition in 64-bit arithmetic from any state", () => {
    const mask = 2n ** 64n - 1n;
    const turn = (word: bigint, by: bigint) => ((word << by) | (word >> (64n - by))) & mask;
    const state = fc.bigInt({ min: 0n, max: mask });
    fc.assert(
      fc.property(fc.tuple(state, state, state, state), (start) => {
        let [s0, s1, s2, s3] = start;
        const next = xoshiro256Words(start);
        for (let step = 0; step < 20; step++) {
          const expected = (turn((s1 * 5n) & mask, 7n) * 9n) & mask;
          const [high, low] = next();
          expect((BigInt(high) << 32n) | BigInt(low)).toBe(expected);
          const shifted = (s1 << 17n) & mask;
          s2 ^= s0;
          s3 ^= s1;
          s1 ^= s2;
          s0 ^= s3;
          s2 ^= shifted;
          s3 = turn(s3, 45n);
        }
      }),
    );
  });

  it("gives numbers in [0, 1)", () => {
    const random = xoshiro256(9n);
    const numbers = Array.from({ length: 10_000 }, random);
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...numbers)).toBeLessThan(1);
    expect(numbers.reduce((total, number) => total + number, 0) / 10_000).toBeCloseTo(0.5, 1);
  });
});

describe("a seed from a digest", () => {
  it("is its first 64 bits", () => {
    expect(seedFromDigest("00000000000000ff".padEnd(64, "a"))).toBe(255n);
  });

  it("refuses what is no digest", () => {
    expect(() => seedFromDigest("sha256:12")).toThrow(RangeError);
  });
});

describe("binomial draws", () => {
  it.each([
    [20, 0.1],
    [20, 0.9],
    [1000, 0.004],
    [40, 0.5],
    [400, 0.06],
    [5000, 0.7],
    [1_000_000, 0.00003],
  ])("of %i rows at %f follow the exact probabilities", (n, p) => {
    const random = xoshiro256(BigInt(n));
    const runs = 200_000;
    const seen = new Map<number, number>();
    for (let run = 0; run < runs; run++) {
      const k = drawBinomial(n, p, random);
      seen.set(k, (seen.get(k) ?? 0) + 1);
    }
    let [chiSquare, cells, rest] = [0, 0, runs];
    let expectedRest = runs;
    for (const [k, count] of seen) {
      const expected = runs * binomialPmf(k, n, p);
      if (expected < 20) continue;
      chiSquare += (count - expected) ** 2 / expected;
      cells++;
      rest -= count;
      expectedRest -= expected;
    }
    chiSquare += (rest - expectedRest) ** 2 / Math.max(20, expectedRest);
    // mean `cells`, sd √(2·cells); five sd, and the seed is fixed
    expect(chiSquare).toBeLessThan(cells + 5 * Math.sqrt(2 * cells));
    expect(cells).toBeGreaterThan(3);
  });

  it("are certain where nothing is random", () => {
    const random = xoshiro256(1n);
    expect([drawBinomial(0, 0.5, random), drawBinomial(9, 0, random), drawBinomial(9, 1, random)]).toEqual([
      0, 0, 9,
    ]);
  });
});
