import { type Approvals, type Deployments, UserError } from "@mlops-actions/core";
import { document } from "@mlops-actions/rollout";
import { describe, expect, test } from "vitest";
import { PLAN } from "./simulated.ts";
import {
  ask,
  commitOf,
  invoke,
  invoked,
  newUsers,
  newWorld,
  portsOf,
  shareOf,
  version,
  type World,
  watched,
} from "./world.ts";

const FAST = { ...PLAN, min_requests: 100, windows: 1, dwell: "1 min" };
const START = { mode: "start", version: "1.1.0" } as const;
const users = () => newUsers(20_000, 5);
const pass = (world: World, minutes: number) => {
  world.time += minutes * 60_000;
};
const fine = (world: World, candidate = "1.1.0", requests = 2_000) =>
  ask(world, users(), { requests, rate: 0.02, ratio: 0.5, candidate });

/** Takes a version to everything. */
async function complete(world: World, number: string, plan: object = FAST): Promise<void> {
  const everyone = users();
  await invoked(world, plan, { mode: "start", version: number });
  for (let i = 0; i < 30 && world.assigned.at(-1) !== number; i++) {
    ask(world, everyone, { requests: 2_000, rate: 0.02, ratio: 0.5, candidate: number });
    await invoked(world, plan);
  }
  expect(world.assigned.at(-1)).toBe(number);
}

describe("which version", () => {
  test("an older one than lives there is refused; a newer one takes the place of one on its way, traffic first", async () => {
    const world = newWorld("1.1.0");
    expect(await invoked(world, FAST, { mode: "start", version: "1.0.0" })).toBe("older-than-live");
    await invoked(world, FAST, { mode: "start", version: "1.2.0" });
    expect(shareOf(world, "1.2.0")).toBe(0.05);
    expect(await invoked(world, FAST, { mode: "start", version: "1.3.0" })).toMatchObject({
      version: "1.3.0",
    });
    expect(shareOf(world, "1.2.0")).toBe(0);
    expect(world.deployments[0]?.statuses.at(-1)?.description).toContain("a newer version takes its place");
    expect(await invoked(world, FAST, { mode: "start", version: "1.2.0" })).toBe("superseded");
  });

  test("starting what is on its way goes on with it; what lives there is left alone", async () => {
    const world = newWorld("1.0.0");
    await invoked(world, FAST, START);
    await invoked(world, FAST, START);
    expect(world.deployments).toHaveLength(1);
    expect(await invoked(world, FAST, { mode: "start", version: "1.0.0" })).toBe("superseded");
    expect(await invoked(newWorld("1.1.0"), FAST, START)).toMatchObject({ state: "unchanged" });
  });

  test("what was worse does not come back because a job was run again", async () => {
    const world = newWorld("1.0.0");
    await invoked(world, FAST, START);
    for (let i = 0; i < 4; i++) {
      ask(world, users(), { requests: 2_000, rate: 0.02, ratio: 8, candidate: "1.1.0" });
      await invoked(world, FAST);
    }
    expect(world.deployments[0]?.statuses.at(-1)?.description).toContain("worse than stable");
    expect(await invoked(world, FAST, START)).toBe("was-rolled-back");
    expect(await invoked(world, FAST, { ...START, again: true })).toMatchObject({ state: "rolling" });
    expect(world.deployments).toHaveLength(2);
  });

  test("the first version of all has nothing to be compared with", async () => {
    const world = newWorld(undefined);
    world.slots = [{ slot: "stable", version: "1.1.0", weight: 1 }];
    expect(await invoked(world, FAST, START)).toMatchObject({ state: "live", live: "1.1.0" });
    const idle = [{ slot: "stable", version: null, weight: 0 }];
    const empty = { ...newWorld(undefined), slots: idle };
    expect(await invoked(empty, FAST, START)).toMatchObject({ state: "live", live: "1.1.0" });
    // Both servers are there and have no requests: each place is one of them, and the two are not one.
    const servers = ["blue", "green"].map((slot) => ({ slot, version: null, weight: 0 }));
    const mute = { ...newWorld(undefined), slots: servers, isMute: true };
    expect(await invoked(mute, FAST, START)).toMatchObject({ state: "live", live: "1.1.0" });
    expect(mute.deployments[0]?.payload).toMatchObject({ slots: { stable: "blue", canary: "green" } });
    const lost = { ...newWorld("1.0.0"), slots: idle };
    expect(await invoked(lost, FAST, START)).toBe("traffic-differs");
    const pointer = newWorld(undefined, false);
    expect(await invoked(pointer, {}, START)).toMatchObject({ state: "live", traffic: null });
  });
});

describe("what somebody has ended", () => {
  test("is not begun again by a job that watches", async () => {
    const world = newWorld("1.0.0");
    let rounds = 0;
    await watched(world, FAST, START, async () => {
      fine(world);
      if (++rounds === 2) await invoked(world, FAST, { mode: "rollback", by: "grace" });
    });
    expect(rounds).toBe(2);
    expect(world.deployments).toHaveLength(1);
    expect(shareOf(world, "1.1.0")).toBe(0);
  });

  test.each([
    ["rolled back", "rolled back by hand", "inconclusive", { state: "ended", why: "asked", live: "1.0.0" }],
    ["found worse", "worse than stable", "fail", { state: "harm", why: "harm", live: "1.0.0" }],
    ["completed", "live in production", "pass", { state: "live", why: null, live: "1.1.0" }],
    ["replaced", "a newer version takes", "inconclusive", { state: "ended", why: "superseded" }],
  ] as const)("is told by the job that watches it: %s", async (how, title, verdict, details) => {
    const world = newWorld("1.0.0");
    const everyone = users();
    const evidence = await watched(world, FAST, START, async () => {
      pass(world, 1);
      if (how === "rolled back") await invoked(world, FAST, { mode: "rollback", by: "grace" });
      if (how === "replaced") await invoked(world, FAST, { mode: "start", version: "1.2.0" });
      const ratio = how === "completed" ? 0.4 : 8;
      for (let i = 0; i < 20 && ["found worse", "completed"].includes(how); i++) {
        ask(world, everyone, { requests: 4_000, rate: 0.02, ratio, candidate: "1.1.0" });
        await invoked(world, FAST);
      }
    });
    expect(evidence.predicate.outcome).toMatchObject({ verdict, details: { version: "1.1.0", ...details } });
    expect(document(evidence).title).toContain(title);
  });

  test("and has requests once more is not told as done by the job that watches it", async () => {
    const world = newWorld("1.0.0");
    const { predicate } = await watched(world, FAST, START, async () => {
      pass(world, 1);
      await invoked(world, FAST, { mode: "rollback", by: "grace" });
      world.slots = [
        { slot: "stable", version: "1.0.0", weight: 0.95 },
        { slot: "canary", version: "1.1.0", weight: 0.05 },
      ];
    });
    expect(predicate.outcome).toMatchObject({ verdict: "fail", details: { state: "cleared" } });
    expect(shareOf(world, "1.1.0")).toBe(0);
  });

  test("does not come back because a job was run again, once it had requests", async () => {
    const world = newWorld("1.0.0");
    await invoked(world, FAST, START);
    await invoked(world, FAST, { mode: "rollback", by: "grace" });
    expect(await invoked(world, FAST, START)).toBe("was-rolled-back");
    expect(await invoked(world, FAST, { ...START, again: true })).toMatchObject({ state: "rolling" });
  });
});

describe("the target's own word", () => {
  test("somebody who takes the canary's requests away by hand has ended the rollout", async () => {
    const world = newWorld("1.0.0");
    await invoked(world, FAST, START);
    fine(world);
    world.slots = [{ slot: "stable", version: "1.0.0", weight: 1 }];
    expect(await invoked(world, FAST)).toMatchObject({ state: "ended", why: "taken-away" });
    expect(await invoked(world, FAST)).toMatchObject({ state: "none" });
    expect(shareOf(world, "1.1.0")).toBe(0);
  });

  test("another weight than was set, or a third version, stops everything and changes nothing", async () => {
    const world = newWorld("1.0.0");
    await invoked(world, FAST, START);
    world.slots = [
      { slot: "stable", version: "1.0.0", weight: 0.6 },
      { slot: "canary", version: "1.1.0", weight: 0.4 },
    ];
    expect(await invoked(world, FAST)).toBe("traffic-differs");
    expect(shareOf(world, "1.1.0")).toBe(0.4);
    world.slots = [
      { slot: "stable", version: "0.5.0", weight: 0.95 },
      { slot: "canary", version: "1.1.0", weight: 0.05 },
    ];
    expect(await invoked(world, FAST)).toBe("traffic-differs");
    expect(await invoked(world, FAST, { mode: "rollback" })).toMatchObject({ state: "ended", why: "asked" });
    expect(shareOf(world, "1.1.0")).toBe(0);
  });

  test("requests of a version whose rollout has ended are taken away by the next tick", async () => {
    const world = newWorld("1.0.0");
    await invoked(world, FAST, START);
    await invoked(world, FAST, { mode: "rollback" });
    world.slots = [
      { slot: "stable", version: "1.0.0", weight: 0.5 },
      { slot: "canary", version: "1.1.0", weight: 0.5 },
    ];
    expect(await invoked(world, FAST)).toMatchObject({ state: "cleared" });
    expect(shareOf(world, "1.1.0")).toBe(0);
  });

  test("what is split without a rollout, or does not carry what lives there, begins nothing", async () => {
    const world = newWorld("1.0.0");
    world.slots = [
      { slot: "stable", version: "1.0.0", weight: 0.5 },
      { slot: "canary", version: "1.1.0", weight: 0.5 },
    ];
    expect(await invoked(world, FAST, START)).toBe("traffic-split");
    world.slots = [{ slot: "stable", version: "0.9.0", weight: 1 }];
    expect(await invoked(world, FAST, START)).toBe("traffic-differs");
    expect(world.deployments).toHaveLength(0);
  });

  test("what carries something else than lives there is told, though nothing is under way", async () => {
    const world = newWorld("1.0.0");
    world.slots = [{ slot: "stable", version: "0.9.0", weight: 1 }];
    expect(await invoked(world, FAST)).toBe("traffic-differs");
    expect(await invoked(world, FAST, { mode: "start", version: "1.0.0" })).toBe("traffic-differs");
  });

  test("another version that was given to the environment meanwhile ends it", async () => {
    const world = newWorld("1.0.0");
    await invoked(world, FAST, START);
    world.assigned.push("1.2.0");
    expect(await invoked(world, FAST)).toMatchObject({ state: "ended", why: "other-live" });
    expect(shareOf(world, "1.1.0")).toBe(0);
    expect(shareOf(world, "1.2.0")).toBe(1);
  });
});

describe("no traffic, no metrics, no time", () => {
  test("without requests nothing passes, and the deadline takes it back", async () => {
    const world = newWorld("1.0.0");
    const plan = { ...FAST, deadline: "6 h" };
    await invoked(world, plan, START);
    for (let hour = 0; hour < 6; hour++) {
      pass(world, 59);
      expect(await invoked(world, plan)).toMatchObject({ state: "rolling", why: "no-traffic" });
    }
    const said = world.deployments[0]?.statuses.length;
    pass(world, 30);
    expect(await invoked(world, plan)).toMatchObject({ state: "ended", why: "deadline" });
    expect(shareOf(world, "1.1.0")).toBe(0);
    // Looks at nothing are not written down.
    expect(said).toBe(2);
  });

  test("`on_deadline: hold` leaves the traffic to people; harm is still seen", async () => {
    const world = newWorld("1.0.0");
    const plan = { ...FAST, deadline: "6 h", on_deadline: "hold" };
    await invoked(world, plan, START);
    pass(world, 400);
    expect(await invoked(world, plan)).toMatchObject({ state: "rolling", why: "deadline" });
    expect(shareOf(world, "1.1.0")).toBe(0.05);
    ask(world, users(), { requests: 20_000, rate: 0.02, ratio: 8, candidate: "1.1.0" });
    expect(await invoked(world, plan)).toMatchObject({ state: "harm" });
  });

  test("a source of metrics that is down is an error, until the deadline takes the traffic back", async () => {
    const world = newWorld("1.0.0");
    const plan = { ...FAST, deadline: "6 h" };
    await invoked(world, plan, START);
    world.isMetricsDown = true;
    pass(world, 10);
    expect(await invoked(world, plan)).toBe("metrics-down");
    expect(shareOf(world, "1.1.0")).toBe(0.05);
    pass(world, 400);
    expect(await invoked(world, plan)).toMatchObject({ state: "ended", why: "deadline" });
    expect(shareOf(world, "1.1.0")).toBe(0);
  });

  test("a counter that begins anew costs its window and nothing else", async () => {
    const world = newWorld("1.0.0");
    await invoked(world, FAST, START);
    fine(world);
    await invoked(world, FAST);
    for (const counters of world.counters.values())
      Object.assign(counters, { requests: 1, errors: 1, keys: { seen: 1, bad: 1 } });
    pass(world, 2);
    await invoked(world, FAST);
    fine(world);
    const after = await invoked(world, FAST);
    expect(after).toMatchObject({ state: "rolling", counted: { dropped: 1 } });
  });

  test("a deadline that cannot be met is refused before anything is written; so is what nothing can prove", async () => {
    const world = newWorld("1.0.0");
    expect(await invoked(world, { ...FAST, deadline: "10 min" }, START)).toBe("deadline-too-short");
    if (world.recent?.keys !== undefined) world.recent = { ...world.recent, keys: { seen: 20_000, bad: 0 } };
    expect(await invoked(world, FAST, START)).toBe("hopeless");
    expect([world.deployments.length, shareOf(world, "1.1.0")]).toEqual([0, 0]);
  });

  test("where nobody remembers stable's traffic it is watched first", async () => {
    const world = newWorld("1.0.0");
    world.recent = undefined;
    expect(await invoked(world, FAST, START)).toMatchObject({ state: "waiting", why: "watching-stable" });
    pass(world, 2);
    expect(await invoked(world, FAST)).toMatchObject({ state: "waiting", why: "no-traffic" });
    ask(world, users(), { requests: 500, rate: 0.02, ratio: 1, candidate: "1.1.0" });
    expect(await invoked(world, FAST)).toMatchObject({ state: "rolling", forecast: { perStep: 100 } });

    const slow = newWorld("1.0.0");
    slow.recent = undefined;
    const plan = { ...FAST, deadline: "1 h" };
    await invoked(slow, plan, START);
    // Too few to know a rate.
    ask(slow, users(), { requests: 20, rate: 0.01, ratio: 1, candidate: "1.1.0" });
    expect(await invoked(slow, plan)).toMatchObject({ state: "waiting" });
    ask(slow, users(), { requests: 180, rate: 0.05, ratio: 1, candidate: "1.1.0" });
    pass(slow, 30);
    expect(await invoked(slow, plan)).toBe("deadline-too-short");
    expect(shareOf(slow, "1.1.0")).toBe(0);
    expect(slow.deployments[0]?.statuses.at(-1)?.state).toBe("inactive");
  });
});

describe("going back", () => {
  test("brings the version before, then the one before that; what is under way is ended first", async () => {
    const world = newWorld("1.0.0");
    await complete(world, "1.1.0");
    await complete(world, "1.2.0");
    await invoked(world, FAST, { mode: "start", version: "1.3.0" });
    expect(await invoked(world, FAST, { mode: "rollback" })).toMatchObject({
      version: "1.3.0",
      live: "1.2.0",
    });
    expect(shareOf(world, "1.2.0")).toBe(1);
    expect(await invoked(world, FAST, { mode: "rollback", by: "grace" })).toMatchObject({
      state: "live",
      live: "1.1.0",
      rollback: { of: "1.2.0", by: "grace" },
    });
    expect(shareOf(world, "1.1.0")).toBe(1);
    expect(await invoked(world, FAST, { mode: "rollback" })).toMatchObject({ live: "1.0.0" });
    expect(await invoked(world, FAST, { mode: "rollback" })).toBe("nothing-before");
    expect(world.assigned).toEqual(["1.0.0", "1.1.0", "1.2.0", "1.1.0", "1.0.0"]);
  });

  test.each([
    ["traffic", FAST, true],
    ["a pointer", {}, false],
  ])("what has its tag is never superseded, only followed: %s", async (_, plan, deploys) => {
    const world = newWorld("1.0.0", deploys);
    await complete(world, "1.1.0", plan);
    world.deployments[0]?.statuses.pop();
    await invoked(world, plan, { mode: "start", version: "1.2.0" });
    expect(world.deployments.map(({ statuses }) => statuses.at(-1)?.state)).toEqual(
      deploys ? ["success", "in_progress"] : ["inactive", "success"],
    );
    expect(world.assigned).toEqual(["1.0.0", "1.1.0", ...(deploys ? [] : ["1.2.0"])]);
    expect(shareOf(world, "1.1.0")).toBe(deploys ? 0.95 : 0);
  });

  test.each([
    ["traffic", FAST, true],
    ["a pointer", {}, false],
  ])("needs no mark that others believe it by, as a rollout does: %s", async (_, plan, deploys) => {
    const world = newWorld("1.0.0", deploys);
    await complete(world, "1.1.0", plan);
    const ports = portsOf(world);
    const create: Deployments["create"] = async (given) => {
      if (given.isWayBack) return ports.deployments.create(given);
      throw new UserError("mark-refused", "There is no room", { remedy: "make room" });
    };
    const full = { ...ports, deployments: { ...ports.deployments, create } };
    const refused = await invoke(world, plan, { mode: "start", version: "1.2.0" }, full);
    expect(refused.predicate.outcome).toMatchObject({ fault: { code: "mark-refused" } });
    const back = await invoke(world, plan, { mode: "rollback" }, full);
    expect(back.predicate.outcome).toMatchObject({ details: { state: "live", live: "1.0.0" } });
  });

  test("only to what has lived there, and never waits for anybody", async () => {
    const world = newWorld("1.0.0");
    const plan = { ...FAST, approval: "required" };
    expect(await invoked(world, plan, { mode: "rollback", version: "1.3.0" })).toBe("never-lived-here");
    world.assigned.push("1.1.0");
    world.slots = [{ slot: "stable", version: "1.1.0", weight: 1 }];
    world.approvals = nobody;
    expect(await invoked(world, plan, { mode: "rollback" })).toMatchObject({ state: "live", live: "1.0.0" });
  });

  test("ends what waits for approval, and leaves what lives there where it is", async () => {
    for (const deploys of [true, false]) {
      const plan = deploys ? FAST : {};
      const world = newWorld("1.0.0", deploys);
      await complete(world, "1.1.0", plan);
      world.approvals = nobody;
      const asking = { ...plan, approval: "required" };
      expect(await invoked(world, asking, { mode: "start", version: "1.2.0" })).toBe("approval-missing");
      expect(await invoked(world, asking, { mode: "rollback" })).toMatchObject({
        version: "1.2.0",
        state: "ended",
        why: "asked",
        live: "1.1.0",
      });
      expect(shareOf(world, "1.1.0")).toBe(deploys ? 1 : 0);
      // A version that is named is what is wanted.
      await invoked(world, asking, { mode: "start", version: "1.2.0" });
      const back = { mode: "rollback", version: "1.0.0" } as const;
      expect(await invoked(world, asking, back)).toMatchObject({ live: "1.0.0" });
    }
  });

  test("to what cannot come back changes nothing, also of what is under way", async () => {
    const world = newWorld("1.0.0");
    await invoked(world, FAST, START);
    const before = structuredClone(world.deployments);
    for (const version of ["1.3.0", "9.9.9", "nonsense"])
      expect(await invoked(world, FAST, { mode: "rollback", version })).toBe("never-lived-here");
    world.assigned.unshift("0.9.0");
    expect(await invoked(world, FAST, { mode: "rollback", version: "0.9.0" })).toBe("no-such-version");
    expect(shareOf(world, "1.1.0")).toBe(0.05);
    expect(world.deployments).toEqual(before);
  });

  test("or forward: what was deployed last is inactive, also where a person has assigned another since", async () => {
    const world = newWorld("1.0.0", false);
    await complete(world, "1.1.0", {});
    world.assigned.push("1.2.0");
    await complete(world, "1.3.0", {});
    expect(world.deployments.map(({ statuses }) => statuses.at(-1)?.state)).toEqual(["inactive", "success"]);
  });

  test.each(["1.0.0", "v1.0.0", "census@v1.0.0"])("to a version as people write it: %s", async (version) => {
    const world = newWorld("1.0.0");
    await complete(world, "1.1.0");
    expect(await invoked(world, FAST, { mode: "rollback", version })).toMatchObject({ live: "1.0.0" });
  });

  test("on servers that do not say what they run only to one that nothing else was brought to", async () => {
    const plan = { ...FAST, traffic: { kind: "haproxy", socket: "/x", backend: "c", servers: ["a", "b"] } };
    const servers = async () => {
      const world = { ...newWorld("1.0.0"), isMute: true };
      world.slots = [
        { slot: "a", version: "1.0.0", weight: 1 },
        { slot: "b", version: "1.1.0", weight: 0 },
      ];
      await complete(world, "1.1.0", plan);
      return world;
    };
    const world = await servers();
    expect(await invoked(world, plan, { mode: "rollback" })).toMatchObject({ state: "live", live: "1.0.0" });
    expect(shareOf(world, "1.0.0")).toBe(1);

    const other = await servers();
    for (const one of other.slots) if (one.slot === "a") one.version = "1.2.0";
    await invoked(other, plan, { mode: "start", version: "1.2.0" });
    for (let i = 0; i < 4; i++) {
      ask(other, users(), { requests: 2_000, rate: 0.02, ratio: 8, candidate: "1.2.0" });
      await invoked(other, plan);
    }
    expect(other.deployments[1]?.statuses.at(-1)?.description).toContain("worse than stable");
    expect(await invoked(other, plan, { mode: "rollback" })).toBe("server-unknown");
    expect(shareOf(other, "1.1.0")).toBe(1);
  });

  /** What was answered is counted later, as by Prometheus. */
  const justSet = async () => {
    const world = newWorld("1.0.0");
    const { trafficMetrics, ...ports } = portsOf(world);
    const late = trafficMetrics && { ...trafficMetrics, lag: 60 };
    await invoke(world, FAST, START, { ...ports, trafficMetrics: late });
    expect(world.deployments[0]?.statuses.at(-1)?.description).toContain("going to 5%");
    return world;
  };

  test("is not undone by the next tick, where it was killed and nothing was counted yet", async () => {
    for (const [at, phase] of [
      [1, "after"],
      [2, "before"],
      [2, "after"],
      [3, "before"],
      [3, "after"],
    ] as const) {
      const world = await justSet();
      world.kill = { at, phase, asked: 0 };
      await invoke(world, FAST, { mode: "rollback" }).catch(() => undefined);
      world.kill = undefined;
      const share = shareOf(world, "1.1.0");
      await invoked(world, FAST);
      // Whoever was killed before the requests were taken away is asked once more.
      expect(shareOf(world, "1.1.0"), `${at} ${phase}`).toBe(share);
      await invoked(world, FAST, { mode: "rollback" });
      expect(shareOf(world, "1.1.0")).toBe(0);
      expect(world.assigned).toEqual(["1.0.0"]);
      expect(await invoked(world, FAST, START)).toBe("was-rolled-back");
    }
  });

  test("drops no window where nothing was counted yet", async () => {
    const world = await justSet();
    await invoked(world, FAST, { mode: "rollback" });
    expect(await invoked(world, FAST, { watched: 1 })).toMatchObject({
      why: "asked",
      counted: { windows: 0, dropped: 0 },
    });
  });

  test("names places that the target has, also where none of them has requests", async () => {
    const world = { ...newWorld("1.0.0"), isMute: true };
    world.slots = ["a", "b"].map((slot) => ({ slot, version: "1.0.0", weight: 0 }));
    expect(await invoked(world, FAST, START)).toBe("traffic-differs");
    const back = { mode: "rollback", version: "1.0.0" } as const;
    expect(await invoked(world, FAST, back)).toMatchObject({ live: "1.0.0" });
    expect(world.deployments[0]?.payload).toMatchObject({ slots: { stable: "a", canary: "b" } });
  });

  test("is not kept from taking requests away by a record that cannot be written", async () => {
    const world = await justSet();
    const ports = portsOf(world);
    const say = async () => {
      throw new UserError("github-unreachable", "GitHub did not say", { remedy: "again" });
    };
    await invoke(world, FAST, { mode: "rollback" }, { ...ports, deployments: { ...ports.deployments, say } });
    expect(shareOf(world, "1.1.0")).toBe(0);
  });

  test("from what has its tag, though whoever set it was killed", async () => {
    const world = newWorld("1.0.0");
    await complete(world, "1.1.0");
    const said = world.deployments[0]?.statuses;
    expect(said?.pop()?.description).toContain("live");
    expect(await invoked(world, FAST, { mode: "rollback" })).toMatchObject({ state: "live", live: "1.0.0" });
    expect(shareOf(world, "1.0.0")).toBe(1);
    expect(said?.at(-1)?.state).toBe("inactive");
  });

  test("brings traffic and tag together where they differ", async () => {
    const world = newWorld("1.0.0");
    world.slots = [{ slot: "stable", version: "0.9.0", weight: 1 }];
    expect(await invoked(world, FAST, { mode: "rollback", version: "1.0.0" })).toMatchObject({
      live: "1.0.0",
    });
    expect(shareOf(world, "1.0.0")).toBe(1);
  });
});

describe("a rollout that does not count any more, since its mark or its run is gone", () => {
  const plan = { ...FAST, traffic: { kind: "haproxy", socket: "/x", backend: "c", servers: ["a", "b"] } };
  const bringing = { ...plan, traffic: { ...plan.traffic, prepare: "./bring.sh" } };
  const lose = (world: World) => {
    const lost = world.deployments.at(-1);
    if (lost !== undefined) lost.doubt = async () => "run 7 has not made it";
  };
  /** 1.1.0 has lived, 1.2.0 lives, and nobody knows any more why 1.3.0 has 5%. */
  const servers = async (written: object, at: readonly [string, string] = ["a", "b"]) => {
    const world = { ...newWorld("1.0.0"), isMute: true, isPreparing: true };
    world.slots = [
      { slot: at[0], version: "1.0.0", weight: at[0] === "a" ? 1 : 0 },
      { slot: at[1], version: "1.0.0", weight: at[1] === "a" ? 1 : 0 },
    ];
    await complete(world, "1.1.0", written);
    await complete(world, "1.2.0", written);
    await invoked(world, written, { mode: "start", version: "1.3.0" });
    expect(shareOf(world, "1.3.0")).toBe(0.05);
    lose(world);
    return world;
  };

  test("is told while its version has requests, also where the target does not say which that is", async () => {
    for (const isMute of [true, false]) {
      const world = { ...newWorld("1.0.0"), isMute };
      if (isMute) world.slots.push({ slot: "canary", version: "1.1.0", weight: 0 });
      await invoked(world, FAST, START);
      lose(world);
      for (const told of [{}, { mode: "start", version: "1.0.0" }] as const)
        expect(await invoked(world, FAST, told)).toBe("traffic-differs");
      expect(shareOf(world, "1.1.0")).toBe(0.05);
    }
  });

  test("is never gone back to: servers that nothing can be brought to keep what they have", async () => {
    const world = await servers(plan);
    expect(await invoked(world, plan, { mode: "rollback" })).toBe("server-unknown");
    expect([shareOf(world, "1.3.0"), world.assigned.at(-1)]).toEqual([0.05, "1.2.0"]);
  });

  test.each([[["a", "b"]], [["b", "a"]]] as const)(
    "loses its requests to what lives there, where that is wanted: servers %s",
    async (at) => {
      const world = await servers(plan, at);
      expect(await invoked(world, plan, { mode: "rollback", version: "1.2.0" })).toMatchObject({
        live: "1.2.0",
      });
      expect([shareOf(world, "1.2.0"), world.assigned.at(-1)]).toEqual([1, "1.2.0"]);
      expect(await invoked(world, plan)).toMatchObject({ state: "none" });
    },
  );

  test.each([[["a", "b"]], [["b", "a"]]] as const)(
    "loses its server to the version that comes back: servers %s",
    async (at) => {
      const world = await servers(bringing, at);
      expect(await invoked(world, bringing, { mode: "rollback" })).toMatchObject({ live: "1.1.0" });
      expect([shareOf(world, "1.1.0"), world.assigned.at(-1)]).toEqual([1, "1.1.0"]);
    },
  );

  test("leaves both servers as they are where nobody knows which runs what lives there", async () => {
    const world = { ...newWorld("1.0.0"), isMute: true, isPreparing: true };
    world.slots.push({ slot: "canary", version: "1.1.0", weight: 0 });
    world.assigned.unshift("1.2.0");
    await invoked(world, FAST, START);
    lose(world);
    for (const version of [undefined, "1.0.0"])
      expect(await invoked(world, bringing, { mode: "rollback", version })).toBe("server-unknown");
    expect(shareOf(world, "1.1.0")).toBe(0.05);
  });
});

const nobody: Approvals = {
  rules: async () => undefined,
  ofRun: async () => [],
  comments: async () => [],
  mayWrite: async () => true,
  authors: async () => ["author"],
  startedBy: async () => ["starter"],
};

describe("approval", () => {
  const plan = { ...FAST, approval: "required" };
  const comment = (by: string, body: string, edited = false, created = "2026-03-01T00:00:00Z") => ({
    by,
    body,
    edited,
    created,
    url: "https://github.example/1",
  });
  const saying = (...said: ReturnType<typeof comment>[]): World => {
    const world = newWorld("1.0.0");
    world.approvals = { ...nobody, comments: async () => said, mayWrite: async (by) => by !== "stranger" };
    return world;
  };

  const refusal = async (world: World, told: Parameters<typeof invoke>[2], ports = portsOf(world)) => {
    const { outcome } = (await invoke(world, plan, told, ports)).predicate;
    return outcome.kind === "error" ? `${outcome.fault.message}; ${outcome.fault.remedy}` : "";
  };

  test.each([
    ["nobody", []],
    ["a stranger", [comment("stranger", "/approve census@v1.1.0 production")]],
    ["whoever wrote it", [comment("Author", "/approve census@v1.1.0 production")]],
    ["whoever started the run that released it", [comment("Starter", "/approve census@v1.1.0 production")]],
    ["somebody, of another version", [comment("bea", "/approve census@v1.0.0 production")]],
    ["somebody, of another model", [comment("bea", "/approve other@v1.1.0 production")]],
    ["somebody, for another environment", [comment("bea", "/approve census@v1.1.0 staging")]],
    ["somebody, for no environment", [comment("bea", "/approve census@v1.1.0")]],
    [
      "somebody, before it began",
      [comment("bea", "/approve census@v1.1.0 production", false, "2026-02-28T23:59:59Z")],
    ],
    ["an edited comment", [comment("bea", "/approve census@v1.1.0 production", true)]],
    ["a comment that only mentions it", [comment("bea", "please say /approve census@v1.1.0 production")]],
    [
      "somebody who then rejects",
      [comment("bea", "/approve census@v1.1.0 production"), comment("cy", "/reject census@v1.1.0 because")],
    ],
  ])("by %s moves nothing", async (_, said) => {
    const world = saying(...said);
    const run = { repositoryId: 1, runId: 7, attempt: 1 };
    expect(await invoked(world, plan, { ...START, run })).toBe("approval-missing");
    expect(await invoked(world, plan)).toMatchObject({ state: "waiting", why: "approval" });
    expect(shareOf(world, "1.1.0")).toBe(0);
  });

  test("by whoever wrote something since the live version moves nothing", async () => {
    const world = saying(comment("bea", "/approve census@v1.1.0 production"));
    const asked: unknown[] = [];
    const authors: Approvals["authors"] = async (change) => {
      asked.push(change);
      return change.since === commitOf("1.0.0") ? ["author", "bea"] : ["author"];
    };
    world.approvals = { ...(world.approvals ?? nobody), authors };
    expect(await invoked(world, plan, START)).toBe("approval-missing");
    expect(asked).toEqual([{ commit: commitOf("1.1.0"), since: commitOf("1.0.0") }]);
    expect(shareOf(world, "1.1.0")).toBe(0);
    // What strangers write costs no look through the history.
    const by = async () => [comment("stranger", "/approve census@v1.1.0 production")];
    world.approvals = { ...world.approvals, comments: by };
    expect(await invoked(world, plan)).toMatchObject({ state: "waiting" });
    expect(asked).toHaveLength(1);
    // Where nothing lives nothing came before.
    const comments = async () => [comment("cy", "/approve census@v1.1.0 production")];
    const first = { ...newWorld(undefined, false), approvals: { ...world.approvals, comments } };
    expect(await invoked(first, { approval: "required" }, START)).toMatchObject({ state: "live" });
    expect(asked.at(-1)).toEqual({ commit: commitOf("1.1.0"), since: null });
  });

  const unknown = (what: string) => async () => ({ unknown: what, remedy: "link it" });
  test.each([
    [
      { authors: unknown("abc1234 has an author") },
      /abc1234 has an author.*link it, or .*required reviewers/,
    ],
    [{ authors: async () => [] }, /no person is known to have written it.*give .* required reviewers/],
    [{ startedBy: unknown("run 7 is gone") }, /run 7 is gone.*link it/],
  ])("by somebody is none where nobody knows who had a part, and it says why: %o", async (part, said) => {
    const world = saying(comment("bea", "/approve census@v1.1.0 production"));
    world.approvals = { ...(world.approvals ?? nobody), ...part };
    const run = { repositoryId: 1, runId: 7, attempt: 1 };
    expect(await refusal(world, { ...START, run })).toMatch(said);
    expect(shareOf(world, "1.1.0")).toBe(0);
  });

  test("of a live version that says no commit is none", async () => {
    const world = saying(comment("bea", "/approve census@v1.1.0 production"));
    const ports = portsOf(world);
    const one = version("1.0.0");
    const training = { ...one.manifest.training, commit: null };
    const live = { ...one, manifest: { ...one.manifest, training } };
    const environments = { ...ports.environments, current: async () => ({ counter: 1, version: live }) };
    const said = await refusal(world, START, { ...ports, environments });
    expect(said).toMatch(/census@v1.0.0 does not say of which commit it is/);
  });

  test("names everybody who cannot give it where one of them has commented", async () => {
    const world = saying(comment("bea", "/approve census@v1.1.0 production"));
    world.approvals = { ...(world.approvals ?? nobody), authors: async () => ["Bea", "cy"] };
    const run = { repositoryId: 1, runId: 7, attempt: 1 };
    expect(await refusal(world, { ...START, run })).toMatch(
      /bea, who commented.*: Bea, cy, starter.*somebody/,
    );
  });

  test("is asked for once; taken back it takes the requests back", async () => {
    const said = [comment("bea", "/approve census@v1.1.0 production\nlooks good")];
    const world = saying(...said);
    expect(await invoked(world, plan, START)).toMatchObject({ state: "rolling", approval: { by: "bea" } });
    fine(world);
    world.approvals = nobody;
    for (let i = 0; i < 3 && shareOf(world, "1.1.0") > 0; i++) {
      await invoked(world, plan);
      fine(world);
    }
    expect(world.deployments[0]?.statuses.at(-1)?.description).toContain("nobody has agreed");
    expect(shareOf(world, "1.1.0")).toBe(0);
  });

  test("is asked for anew where what was taken back begins again", async () => {
    const world = saying(comment("bea", "/approve census@v1.1.0 production"));
    await invoked(world, plan, START);
    pass(world, 5);
    await invoked(world, plan, { mode: "rollback" });
    expect(await invoked(world, plan, { ...START, again: true })).toBe("approval-missing");
    const said = [comment("bea", "/approve census@v1.1.0 production", false, "2026-03-01T00:05:01Z")];
    world.approvals = { ...nobody, comments: async () => said };
    expect(await invoked(world, plan)).toMatchObject({ state: "rolling", approval: { by: "bea" } });
  });

  test("is not spared by a status that says a step was aimed at", async () => {
    const world = saying(comment("bea", "/approve census@v1.1.0 production"));
    await invoked(world, plan, START);
    const aimed = world.deployments[0]?.statuses[0];
    if (aimed === undefined) throw new Error("nothing was aimed at");
    const forged = saying();
    expect(await invoked(forged, plan, START)).toBe("approval-missing");
    forged.deployments[0]?.statuses.push(aimed);
    await invoked(forged, plan);
    expect(shareOf(forged, "1.1.0")).toBe(0);
  });

  test("is not spared by a deployment that calls itself a rollback to what never lived here", async () => {
    const world = saying();
    await invoked(world, plan, { ...START, version: "1.3.0" });
    const [first] = world.deployments;
    if (first === undefined) throw new Error("nothing was begun");
    first.payload = { ...Object(first.payload), approval: false, rollback: { of: "1.0.0", by: "ada" } };
    expect(await invoked(world, plan)).toMatchObject({ state: "waiting", why: "approval" });
    expect([shareOf(world, "1.3.0"), world.assigned]).toEqual([0, ["1.0.0"]]);
  });

  test("with reviewers a comment is none, and one's own approval is told", async () => {
    const world = saying(comment("bea", "/approve census@v1.1.0 production"));
    const rules = async () => ({ reviewers: true, preventsSelfReview: false });
    world.approvals = { ...(world.approvals ?? nobody), rules };
    const run = { repositoryId: 1, runId: 7, attempt: 1 };
    expect(await invoked(world, plan, { ...START, run })).toBe("approval-missing");
    const ofRun = async (runId: number) =>
      runId === 7 ? [{ environments: ["production"], by: "author", approved: true }] : [];
    world.approvals = { ...world.approvals, ofRun };
    expect(await invoked(world, plan, { ...START, run })).toMatchObject({
      state: "rolling",
      approval: { how: "reviewers", by: "author", isOwn: true },
    });
  });
});

describe("rules that cannot be followed are refused with their place", () => {
  test.each([
    [{ ...PLAN, steps: [1] }, "invalid-value"],
    [{ ...PLAN, steps: [0.5, 0.25, 1] }, "invalid-value"],
    [{ ...PLAN, steps: [0.5] }, "invalid-value"],
    [{ ...PLAN, guardrails: ["error_rate <= 1%"] }, "condition-unpaired"],
    [{ traffic: { kind: "command", set: "true", get: "true" } }, "invalid-value"],
  ])("%j", async (written, code) => {
    const world = newWorld("1.0.0");
    expect(await invoked(world, written, START)).toBe(code);
    expect(world.deployments).toHaveLength(0);
  });
});
