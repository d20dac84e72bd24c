import { createRequire } from "node:module";

/**
 * The library of the `node_modules` around a file, unverified: for development and for the terminal of a checkout, where npm's own
 * lock has been enforced. Never for an action. `undefined` where there is none.
 */
export function nativeFromNodeModules(from: string, name: string): string | undefined {
  try {
    return createRequire(from).resolve(name);
  } catch {
    return undefined;
  }
}
