import { ask, invoked, newUsers, newWorld, shareOf } from "./world.ts";

/** How one simulated rollout of 1.1.0 over 1.0.0 went. */
export interface Simulated {
  /** `live`, `harm`, `open`, or what else became of it. */
  end: string;
  requests: number;
  share: number;
}

export const PLAN = {
  traffic: { kind: "server", socket: "/run/mlops.sock" },
  steps: [0.05, 0.25, 0.5, 1],
  guardrails: ["error_rate / stable.error_rate <= 2"],
  windows: 3,
  window: "1 min",
  dwell: "3 min",
  deadline: "7 d",
};

/** One rollout with users who come back, load and base rate that change by up to 40 % from window to window. */
export async function simulate(of: {
  seed: number;
  ratio: number;
  requests: number;
  rate?: number;
  perWindow?: number;
}): Promise<Simulated> {
  const { seed, ratio, rate = 0.01, perWindow = 700 } = of;
  const world = newWorld("1.0.0");
  const users = newUsers(20_000, seed);
  const turn = 0.6 + 0.8 * users.random();
  let sent = 0;
  let details = await invoked(world, PLAN, { mode: "start", version: "1.1.0" });
  for (let i = 0; sent < of.requests; i++) {
    // Load and base rate swing together, and by chance: the worst for whoever compares sums.
    const swing = 1 + 0.4 * Math.sin(i * turn);
    const requests = Math.min(
      Math.round(perWindow * swing * (0.8 + 0.4 * users.random())),
      of.requests - sent,
    );
    ask(world, users, { requests, rate: rate * swing, ratio, candidate: "1.1.0" });
    sent += requests;
    details = await invoked(world, PLAN);
    if (typeof details === "string") return { end: details, requests: sent, share: shareOf(world, "1.1.0") };
    if (!["rolling", "waiting"].includes(details.state)) break;
  }
  const state = typeof details === "string" ? details : details.state;
  return { end: state === "rolling" ? "open" : state, requests: sent, share: shareOf(world, "1.1.0") };
}
