import { type Traffic, type TrafficSlot, UserError, type Version } from "@mlops-actions/core";
import { compareNumbers, previousOf } from "@mlops-actions/registry";
import { endOf, type Ledger, stepOf } from "../record/ledger.ts";
import { readAgain, readLedgers } from "../record/ledgers.ts";
import type { Payload } from "../record/payload.ts";
import { type Advanced, advance, outcomeOf } from "./advance.ts";
import { carry, otherPlace, placeOf } from "./carried.ts";
import { withdraw } from "./carry-out.ts";
import { create, createRollback, differs } from "./create.ts";
import { publishedVersion, type World } from "./world.ts";

/** What one invocation has done. */
export type Outcome =
  | ({ kind: "advanced" } & Advanced)
  /** There was nothing to do. */
  | { kind: "unchanged"; live: string | null }
  /** Requests went to a version whose rollout had ended: they were taken away. */
  | { kind: "cleared"; version: string };

/**
 * Begins the rollout of a version, or goes on with it.
 * @throws UserError `older-than-live`, `superseded`, `was-rolled-back`, `approval-missing`, and what `create` refuses
 */
export async function start(world: World, number: string, again: boolean): Promise<Outcome> {
  const version = await publishedVersion(world, number);
  const { ledgers: before } = await bringBack(
    world,
    ({ version, rollback }) => version === number || rollback?.of === number,
  );
  const open = before.filter((ledger) => endOf(ledger) === undefined);
  const found = await liveIn(world);
  const newer = open.find(({ payload }) => compareNumbers(payload.version, number) > 0);
  if (newer !== undefined)
    throw new UserError(
      "superseded",
      `${newer.payload.version} is on its way, which is newer than ${number}`,
      {
        remedy: `end it first with \`mode: rollback\`, if ${number} is what is wanted`,
      },
    );
  const mine = open.find((ledger) => ledger.payload.version === number && isOf(ledger, world));
  if (found.version !== null && found.version !== number && compareNumbers(number, found.version) < 0)
    throw new UserError(
      "older-than-live",
      `${found.version} lives in ${world.name}, which is newer than ${number}`,
      {
        remedy: `to go back, say so: \`mode: rollback\`, \`version: ${number}\``,
      },
    );
  if (mine === undefined && found.version !== number) requireUntried(before, number, again);
  for (const ledger of open) if (ledger !== mine) await advance(world, ledger, { newer: number });
  // One of them may have been complete but for its end.
  const live = await liveIn(world);
  if (mine === undefined) {
    const cleared = await clear(world, before);
    if (cleared !== undefined) return cleared;
    if (live.version === number) return unchanged(world);
  }
  const tries = before.filter(({ payload }) => payload.version === number && !payload.rollback).length;
  const ledger = mine ?? (await create(world, version, live, tries));
  const outcome = await advance(world, ledger);
  if (outcome.waitsFor !== undefined) throw outcome.waitsFor;
  return { kind: "advanced", ...outcome };
}

/**
 * Goes on with what is under way. It never begins anything.
 * @param watched the deployment that this job has watched: where another has ended it, that is what there is to tell
 */
export async function tick(world: World, watched: number | undefined): Promise<Outcome> {
  const { ledgers, last } = await bringBack(world, () => false);
  const mine = ledgers.find(({ id }) => id === watched);
  const ended = mine && (await outcomeOf(world, mine));
  if (ended !== undefined) return (await clear(world, ledgers)) ?? { kind: "advanced", ...ended };
  const [newest, ...others] = ledgers
    .filter((ledger) => endOf(ledger) === undefined)
    .sort((a, b) => compareNumbers(b.payload.version, a.payload.version));
  if (newest === undefined && last !== undefined) return { kind: "advanced", ...last };
  if (newest === undefined) return (await clear(world, ledgers)) ?? unchanged(world);
  for (const ledger of others) await advance(world, ledger, { newer: newest.payload.version });
  return { kind: "advanced", ...(await advance(world, newest)) };
}

/**
 * Ends a rollout that is under way, else brings an earlier version back. It waits for nobody.
 * @param to default: the version before
 * @throws UserError `nothing-before`, `never-lived-here`, `withdrawn`, `server-unknown`
 */
export async function rollBack(world: World, to: string | undefined): Promise<Outcome> {
  const { deployments, model, name, traffic } = world;
  const ledgers = await readLedgers(deployments, { model, environment: name }, () => true);
  const open = ledgers.filter((ledger) => endOf(ledger) === undefined);
  const begun = open.find(({ payload }) => payload.rollback !== null);
  if (begun !== undefined && (to === undefined || to === begun.payload.version))
    return { kind: "advanced", ...(await advance(world, begun)) };
  const named = to === undefined ? undefined : await livedHere(world, to);
  let ended: Advanced | undefined;
  for (const ledger of open) {
    const one = await advance(world, ledger, { asked: true });
    // What was complete but for its end is what lives there, and goes back as that.
    if (one.done.end !== "live") ended = one;
  }
  const live = await liveIn(world);
  if (ended !== undefined && (to === undefined || to === live.version)) return { kind: "advanced", ...ended };

  const version = named ?? (await livedBefore(world));
  const target = version.number;
  if (traffic === undefined && target === live.version) return { kind: "unchanged", live: target };
  const slots =
    traffic === undefined ? null : await sendBack({ ...world, traffic }, target, live.version, ledgers);
  const ledger = await createRollback(world, version, live, slots);
  return { kind: "advanced", ...(await advance(world, ledger)) };
}

/** Gives a version all of the requests. The traffic first: what follows only writes down what is so. @returns the places between which they went */
async function sendBack(
  world: World & { traffic: Traffic },
  version: string,
  live: string | null,
  ledgers: readonly Ledger[],
): Promise<Payload["slots"]> {
  const { traffic } = world;
  const now = await traffic.get();
  const slots = placesFor(world, now, version, live, ledgers);
  // Nothing is brought to a server while it has requests.
  if (isMute(now) && isSplit(now) && version !== live) await carry(traffic, { slots, version }, 0);
  await carry(traffic, { slots, version }, 1);
  return slots;
}

/** A version that may come back. @throws UserError `never-lived-here`, and where it cannot be deployed any more */
async function livedHere(world: World, number: string): Promise<Version> {
  const { environments, model, name } = world;
  const numbers = (await environments.past(model, name)).map((one) => one.number);
  if (numbers.includes(number)) return publishedVersion(world, number);
  throw new UserError("never-lived-here", `${number} has never lived in ${name}`, {
    remedy: `roll back to one that has: ${[...new Set(numbers)].slice(-5).join(", ") || "there is none"}`,
  });
}

/** The version that lived here before. @throws UserError `nothing-before` */
async function livedBefore(world: World): Promise<Version> {
  const { environments, model, name } = world;
  const number = previousOf(await environments.past(model, name));
  if (number !== undefined) return publishedVersion(world, number);
  throw new UserError(
    "nothing-before",
    `There is no earlier version of ${model} in ${name} that could come back`,
    { remedy: "deploy a version by its number" },
  );
}

/** What somebody has asked back comes back before anything else is looked at: whoever did it was killed, and what is newer does not undo it. */
async function bringBack(
  world: World,
  isWanted: (payload: Payload) => boolean,
): Promise<{ ledgers: readonly Ledger[]; last: Advanced | undefined }> {
  const { deployments, model, name } = world;
  const ledgers: Ledger[] = [];
  let last: Advanced | undefined;
  for (const ledger of await readLedgers(deployments, { model, environment: name }, isWanted)) {
    const isOpen = endOf(ledger) === undefined && ledger.payload.rollback !== null;
    if (isOpen) last = await advance(world, ledger);
    ledgers.push(isOpen ? await readAgain(deployments, ledger) : ledger);
  }
  return { ledgers, last };
}

/** What waits for the approval of another run gives way: GitHub's reviewers approve runs. */
function isOf(ledger: Ledger, { run }: World): boolean {
  const { approval, rollback, run: begun } = ledger.payload;
  if (rollback !== null) return false;
  return !approval || stepOf(ledger) >= 0 || begun?.runId === run?.runId;
}

async function liveIn({ environments, model, name }: World) {
  const { version, counter } = await environments.current(model, name);
  return { version: version?.number ?? null, counter };
}

/** What was taken back, or was taken out of the environment by hand, does not come back because a job was run again. */
function requireUntried(before: readonly Ledger[], number: string, again: boolean): void {
  if (again) return;
  const ends = before.filter(({ payload }) => payload.version === number).map(endOf);
  const isUndone = before.some(({ payload }) => payload.rollback?.of === number);
  if (ends.includes("harm") || ends.includes("back") || isUndone)
    throw new UserError(
      "was-rolled-back",
      `${number} was rolled back here${ends.includes("harm") ? ": it was worse than stable" : isUndone ? " by hand" : " before it was complete"}`,
      { remedy: "deploy a new version, or say `again: true` if the cause was another" },
    );
}

/**
 * Nothing is under way, so that the target carries what lives there and nothing else.
 * @throws UserError `traffic-differs`
 */
async function unchanged(world: World): Promise<Outcome> {
  const { version: live } = await liveIn(world);
  const slots = (await world.traffic?.get()) ?? [];
  const other = slots.find(({ weight, version }) => weight > 0 && version !== null && version !== live);
  if (live !== null && other !== undefined)
    throw differs(`${other.version} has requests, and ${live} is what lives there`, live);
  if (isSplit(slots)) throw differs("Two share the requests, and no rollout says why", live);
  return { kind: "unchanged", live };
}

/** Takes requests away from a version whose rollout has ended: whoever ended it was killed, or another has set them since. */
async function clear(world: World, [newest]: readonly Ledger[]): Promise<Outcome | undefined> {
  const { traffic } = world;
  if (traffic === undefined || newest === undefined || newest.payload.slots === null) return undefined;
  const { payload } = newest;
  const end = endOf(newest);
  if (end === undefined || end === "live" || (await liveIn(world)).version === payload.version)
    return undefined;
  if (!(await withdraw(world, payload))) return undefined;
  return { kind: "cleared", version: payload.version };
}

/** Between which places of the target requests go back. @throws UserError `server-unknown` */
function placesFor(
  { environment }: World,
  slots: readonly TrafficSlot[],
  target: string,
  live: string | null,
  ledgers: readonly Ledger[],
): NonNullable<Payload["slots"]> {
  const other = (place: string) => otherPlace(slots, place);
  const used = slots.find(({ weight, version }) => weight > 0 && (version === null || version !== target));
  const stable = placeOf(slots, used);
  if (!isMute(slots)) return { stable, canary: other(stable), carried: used?.version ?? null };

  const completed = ledgers.findIndex((ledger) => endOf(ledger) === "live");
  const last = ledgers[completed]?.payload;
  // A server that does not say what it runs still runs what it ran after the last rollout, unless it was brought something else since.
  const stillAt = (place: string | undefined) =>
    last?.version === live &&
    !ledgers.slice(0, completed).some(({ payload }) => payload.slots?.canary === place)
      ? place
      : undefined;
  const home = stillAt(last?.slots?.canary);
  const before = last?.from.version === target ? stillAt(last.slots?.stable) : undefined;
  if (home !== undefined && target === live) return { stable: other(home), canary: home, carried: null };
  if (isSplit(slots) && home === undefined)
    throw new UserError("server-unknown", `Both servers have requests, and nobody knows which runs ${live}`, {
      remedy: "give all of them to the one that does, by hand, then run this again",
    });
  const places =
    isSplit(slots) && home !== undefined
      ? { stable: home, canary: other(home) }
      : { stable, canary: other(stable) };
  const brings = environment.traffic?.kind !== "haproxy" || environment.traffic.prepare !== undefined;
  // What has requests that no rollout explains may have been brought anything.
  if (!brings && (isSplit(slots) || places.canary !== before))
    throw new UserError("server-unknown", `Nobody knows whether \`${places.canary}\` runs ${target}`, {
      remedy: "name a command that brings it there: `traffic: { prepare: … }`",
    });
  return { ...places, carried: null };
}

/** The target does not say which versions it runs. */
function isMute(slots: readonly TrafficSlot[]): boolean {
  return slots.every(({ version }) => version === null);
}

function isSplit(slots: readonly TrafficSlot[]): boolean {
  return slots.filter(({ weight }) => weight > 0).length > 1;
}
