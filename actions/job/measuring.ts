import {
  actionsCache,
  duckdbLock,
  measuring,
  type NativesLock,
  onnxruntimeLock,
  platformOf,
  resolveNatives,
} from "@mlops-actions/natives";
import { type Job, VERSION } from "./job.ts";

/** The measuring child of this job, its libraries found when they are first needed. */
export function measuringIn(job: Job, childEntry: string): ReturnType<typeof measuring> {
  return measuring({
    entry: childEntry,
    tempDirectory: job.temp,
    natives: {
      tables: () => nativesOf(job, duckdbLock),
      models: () => nativesOf(job, onnxruntimeLock),
    },
  });
}

async function nativesOf({ environment, temp }: Job, lock: NativesLock): Promise<string> {
  const { folder } = await resolveNatives({
    lock,
    platform: platformOf(process),
    folder: environment.MLOPS_NATIVES || undefined,
    cacheDirs: [environment.RUNNER_TOOL_CACHE, temp].filter((dir) => dir !== undefined),
    shared: environment.ACTIONS_RESULTS_URL ? actionsCache() : undefined,
    // Set where the action comes from a repository of its own; the release is that of this very version.
    release: environment.GITHUB_ACTION_REPOSITORY
      ? {
          url: `${environment.GITHUB_SERVER_URL}/${environment.GITHUB_ACTION_REPOSITORY}/releases/download/v${VERSION}`,
          fetch,
        }
      : undefined,
    registry: { url: environment.npm_config_registry ?? "https://registry.npmjs.org", fetch },
    log: (line) => process.stdout.write(`${line}\n`),
  });
  return folder;
}
