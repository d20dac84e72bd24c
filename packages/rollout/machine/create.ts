import { type Counted, type Traffic, type TrafficSlot, UserError, type Version } from "@mlops-actions/core";
import { type Forecast, forecast } from "../measure/forecast.ts";
import { boundsOf } from "../measure/tally.ts";
import type { Ledger } from "../record/ledger.ts";
import { ledgerOf } from "../record/ledger.ts";
import type { Payload, Plan } from "../record/payload.ts";
import { grouped } from "../wording.ts";
import { carriedBy, otherPlace, placeOf, slotsOf } from "./carried.ts";
import { presentFrom, tallyOf } from "./look.ts";
import type { World } from "./world.ts";

/**
 * Writes down that a version is to go to an environment, and how: what stands there is what the rollout keeps to. Refuses what cannot be
 * carried out before anything is written.
 * @throws UserError `traffic-split`, `traffic-differs`, `hopeless`, `deadline-too-short`, `no-stable-traffic`, `histogram-too-coarse`
 */
export async function create(
  world: World,
  version: Version,
  live: { version: string | null; counter: number },
  number: number,
): Promise<Ledger> {
  const { traffic } = world;
  const plan = planOf(world);
  const begun =
    traffic === undefined ? pointer(plan) : await withTraffic({ ...world, traffic }, version, live, plan);
  return record(
    world,
    version,
    live,
    { ...begun, rollback: null },
    `${version.tag} to ${world.name}`,
    number,
  );
}

/** Writes down that an earlier version is to come back. */
export async function createRollback(
  world: World,
  version: Version,
  live: { version: string | null; counter: number },
  slots: Payload["slots"],
): Promise<Ledger> {
  const rollback = { of: live.version ?? "", by: world.by };
  const begun = { ...pointer(planOf(world)), slots, rollback };
  return record(world, version, live, begun, `${version.tag} back to ${world.name}, by ${world.by}`, 0);
}

type Begun = Pick<Payload, "slots" | "plan" | "bounds" | "unit" | "sticky" | "rollback">;

async function record(
  { deployments, model, name, run, now, environment }: World,
  version: Version,
  from: Payload["from"],
  begun: Begun,
  description: string,
  number: number,
): Promise<Ledger> {
  const what = begun.rollback === null ? "rollout" : "rollback";
  const payload: Payload = {
    mlops: 1,
    // The same request sent twice is one: of this version, after this assignment, for the n-th time.
    key: `${what} ${version.tag} after ${from.counter} ${number}`,
    model,
    version: version.number,
    record: version.record,
    from,
    ...begun,
    // Going back never waits for anybody.
    approval: begun.rollback === null && environment.approval === "required",
    run,
  };
  const made = await deployments.create({
    model,
    environment: name,
    ref: version.tag,
    description: description.slice(0, 140),
    payload,
    isWayBack: begun.rollback !== null,
  });
  const ledger = ledgerOf({ ...made, created: made.created || now().toISOString() }, []);
  if (ledger === undefined)
    throw new UserError("foreign-deployment", "The deployment that was made reads back as something else", {
      remedy: "run this again; if it stays so, see who else writes deployments of this repository",
    });
  return ledger;
}

function planOf({ environment }: World): Plan {
  const { steps, guardrails, windows, window, dwell, min_requests, deadline, on_deadline, confidence } =
    environment;
  return {
    steps,
    guardrails,
    windows,
    window,
    dwell,
    minRequests: min_requests ?? null,
    deadline,
    onDeadline: on_deadline,
    confidence,
  };
}

function pointer(plan: Plan): Begun {
  return {
    slots: null,
    plan: { ...plan, steps: [1], guardrails: [] },
    bounds: {},
    unit: "request",
    sticky: false,
    rollback: null,
  };
}

async function withTraffic(
  world: World & { traffic: Traffic },
  version: Version,
  live: { version: string | null },
  plan: Plan,
): Promise<Begun> {
  const { traffic, metrics, guardrails, environment } = world;
  const carrying = stableOf(await traffic.get(), live.version, version);
  const begun = { ...pointer(plan), slots: carrying.slots };
  // Nothing answers yet, or this very version does and nothing ever lived here: there is nothing to compare with.
  if (!carrying.isComparable) return begun;
  const base = { ...begun, plan, sticky: environment.sticky ?? environment.traffic?.kind === "server" };
  const slots = slotsOf({ slots: carrying.slots, version: version.number }, 0);
  const counted = (await metrics?.read(slots)) ?? new Map();
  const unit = counted.get(carrying.slots.stable)?.keys === undefined ? "request" : "key";
  const recent = await metrics?.recent?.(slots);
  const bounds = boundsIn(recent?.counted ?? counted, carrying.slots.stable, world);
  const made = { ...base, unit, bounds } as const;
  const present = recent && presentFrom(tallyOf(recent.counted, guardrails, made), recent.seconds);
  if (present !== undefined) requireReachable(forecast(plan, guardrails, present), plan);
  return made;
}

/** @throws UserError where no canary could ever be proved in the time it has */
export function requireReachable(
  { requests, seconds, requestsPerHour, hopeless }: Forecast,
  plan: Plan,
): void {
  if (hopeless !== null)
    throw new UserError("hopeless", `\`${hopeless.condition}\` can never be proved: ${hopeless.why}`, {
      remedy: "change the guardrail",
    });
  if (requests === null || seconds === null || seconds <= plan.deadline) return;
  const hours = (s: number) => Number((s / 3600).toPrecision(2));
  throw new UserError(
    "deadline-too-short",
    `It needs about ${grouped(Number(requests.toPrecision(2)))} requests; your traffic gives ${grouped((requestsPerHour * plan.deadline) / 3600)} by the deadline of ${hours(plan.deadline)} h`,
    {
      remedy: `give it a \`deadline\` of at least ${Math.ceil(seconds / 3600) + 1} h, or a guardrail that allows more`,
    },
  );
}

function boundsIn(counted: Counted, stable: string, { guardrails }: World): Payload["bounds"] {
  const buckets = counted.get(stable)?.latency?.buckets;
  return Object.fromEntries(
    guardrails.flatMap(({ condition, by }) => {
      if (by.kind !== "latency-quantile") return [];
      const answered = Math.max(0, ...(buckets ?? []).map(({ count }) => count));
      if (buckets === undefined || answered === 0)
        throw new UserError(
          "no-stable-traffic",
          `Nobody has timed stable yet, and \`${condition}\` asks for it`,
          {
            remedy: "let stable answer some requests first, and name `metrics:` that have latency",
          },
        );
      const found = boundsOf(by, buckets);
      if (found === undefined)
        throw new UserError(
          "histogram-too-coarse",
          `No bound of the histogram lies between stable's quantile and what \`${condition}\` allows`,
          { remedy: "give the histogram finer buckets there, or let the guardrail allow more" },
        );
      return [[condition, found] as const];
    }),
  );
}

interface Stable {
  slots: NonNullable<Payload["slots"]>;
  isComparable: boolean;
}

function stableOf(slots: readonly TrafficSlot[], live: string | null, { number, tag }: Version): Stable {
  const used = slots.filter(({ weight }) => weight > 0);
  const [stable] = used;
  if (used.length > 1)
    throw new UserError(
      "traffic-split",
      `${used.map(({ slot, version }) => version ?? slot).join(" and ")} share the requests, and no rollout says why`,
      { remedy: "give all of them to the version that is to be stable, by hand" },
    );
  const place = placeOf(slots, stable);
  const names = { stable: place, canary: otherPlace(slots, place), carried: stable?.version ?? null };
  if (stable === undefined && live !== null)
    throw differs(`nothing has requests, and ${live} is what lives there`, live);
  if (stable === undefined) return { slots: names, isComparable: false };
  const { share } = carriedBy(slots, { slots: names, version: number });
  if (stable.version !== null && share === 1) {
    if (live === null) return { slots: { ...names, carried: null }, isComparable: false };
    throw differs(`${tag} has all of the requests already, and ${live} is what lives there`, live);
  }
  if (stable.version !== null && live !== null && stable.version !== live)
    throw differs(`${stable.version} has the requests, and ${live} is what lives there`, live);
  return { slots: names, isComparable: true };
}

export function differs(what: string, live: string | null): UserError {
  return new UserError("traffic-differs", what, {
    remedy:
      live === null
        ? "give all of them to the version that is to be stable, by hand"
        : `bring both together with \`mode: rollback\`, \`version: ${live}\`, which sets the traffic and the environment's tag`,
  });
}
