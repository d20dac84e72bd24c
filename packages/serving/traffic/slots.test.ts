import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Engine } from "../engine/engine.ts";
import { Conflict, slots as openSlots, type Slot, type Traffic } from "./slots.ts";

/** A loaded version, and whether it was told to end. */
function loaded(version: string): Slot & { isDrained: boolean } {
  const slot = {
    version,
    digest: `digest of ${version}`,
    isDrained: false,
    engine: {
      described: { inputs: [], outputs: [] },
      isReady: true,
      infer: () => Promise.reject(new Error("nobody is asked here")),
      drain: async () => {
        slot.isDrained = true;
      },
    } satisfies Engine,
  };
  return slot;
}

const opened = (first: Slot, changed: (traffic: Traffic) => void = () => undefined) =>
  openSlots(first, {
    secret: Buffer.alloc(32, 3),
    changed,
    left: (error) => {
      throw error;
    },
  });
const at = (weight: number): Traffic => ({ stable: { version: "1" }, canary: { version: "2", weight } });

describe("two slots", () => {
  it("keep a key where it is while the weight grows, whatever else is asked in between", () => {
    const key = fc.string({ maxLength: 40 });
    const weights = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(fc.array(key, { minLength: 1, maxLength: 30 }), weights, (keys, any) => {
        const slots = opened(loaded("1"));
        slots.put("canary", loaded("2"));
        const moved = new Set<string>();
        for (const weight of any.toSorted((a, b) => a - b)) {
          slots.set(at(weight));
          for (const one of keys) {
            const { slot } = slots.route(one);
            expect(slots.route(one).slot).toBe(slot);
            if (moved.has(one)) expect(slot).toBe("canary");
            if (slot === "canary") moved.add(one);
          }
        }
      }),
    );
  });

  it("put a key on the same side after a restart and on another server, if they share the secret", () => {
    const routed = (secret: Buffer) => {
      const slots = openSlots(loaded("1"), { secret, changed: () => undefined, left: () => undefined });
      slots.put("canary", loaded("2"));
      slots.set(at(0.5));
      return Array.from({ length: 64 }, (_, key) => slots.route(`user ${key}`).slot).join(" ");
    };
    expect(routed(Buffer.alloc(32, 1))).toBe(routed(Buffer.alloc(32, 1)));
    expect(routed(Buffer.alloc(32, 1))).not.toBe(routed(Buffer.alloc(32, 2)));
  });

  it("split requests without a key by chance, in the parts that were asked for", () => {
    const slots = opened(loaded("1"));
    slots.put("canary", loaded("2"));
    slots.set(at(0.25));
    const canary = Array.from({ length: 20_000 }, () => slots.route(undefined)).filter(
      ({ slot }) => slot === "canary",
    );
    expect(Math.abs(canary.length / 20_000 - 0.25)).toBeLessThan(0.016);
  });

  it("begin a canary without requests, move it, and end what leaves", () => {
    const [one, two, three] = [loaded("1"), loaded("2"), loaded("3")];
    const slots = opened(one);
    expect(slots.put("canary", two)).toEqual(at(0));
    expect(slots.route("any").slot).toBe("stable");
    expect(slots.set(at(1))).toEqual(at(1));
    expect(slots.route("any").to).toBe(two);
    expect(slots.set({ stable: { version: "2" }, canary: null })).toEqual({
      stable: { version: "2" },
      canary: null,
    });
    expect([one.isDrained, two.isDrained]).toEqual([true, false]);
    // Said twice, it is as it was.
    slots.set({ stable: { version: "2" }, canary: null });
    slots.put("canary", three);
    expect(slots.put("canary", loaded("4"))).toEqual({
      stable: { version: "2" },
      canary: { version: "4", weight: 0 },
    });
    expect([two.isDrained, three.isDrained]).toEqual([false, true]);
  });

  it("refuse a version that is in no slot, and stay as they are", () => {
    const slots = opened(loaded("1"));
    expect(() => slots.set(at(0.5))).toThrow(Conflict);
    expect(() => slots.set(at(0.5))).toThrow('"2" is in no slot: 1 is. Load it first: PUT /slots/canary.');
    slots.put("canary", loaded("2"));
    slots.set(at(0.5));
    expect(() => slots.set({ stable: { version: "3" }, canary: null })).toThrow("1 and 2 are.");
    expect(slots.now()).toEqual(at(0.5));
  });

  it("tell what is true from the beginning, and after each change", () => {
    const told: Traffic[] = [];
    const slots = opened(loaded("1"), (traffic) => told.push(traffic));
    slots.put("canary", loaded("2"));
    slots.set(at(0.5));
    slots.set({ stable: { version: "2" }, canary: null });
    expect(() => slots.set(at(0.5))).toThrow(Conflict);
    expect(told).toEqual([
      { stable: { version: "1" }, canary: null },
      at(0),
      at(0.5),
      { stable: { version: "2" }, canary: null },
    ]);
  });

  it("may hold the same version twice: to see what chance alone does", () => {
    const slots = opened(loaded("1"));
    const again = loaded("1");
    slots.put("canary", again);
    slots.set({ stable: { version: "1" }, canary: { version: "1", weight: 0.5 } });
    expect(slots.canary).toBe(again);
    expect(again.isDrained).toBe(false);
  });
});
