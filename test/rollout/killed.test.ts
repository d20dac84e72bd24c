import { describe, expect, test } from "vitest";
import { PLAN } from "./simulated.ts";
import {
  ask,
  atOnce,
  invoke,
  invoked,
  Killed,
  mulberry32,
  newUsers,
  newWorld,
  shareOf,
  type World,
} from "./world.ts";

const FAST = { ...PLAN, min_requests: 100 };

/** What must be true at every moment, whoever was killed just now. */
function invariants(world: World): void {
  const share = shareOf(world, "1.1.0");
  const said = world.deployments.flatMap(({ statuses }) => statuses.map(({ description }) => description));
  const ended = said.some((words) => /\[[hbv]\d/.test(words));
  if (ended) expect(share).toBe(0);
  if (world.assigned.includes("1.1.0")) expect(share).toBe(1);
  if (said.some((words) => /\[l\d/.test(words))) {
    expect(world.assigned).toContain("1.1.0");
    expect(world.dispatched).toContain("1.1.0");
  }
}

/** A whole rollout that is killed at one change of the world, and then goes on. @returns whether there was such a change */
async function survive(
  ratio: number,
  at: number,
  phase: "before" | "after",
  isInTwoLines: boolean,
): Promise<World> {
  const world = { ...newWorld("1.0.0"), isInTwoLines };
  world.kill = { at, phase, asked: 0 };
  const users = newUsers(20_000, 3);
  let mode: "start" | "tick" = "start";
  for (let i = 0; i < 40; i++) {
    try {
      await invoke(world, FAST, { mode, version: "1.1.0" });
      mode = "tick";
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      // Who was killed while starting is started again; whoever ticks goes on with whatever it finds.
      world.kill = undefined;
      const [ledger] = world.deployments;
      mode = ledger === undefined ? "start" : "tick";
    }
    invariants(world);
    ask(world, users, { requests: 1_000, rate: 0.02, ratio, candidate: "1.1.0" });
  }
  return world;
}

/** A rollout killed at its first change, at its second, and so on, until there is none any more. */
async function everywhere(
  ratio: number,
  [phase, isInTwoLines]: readonly ["before" | "after", boolean],
  check: (world: World) => void,
): Promise<void> {
  for (let at = 1; ; at++) {
    const world = await survive(ratio, at, phase, isInTwoLines);
    check(world);
    if (world.kill !== undefined) {
      expect(at).toBeGreaterThan(5);
      return;
    }
  }
}

describe.each([
  ["before", false],
  ["after", false],
  ["after", true],
] as const)("killed just %s a change, weights set one after the other: %s", (...how) => {
  test(
    "a canary that is bad never keeps its requests",
    () =>
      everywhere(5, how, (world) => {
        expect(shareOf(world, "1.1.0")).toBe(0);
        expect(world.assigned).toEqual(["1.0.0"]);
        expect(world.deployments).toHaveLength(1);
        expect(world.deployments[0]?.statuses.at(-1)).toMatchObject({ state: "failure" });
      }),
    60_000,
  );

  test(
    "a good one is completed once, by whoever comes next",
    () =>
      everywhere(0.4, how, (world) => {
        expect(world.assigned).toEqual(["1.0.0", "1.1.0"]);
        expect(shareOf(world, "1.1.0")).toBe(1);
        const said = world.deployments[0]?.statuses ?? [];
        expect(said.filter(({ description }) => /\[l\d/.test(description))).toHaveLength(1);
      }),
    60_000,
  );
});

test("between two weights harm and the deadline still take the requests away", async () => {
  for (const [rates, minutes, why] of [
    [{ rate: 0.05, ratio: 8 }, 1, "harm"],
    [{ rate: 0.02, ratio: 0.4 }, 11_000, "deadline"],
  ] as const) {
    const world = { ...newWorld("1.0.0"), isInTwoLines: true };
    const users = newUsers(20_000, 3);
    await invoke(world, FAST, { mode: "start", version: "1.1.0" });
    while (shareOf(world, "1.1.0") < 0.3) {
      // Cut off after the first of the two lines that take it from 25% to 50%.
      world.kill = shareOf(world, "1.1.0") === 0.25 ? { at: 3, phase: "before", asked: 0 } : undefined;
      ask(world, users, { requests: 1_000, rate: 0.02, ratio: 0.4, candidate: "1.1.0" });
      await invoke(world, FAST).catch(() => undefined);
    }
    world.kill = undefined;
    expect(shareOf(world, "1.1.0")).toBe(0.4);
    for (let i = 0; i < 5 && shareOf(world, "1.1.0") > 0; i++) {
      ask(world, users, { requests: 4_000, ...rates, candidate: "1.1.0", minutes });
      await invoke(world, FAST);
    }
    expect(shareOf(world, "1.1.0")).toBe(0);
    expect(await invoked(world, FAST)).toMatchObject({ state: "none" });
    expect(world.deployments[0]?.statuses.at(-1)?.description).toContain(
      why === "harm" ? "worse" : "deadline",
    );
  }
});

test.each([
  ["the deadline", "the deadline has passed", { minutes: 11_000 }, { mode: "tick" }],
  ["somebody", "its requests were taken away", { minutes: 1 }, { mode: "rollback" }],
  [
    "harm that is not shown any more",
    "its requests were taken away",
    { minutes: 1, ratio: 8, rate: 0.05 },
    { mode: "tick" },
  ],
] as const)(
  "between two weights a take-back by %s is finished by the next tick",
  async (_, why, more, told) => {
    const world = { ...newWorld("1.0.0"), isInTwoLines: true };
    const users = newUsers(20_000, 3);
    const asking = { requests: 1_000, rate: 0.02, ratio: 0.4, candidate: "1.1.0" };
    await invoke(world, FAST, { mode: "start", version: "1.1.0" });
    while (shareOf(world, "1.1.0") < 0.5) {
      ask(world, users, asking);
      await invoke(world, FAST);
    }
    const before = structuredClone([...world.counters]);
    ask(world, users, { ...asking, requests: 4_000, ...more });
    world.kill = { at: 2, phase: "before", asked: 0 };
    await expect(invoke(world, FAST, told)).rejects.toThrow(Killed);
    world.kill = undefined;
    expect(shareOf(world, "1.1.0")).toBeCloseTo(1 / 3);
    // What was counted in the open window is lost with whoever counted it.
    if (told.mode === "tick" && more.minutes === 1) world.counters = new Map(before);
    expect(await invoked(world, FAST)).toMatchObject({ state: "ended", live: "1.0.0" });
    expect(shareOf(world, "1.1.0")).toBe(0);
    expect(world.deployments[0]?.statuses.at(-1)?.description).toContain(why);
  },
);

test("what was worse does not come back where whoever saw it was killed before writing it down", async () => {
  const world = newWorld("1.0.0");
  await invoke(world, FAST, { mode: "start", version: "1.1.0" });
  ask(world, newUsers(20_000, 3), { requests: 4_000, rate: 0.05, ratio: 8, candidate: "1.1.0" });
  world.kill = { at: 2, phase: "before", asked: 0 };
  await expect(invoke(world, FAST)).rejects.toThrow(Killed);
  world.kill = undefined;
  expect(shareOf(world, "1.1.0")).toBe(0);
  await invoke(world, FAST);
  expect(await invoked(world, FAST, { mode: "start", version: "1.1.0" })).toBe("was-rolled-back");
  expect(shareOf(world, "1.1.0")).toBe(0);
});

test("two that tick at once leave no requests with a canary that one of them has taken back", async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const world = newWorld("1.0.0");
    const users = newUsers(20_000, seed);
    await invoke(world, FAST, { mode: "start", version: "1.1.0" });
    for (let i = 0; i < 30; i++) {
      ask(world, users, { requests: 1_000, rate: 0.02, ratio: 4, candidate: "1.1.0" });
      await Promise.all([invoke(world, FAST), invoke(world, FAST)]);
    }
    expect(shareOf(world, "1.1.0")).toBe(0);
  }
}, 60_000);

test.each(["before", "after"] as const)(
  "a rollback that is killed just %s a change is finished once",
  async (phase) => {
    for (let at = 1; ; at++) {
      const world = newWorld("1.0.0");
      world.assigned.push("1.1.0");
      world.slots = [{ slot: "stable", version: "1.1.0", weight: 1 }];
      world.kill = { at, phase, asked: 0 };
      const back = () => invoke(world, FAST, { mode: "rollback" });
      const isKilled = await back().then(
        () => false,
        (error: unknown) => {
          if (error instanceof Killed) return true;
          throw error;
        },
      );
      world.kill = undefined;
      // Where the last thing of all was done, asking once more would go further back.
      if (isKilled && world.deployments[0]?.statuses.at(-1)?.state !== "success") await back();
      expect(world.assigned).toEqual(["1.0.0", "1.1.0", "1.0.0"]);
      expect(shareOf(world, "1.0.0")).toBe(1);
      expect(world.dispatched).toContain("1.0.0");
      expect(world.deployments).toHaveLength(1);
      if (!isKilled) return;
    }
  },
);

describe.each([
  ["the start of a newer version", { mode: "start", version: "1.2.0" }],
  ["a tick", { mode: "tick" }],
] as const)("a rollback that was killed, and then %s", (_, told) => {
  test.each([3, 4, 5])("is finished first, killed at change %i", async (at) => {
    const world = newWorld("1.0.0");
    world.assigned.push("1.1.0");
    world.slots = [{ slot: "stable", version: "1.1.0", weight: 1 }];
    world.kill = { at, phase: "before", asked: 0 };
    await expect(invoke(world, FAST, { mode: "rollback" })).rejects.toThrow(Killed);
    world.kill = undefined;
    await invoke(world, FAST, told);
    expect(world.assigned).toEqual(["1.0.0", "1.1.0", "1.0.0"]);
    expect(shareOf(world, "1.1.0")).toBe(0);
    expect(shareOf(world, "1.0.0")).toBe(told.mode === "start" ? 0.95 : 1);
  });
});

describe.each([
  ["two ticks", [{}, {}]],
  ["a tick and a rollback", [{}, { mode: "rollback" }]],
  ["a tick and the start of a newer version", [{}, { mode: "start", version: "1.3.0" }]],
  ["a tick, a rollback and a start", [{}, { mode: "rollback" }, { mode: "start", version: "1.3.0" }]],
] as const)("%s at once", (_, tolds) => {
  test("leave traffic and tag together, in whatever order their questions come", async () => {
    for (let seed = 1; seed <= 250; seed++) {
      const random = mulberry32(seed);
      const users = newUsers(2_000, seed);
      const world = newWorld("1.0.0");
      world.assigned.push("1.1.0");
      world.slots = [{ slot: "stable", version: "1.1.0", weight: 1 }];
      const asking = { requests: 1_500, rate: 0.02, ratio: [0.4, 1, 6][seed % 3] ?? 1, candidate: "1.2.0" };
      const plan = { ...FAST, windows: 1, dwell: "1 min" };
      await invoke(world, plan, { mode: "start", version: "1.2.0" });
      for (let i = Math.floor(random() * 6); i > 0; i--) {
        ask(world, users, asking);
        await invoke(world, plan);
      }
      ask(world, users, asking);
      await atOnce(world, plan, tolds, random);
      const ticks = [await invoked(world, plan), await invoked(world, plan), await invoked(world, plan)];
      expect(ticks.at(-1), `seed ${seed}`).not.toBe("traffic-differs");
      const open = world.deployments.filter(
        ({ statuses }) => !statuses.some(({ description }) => /\[[lhbv]\d/.test(description)),
      );
      expect(open.length, `seed ${seed}`).toBeLessThanOrEqual(1);
      if (open.length === 0) expect(shareOf(world, world.assigned.at(-1) ?? ""), `seed ${seed}`).toBe(1);
    }
  }, 60_000);
});
