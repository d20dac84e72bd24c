import type { Finding, Verdict } from "@mlops-actions/core";
import type { Details } from "./details.ts";
import type { Advanced } from "./machine/advance.ts";
import { requireReachable } from "./machine/create.ts";
import type { Outcome } from "./machine/flow.ts";
import type { World } from "./machine/world.ts";
import { total } from "./measure/windows.ts";
import { type End, endOf, type Ledger, stepOf } from "./record/ledger.ts";
import { readAgain } from "./record/ledgers.ts";

/**
 * What an invocation has found, as evidence has it.
 * @throws UserError where the rollout has ended because it could never be decided
 */
export async function findingOf(
  world: World,
  { mode, by }: Pick<Details, "mode" | "by">,
  outcome: Outcome,
): Promise<Finding<Details>> {
  const { environments, model, name, project } = world;
  const base: Omit<Details, "state"> = {
    environment: name,
    mode,
    by,
    version: null,
    tag: null,
    record: null,
    from: null,
    live: (await environments.current(model, name)).version?.number ?? null,
    did: "nothing",
    why: null,
    deployment: null,
    rollback: null,
    traffic: null,
    counted: null,
    harm: [],
    forecast: null,
    approval: null,
  };
  const common = { judged: [], subject: [], materials: [...project.files] };
  switch (outcome.kind) {
    case "unchanged": {
      const isTick = mode === "tick";
      const details = isTick
        ? { ...base, state: "none" as const }
        : { ...base, version: outcome.live, state: "unchanged" as const };
      return { ...common, verdict: isTick ? "not_applicable" : "pass", details };
    }
    case "cleared":
      return {
        ...common,
        verdict: "fail",
        details: { ...base, version: outcome.version, did: "ended", state: "cleared" },
      };
    case "advanced": {
      const ledger = await readAgain(world.deployments, outcome.ledger);
      const { payload } = ledger;
      const { done, look } = outcome;
      if ((done.why === "hopeless" || done.why === "too-slow") && look.forecast !== undefined)
        requireReachable(look.forecast, payload.plan);
      const end = endOf(ledger) ?? done.end;
      const found = await world.versions.resolve(model, { version: payload.version });
      const manifest = found?.version.assets.filter((asset) => asset.name === "manifest.json") ?? [];
      return {
        ...common,
        subject: manifest.map((asset) => ({ name: asset.name, digest: { sha256: asset.sha256 } })),
        verdict: verdictOf(end, mode === "rollback" && done.why === "asked"),
        judged: payload.rollback === null ? look.measured.judged : [],
        details: { ...base, ...advancedOf(ledger, outcome, end) },
      };
    }
  }
}

/** What was asked for and done is a pass; what goes on, or ended before it was decided, is not known. */
function verdictOf(end: End | undefined, isAsked: boolean): Verdict {
  if (end === "harm") return "fail";
  return end === "live" || isAsked ? "pass" : "inconclusive";
}

function stateOf(ledger: Ledger, end: End | undefined): Details["state"] {
  if (end === undefined) return stepOf(ledger) < 0 ? "waiting" : "rolling";
  return end === "live" || end === "harm" ? end : "ended";
}

function advancedOf(ledger: Ledger, { done, look, agreed }: Advanced, end: End | undefined) {
  const { payload } = ledger;
  return {
    version: payload.version,
    tag: `${payload.model}@v${payload.version}`,
    record: payload.record,
    from: payload.from.version,
    state: stateOf(ledger, end),
    did: done.did,
    why: done.why ?? null,
    deployment: ledger.id,
    rollback: payload.rollback,
    traffic: trafficOf(ledger, end),
    counted: countedOf(ledger, look),
    harm: look.measured.harm,
    forecast: look.forecast ?? null,
    approval: agreed ?? null,
  };
}

function trafficOf(ledger: Ledger, end: End | undefined): Details["traffic"] {
  const { slots, plan } = ledger.payload;
  if (slots === null) return null;
  const step = stepOf(ledger);
  const begun = ledger.entries.find((entry) => entry.step >= 0)?.at;
  const aimed = end === undefined ? (plan.steps[step] ?? 0) : 0;
  return {
    steps: plan.steps,
    step,
    share: end === "live" ? 1 : aimed,
    deadline: begun === undefined ? null : new Date(begun.getTime() + plan.deadline * 1000).toISOString(),
  };
}

function countedOf(ledger: Ledger, { measured, dropped }: Advanced["look"]): Details["counted"] {
  const { slots, rollback, unit, sticky } = ledger.payload;
  if (slots === null || rollback !== null) return null;
  const { windows } = measured;
  const side = (which: "stable" | "canary", of = windows) => {
    const { requests, bad } = total(of, which);
    return { requests, bad };
  };
  const here = windows.filter((window) => window.step === stepOf(ledger));
  return {
    windows: windows.length,
    dropped,
    unit,
    isSticky: sticky,
    stable: side("stable"),
    canary: side("canary"),
    canaryInStep: side("canary", here).requests,
  };
}
