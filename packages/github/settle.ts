import { failureOf } from "./failure.ts";
import type { Client } from "./octokit.ts";

// Lists lag behind creation by seconds, so "not there" is believed only after the last of these.
const LOOKS_MS = [500, 2_000, 5_000];
const TRIES = 3;

/**
 * Creates something at most once. A creation whose reply was lost is looked up by a key of our own before it is repeated: sent
 * again blindly, one call has been seen to make three objects.
 * @throws what the last request threw; a refusal at once
 */
export async function settle<T>(
  octokit: Client,
  create: () => Promise<T>,
  readBack: () => Promise<T | undefined>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await create();
    } catch (error) {
      if (failureOf(error).kind === "refused") throw error;
      const found = await look(octokit, readBack);
      if (found !== undefined) return found;
      if (attempt === TRIES) throw error;
    }
  }
}

async function look<T>(octokit: Client, readBack: () => Promise<T | undefined>): Promise<T | undefined> {
  for (const pause of LOOKS_MS) {
    await octokit.wait(pause);
    const found = await readBack();
    if (found !== undefined) return found;
  }
  return undefined;
}
