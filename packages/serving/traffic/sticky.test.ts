import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hashOf, positionOf, rolloutSalt } from "./sticky.ts";

const secret = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes));
const digest = fc.stringMatching(/^[0-9a-f]{64}$/);
const weight = fc.double({ min: 0, max: 1, noNaN: true });

describe("where a sticky key falls", () => {
  it("is the same for a rollout, and growing the weight takes no key back", () => {
    fc.assert(
      fc.property(secret, digest, digest, fc.string(), weight, weight, (of, stable, canary, key, a, b) => {
        const isCanary = (at: number) => positionOf(rolloutSalt(of, stable, canary), key) < at;
        const [small, large] = [Math.min(a, b), Math.max(a, b)];
        expect(isCanary(a)).toBe(isCanary(a));
        if (isCanary(small)) expect(isCanary(large)).toBe(true);
        expect(isCanary(0)).toBe(false);
        expect(isCanary(1)).toBe(true);
      }),
    );
  });

  it("is even: at any weight that part of many keys is the canary's", () => {
    const salt = rolloutSalt(Buffer.alloc(32, 1), "a", "b");
    const positions = Array.from({ length: 20_000 }, (_, key) => positionOf(salt, `user-${key}`));
    for (const part of [0.01, 0.05, 0.25, 0.5, 0.9]) {
      const found = positions.filter((position) => position < part).length / positions.length;
      // Four standard errors.
      expect(Math.abs(found - part)).toBeLessThan(4 * Math.sqrt((part * (1 - part)) / positions.length));
    }
  });

  it("is another one in the next rollout: the same users are not always the first", () => {
    const first = rolloutSalt(Buffer.alloc(32, 1), "a", "b");
    const second = rolloutSalt(Buffer.alloc(32, 1), "b", "c");
    const keys = Array.from({ length: 20_000 }, (_, key) => `user-${key}`);
    const both = keys.filter((key) => positionOf(first, key) < 0.1 && positionOf(second, key) < 0.1).length;
    expect(both / keys.length).toBeGreaterThan(0.006);
    expect(both / keys.length).toBeLessThan(0.014);
  });

  it("cannot be told without the secret, nor from what stands for the key in the log", () => {
    const [own, other] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
    expect(positionOf(rolloutSalt(own, "a", "b"), "user")).not.toBe(
      positionOf(rolloutSalt(other, "a", "b"), "user"),
    );
    expect(hashOf(own, "user")).toMatch(/^[\w-]{22}$/);
    expect(hashOf(own, "user")).not.toBe(hashOf(other, "user"));
    expect(hashOf(own, "user")).toBe(hashOf(own, "user"));
  });
});
