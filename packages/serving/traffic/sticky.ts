import { createHmac } from "node:crypto";

/**
 * The salt of one rollout: another one for each pair of models, the same on every server that knows the secret. Who does not know it can
 * neither tell nor choose on which side a key falls.
 */
export function rolloutSalt(secret: Buffer, stable: string, canary: string | undefined): Buffer {
  return createHmac("sha256", secret)
    .update(JSON.stringify(["rollout", stable, canary ?? null]))
    .digest();
}

/** Where a key falls in [0, 1): below the canary's weight it is the canary's. A weight that grows takes nobody back. */
export function positionOf(salt: Buffer, key: string): number {
  return createHmac("sha256", salt).update("position\0").update(key).digest().readUIntBE(0, 6) / 2 ** 48;
}

/** What stands for a key in the log: the same whatever is rolled out, so that rows of one user can be told to be. */
export function hashOf(secret: Buffer, key: string): string {
  return createHmac("sha256", secret).update("log\0").update(key).digest("base64url").slice(0, 22);
}
