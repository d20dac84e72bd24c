import type { Deployment, Deployments } from "@mlops-actions/core";
import { endOf, type Ledger, ledgerOf } from "./ledger.ts";
import { type Payload, payload } from "./payload.ts";

/** Where so many have ended in a row no older one is open: each has ended what it found. */
const ENOUGH = 10;

/**
 * The rollouts of an environment, newest first, back to the last but one that was completed: what is new ends what is pending first, and
 * only what was begun while that happened can still be open before the last.
 * @param isWanted which of them matter though they have ended; of the others only as many are read as may be open
 */
export async function readLedgers(
  deployments: Deployments,
  of: { model: string; environment: string },
  isWanted: (payload: Payload) => boolean,
): Promise<Ledger[]> {
  const found: Ledger[] = [];
  let completed = 0;
  let ended = 0;
  for (const deployment of await deployments.list(of)) {
    const ledger = await readLedger(
      deployments,
      deployment,
      (said) => said.model === of.model && (ended < ENOUGH || isWanted(said)),
    );
    if (ledger === undefined) continue;
    found.push(ledger);
    const end = endOf(ledger);
    ended = end === undefined ? 0 : ended + 1;
    if (end === "live" && ++completed === 2) break;
  }
  return found;
}

/** One of them; `undefined` where it does not count, is no rollout, or is not wanted. */
async function readLedger(
  deployments: Deployments,
  deployment: Deployment,
  isWanted: (payload: Payload) => boolean,
): Promise<Ledger | undefined> {
  const { data } = payload.safeParse(deployment.payload);
  // Of what is not wanted nothing is asked.
  if (data === undefined || !isWanted(data)) return undefined;
  if ((await deployment.doubt?.()) !== undefined) return undefined;
  return ledgerOf(deployment, await deployments.statuses(deployment.id));
}

/** One of them, as it is now. */
export async function readAgain(deployments: Deployments, ledger: Ledger): Promise<Ledger> {
  const statuses = await deployments.statuses(ledger.id);
  const { id, created, payload } = ledger;
  const again = ledgerOf({ id, created: created.toISOString(), payload, environment: "", ref: "" }, statuses);
  if (again === undefined) throw new Error(`deployment ${ledger.id} is no rollout`);
  return again;
}
