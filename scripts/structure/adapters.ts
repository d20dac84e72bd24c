import { type Finding, importsOf, isTest, type Source, target } from "./source.ts";

/** Folders of stages that know a machine, a server or a scheduler. */
const ADAPTERS = ["packages/training/local/", "packages/rollout/traffic/"];

/**
 * What knows where something runs is chosen where a program is put together: of its stage only the index and the entries of processes
 * may import it.
 */
export function adapters(sources: readonly Source[]): Finding[] {
  return sources
    .filter(({ path }) => !isTest(path) && !/\/index\.ts$|-main\.ts$/.test(path))
    .flatMap((source) =>
      importsOf(source).flatMap((specifier) => {
        const file = target(source.path, specifier);
        const folder = ADAPTERS.find((adapter) => file?.startsWith(adapter));
        if (folder === undefined || source.path.startsWith(folder)) return [];
        return [{ path: source.path, what: `imports the adapter ${specifier}: it is passed in` }];
      }),
    );
}
