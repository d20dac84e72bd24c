import type { Deployments } from "@mlops-actions/core";
import { endOf, type Ledger, ledgerOf } from "./ledger.ts";

/**
 * The rollouts of an environment, newest first, back to the last but one that was completed: what is new ends what is pending first, and
 * only what was begun while that happened can still be open before the last.
 */
export async function readLedgers(
  deployments: Deployments,
  of: { model: string; environment: string },
): Promise<Ledger[]> {
  const found: Ledger[] = [];
  let completed = 0;
  for (const deployment of await deployments.list(of)) {
    const ledger = ledgerOf(deployment, await deployments.statuses(deployment.id));
    if (ledger === undefined || ledger.payload.model !== of.model) continue;
    found.push(ledger);
    if (endOf(ledger) === "live" && ++completed === 2) break;
  }
  return found;
}

/** One of them, as it is now. */
export async function readAgain(deployments: Deployments, ledger: Ledger): Promise<Ledger> {
  const statuses = await deployments.statuses(ledger.id);
  const { id, created, payload } = ledger;
  const again = ledgerOf({ id, created: created.toISOString(), payload, environment: "", ref: "" }, statuses);
  if (again === undefined) throw new Error(`deployment ${ledger.id} is no rollout`);
  return again;
}
