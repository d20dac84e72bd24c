import { UserError } from "@mlops-actions/core";
import { type Agreed, agreement } from "../approval/approval.ts";
import { guardrailsOf } from "../guardrail/guardrail.ts";
import type { Ledger } from "../record/ledger.ts";
import { endOf, stepOf, whyOf } from "../record/ledger.ts";
import { type Carried, carriedBy } from "./carried.ts";
import { carryOut, type Done } from "./carry-out.ts";
import { type Look, look } from "./look.ts";
import { isComplete, type Move, next } from "./next.ts";
import { publishedVersion, type World } from "./world.ts";

/** What one look at a rollout has come to. */
export interface Advanced {
  ledger: Ledger;
  done: Done;
  look: Look;
  agreed: Agreed | undefined;
  /** Nobody has agreed yet. */
  waitsFor: UserError | undefined;
}

/**
 * Looks at a rollout and takes one step, from what is true: the ledger, the environment's tag, the target's own word on its traffic.
 * @param newer a version that takes its place
 * @param asked ends it because somebody wants that
 */
export async function advance(
  given: World,
  ledger: Ledger,
  { newer, asked = false }: { newer?: string | undefined; asked?: boolean } = {},
): Promise<Advanced> {
  const { payload } = ledger;
  // A rollout keeps to the rules that it began with.
  const world = { ...given, guardrails: guardrailsOf(payload.plan.guardrails, (error) => error) };
  const { traffic, environments, metrics, model, name } = world;
  if (payload.slots !== null && traffic === undefined)
    throw new UserError(
      "traffic-gone",
      `A rollout of ${payload.version} is under way, and ${name} has no traffic`,
      {
        remedy: `put \`traffic:\` of \`${name}\` back into mlops.yml until it has ended`,
      },
    );
  const live = (await environments.current(model, name)).version?.number ?? null;
  const carried: Carried | undefined =
    payload.slots === null || traffic === undefined ? undefined : carriedBy(await traffic.get(), payload);
  const now = world.now();
  const seen = await look(metrics, ledger, world.guardrails, now, carried?.share ?? 0);
  const { measured, forecast } = seen;
  const chosen: Move =
    asked && !isComplete({ ledger, live, carried })
      ? { do: "back", end: stepOf(ledger) < 0 ? "void" : "back", why: "asked" }
      : next({ now, ledger, live, carried, newer, measured, forecast, lag: metrics?.lag ?? 0 });
  const { move, agreed, waitsFor } = await allowed(world, ledger, chosen);
  return { ledger, look: seen, agreed, waitsFor, done: await carryOut(world, ledger, move, seen.tallies) };
}

/** What has become of a rollout that another has ended; `undefined` while it is under way. */
export async function outcomeOf({ now }: Pick<World, "now">, ledger: Ledger): Promise<Advanced | undefined> {
  const end = endOf(ledger);
  if (end === undefined) return undefined;
  const guardrails = guardrailsOf(ledger.payload.plan.guardrails, (error) => error);
  const seen = await look(undefined, ledger, guardrails, now(), 0);
  const done: Done = { did: "nothing", end, why: whyOf(ledger) };
  return { ledger, look: seen, done, agreed: undefined, waitsFor: undefined };
}

/** Only with somebody's agreement more requests go to a version, where the environment asks for that; nothing else waits for it. */
async function allowed(
  world: World,
  ledger: Ledger,
  move: Move,
): Promise<{ move: Move; agreed: Agreed | undefined; waitsFor: UserError | undefined }> {
  const { payload } = ledger;
  const isRequired = payload.approval || world.environment.approval === "required";
  const gives = move.do === "aim" || move.do === "set" || (move.do === "finish" && payload.slots === null);
  if (!gives || !isRequired || (await isWayBack(world, ledger)))
    return { move, agreed: undefined, waitsFor: undefined };
  const found = await agreed(world, ledger);
  if (!(found instanceof UserError)) return { move, agreed: found, waitsFor: undefined };
  const instead: Move =
    stepOf(ledger) < 0 ? { do: "wait", why: "approval" } : { do: "back", end: "back", why: "approval" };
  return { move: instead, agreed: undefined, waitsFor: found };
}

/** Others may write deployments too: what never lived here does not come back. */
async function isWayBack(
  { environments, model, name }: World,
  { payload: { rollback, version } }: Ledger,
): Promise<boolean> {
  if (rollback === null) return false;
  const past = await environments.past(model, name);
  return past.some(({ number }) => number === version);
}

async function agreed(world: World, { payload, created }: Ledger): Promise<Agreed | UserError> {
  const { approvals, environments, model, name, isAgreed, by } = world;
  const version = await publishedVersion(world, payload.version);
  if (approvals !== undefined) {
    const { version: live } = await environments.current(model, name);
    const runId = payload.run?.runId ?? null;
    return agreement(approvals, { environment: name, version, live, created, runId });
  }
  if (isAgreed) return { how: "terminal", by, url: null, isOwn: false };
  return new UserError("approval-missing", `${name} asks for approval, and nobody has given it`, {
    remedy: `say \`--approve\` if it is yours to give, or write \`approval: none\` under \`deploy.${name}\``,
  });
}
