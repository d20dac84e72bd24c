import { type DeploymentState, type Traffic, UserError } from "@mlops-actions/core";
import type { EntryKind } from "../record/entry.ts";
import { printEntry } from "../record/entry.ts";
import { type End, endOf, type Ledger, stepOf } from "../record/ledger.ts";
import { readAgain, readLedgers } from "../record/ledgers.ts";
import type { Payload } from "../record/payload.ts";
import { percent, WHY, type Why } from "../wording.ts";
import { carriedBy, carry } from "./carried.ts";
import { look } from "./look.ts";
import type { Move } from "./next.ts";
import { publishedVersion, type World } from "./world.ts";

/** What a move has come to. */
export interface Done {
  did: "waited" | "looked" | "moved" | "finished" | "ended" | "nothing";
  end: End | undefined;
  why: Why | undefined;
}

const STATE: Record<EntryKind, DeploymentState> = {
  aim: "in_progress",
  seen: "in_progress",
  live: "success",
  harm: "failure",
  back: "failure",
  void: "inactive",
};

/**
 * Does one move. What raises the canary's share is written down first and done then, what takes it away is done first: whoever is killed
 * between the two leaves the safer of both.
 */
export async function carryOut(
  world: World,
  ledger: Ledger,
  move: Move,
  tallies: readonly number[],
): Promise<Done> {
  const { plan } = ledger.payload;
  switch (move.do) {
    case "wait":
      return { did: "waited", end: undefined, why: move.why };
    case "look": {
      const words = move.step < 0 ? WHY[move.why] : `${at(plan.steps[move.step])}: ${WHY[move.why]}`;
      await say(world, ledger, "seen", move.step, tallies, words);
      return { did: "looked", end: undefined, why: move.why };
    }
    case "aim":
      await say(world, ledger, "aim", move.step, tallies, `going to ${at(plan.steps[move.step])}`);
      return raise(world, ledger, move.step);
    case "set":
      return raise(world, ledger, move.step);
    case "finish":
      return finish(world, ledger, tallies);
    case "back":
      return takeBack(world, ledger, move.end, move.why, tallies);
  }
}

async function raise(world: World, ledger: Ledger, step: number): Promise<Done> {
  const { payload } = ledger;
  const share = payload.plan.steps[step] ?? 0;
  const traffic = trafficOf(world);
  await carry(traffic, payload, share);
  const now = await readAgain(world.deployments, ledger);
  // Somebody else has ended it while the weight was being set.
  const ended = endOf(now);
  if (ended !== undefined && ended !== "live") {
    await withdraw(world, payload);
    return { did: "ended", end: ended, why: undefined };
  }
  const { version: live } = await world.environments.current(world.model, world.name);
  if (live?.number !== payload.version && (live?.number ?? null) !== payload.from.version)
    return takeBack(world, now, "back", "other-live", now.entries.at(-1)?.tallies ?? []);
  if (share === 1) return finish(world, now, now.entries.at(-1)?.tallies ?? []);
  // Until then the counters are those of the weight before: the next look opens the window.
  if ((world.metrics?.lag ?? 0) > 0) return { did: "moved", end: undefined, why: undefined };
  const seen = await look(world.metrics, now, world.guardrails, world.now(), share);
  if (seen.measured.fault === undefined)
    await say(world, now, "seen", step, seen.tallies, `${at(share)}: set, counting from here`);
  return { did: "moved", end: undefined, why: undefined };
}

/** The traffic is complete: the environment's tag, then what people see, then whoever listens; its own end last. */
async function finish(world: World, ledger: Ledger, tallies: readonly number[]): Promise<Done> {
  const { payload } = ledger;
  const { environments, deployments, dispatches, model, name, run } = world;
  const before = await environments.current(model, name);
  if (before.version?.number !== payload.version) {
    const version = await publishedVersion(world, payload.version);
    if (version.record !== payload.record) throw otherRecord(version.tag);
    const assigned = await environments.assign(name, version, before.counter, run ?? undefined);
    if (assigned.kind === "taken" && assigned.by?.number !== payload.version)
      throw new UserError(
        "environment-taken",
        `${name} was given to ${assigned.by?.number ?? "something that does not count"} meanwhile`,
        { remedy: "see `mlops-actions registry history`, then deploy again what is to live there" },
      );
  }
  // Somebody else has ended it while the tag was being set: whoever comes second of the two sees it.
  const ended = endOf(await readAgain(deployments, ledger));
  if (ended !== undefined && ended !== "live") {
    await withdraw(world, payload);
    await unassign(world, payload);
    return { did: "ended", end: ended, why: undefined };
  }
  // What came before that was set inactive when it was completed.
  const others = await readLedgers(
    deployments,
    { model, environment: name },
    ({ version }) => version === payload.from.version,
  );
  const predecessor = others.find((other) => other.id !== ledger.id && endOf(other) === "live");
  if (predecessor !== undefined && predecessor.state !== "inactive")
    await deployments.say(predecessor.id, {
      state: "inactive",
      description: `${payload.version} has taken over`,
    });
  await dispatches?.repositoryDispatch("mlops-promoted", {
    model,
    environment: name,
    version: payload.version,
    tag: `${model}@v${payload.version}`,
    record: payload.record,
    from: payload.from.version,
  });
  const words = payload.rollback === null ? "live" : `live again, asked for by ${payload.rollback.by}`;
  await say(world, ledger, "live", stepOf(ledger), tallies, words);
  return { did: "finished", end: "live", why: undefined };
}

async function takeBack(
  world: World,
  ledger: Ledger,
  end: Exclude<End, "live">,
  why: Why,
  tallies: readonly number[],
): Promise<Done> {
  const { payload } = ledger;
  if (why === "asked") await sayAsked(world, ledger);
  await withdraw(world, payload);
  await say(world, ledger, end, stepOf(ledger), tallies, `${WHY[why]}: no requests`);
  // Another one may have set a weight, or the tag, before it could read this.
  await withdraw(world, payload);
  await unassign(world, payload);
  return { did: "ended", end, why };
}

/**
 * A weight that was only aimed at is set by whoever comes next: once this is written down no requests means that they were taken away. It counts
 * nothing, since the weight may not have been counted yet, and the requests go back also where it cannot be written.
 */
async function sayAsked(world: World, ledger: Ledger): Promise<void> {
  if (ledger.entries.at(-1)?.kind !== "aim") return;
  try {
    await say(world, ledger, "seen", stepOf(ledger), [], `${WHY.asked}: its requests are taken away`);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
  }
}

/** Takes a version's requests away: they go to what lives there now, or lived there before it. @returns whether it had any */
export async function withdraw(
  { traffic, environments, model, name }: World,
  payload: Payload,
): Promise<boolean> {
  const { slots, version, from } = payload;
  if (traffic === undefined || slots === null || carriedBy(await traffic.get(), payload).share === 0)
    return false;
  const live = (await environments.current(model, name)).version?.number ?? null;
  const isOther = live !== null && live !== version && live !== from.version;
  // A target that does not say what it runs is told places only.
  const carried = isOther && slots.carried !== null ? live : slots.carried;
  await carry(traffic, { version, slots: { ...slots, carried } }, 0);
  return true;
}

/** An environment that was given to a version while somebody took it back goes back too. */
async function unassign(world: World, { version, from }: Payload): Promise<void> {
  const { environments, model, name, run } = world;
  const now = await environments.current(model, name);
  if (now.version?.number !== version || from.version === null || from.version === version) return;
  // Where another was quicker it has done the same.
  await environments.assign(name, await publishedVersion(world, from.version), now.counter, run ?? undefined);
}

async function say(
  { deployments, now }: World,
  ledger: Ledger,
  kind: EntryKind,
  step: number,
  tallies: readonly number[],
  words: string,
): Promise<void> {
  const description = printEntry({ kind, step, at: now(), tallies }, words);
  await deployments.say(ledger.id, { state: STATE[kind], description });
}

function trafficOf({ traffic }: World): Traffic {
  if (traffic === undefined) throw new Error("a rollout with traffic, and nothing that carries it");
  return traffic;
}

function otherRecord(tag: string): UserError {
  return new UserError("other-record", `${tag} is not the model that this rollout began with`, {
    remedy: "end it with `mode: rollback`, and find out who has moved the tag",
  });
}

function at(share: number | undefined): string {
  return percent(share ?? 0);
}
