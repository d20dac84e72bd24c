import { actionsCache, duckdbLock, platformOf, resolveNatives } from "@mlops-actions/natives";
import manifest from "../../package.json" with { type: "json" };
import type { Environment } from "./run.ts";

/** The verified folder of the engine, fetched where this machine has none. */
export async function nativesOf(environment: Environment, temp: string): Promise<string> {
  const { folder } = await resolveNatives({
    lock: duckdbLock,
    platform: platformOf(process),
    folder: environment.MLOPS_NATIVES || undefined,
    cacheDirs: [environment.RUNNER_TOOL_CACHE, temp].filter((dir) => dir !== undefined),
    shared: environment.ACTIONS_RESULTS_URL ? actionsCache() : undefined,
    // Set where the action comes from a repository of its own; the release is that of this very version.
    release: environment.GITHUB_ACTION_REPOSITORY
      ? {
          url: `${environment.GITHUB_SERVER_URL}/${environment.GITHUB_ACTION_REPOSITORY}/releases/download/v${manifest.version}`,
          fetch,
        }
      : undefined,
    registry: { url: environment.npm_config_registry ?? "https://registry.npmjs.org", fetch },
    log: (line) => process.stdout.write(`${line}\n`),
  });
  return folder;
}
