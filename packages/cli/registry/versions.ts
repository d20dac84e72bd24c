import type { Versions } from "@mlops-actions/core";
import { githubRegistry } from "./github.ts";
import { openRegistry } from "./open.ts";

/** The registry of this clone, opened when a rule asks for a version. */
export function versionsOf(root: string): Versions & AsyncDisposable {
  let opening: ReturnType<typeof openRegistry> | undefined;
  const opened = () => {
    opening ??= openRegistry({ root }, process.env, githubRegistry);
    return opening;
  };
  return {
    resolve: async (model, which) => (await opened()).registry.resolve(model, which),
    files: (version) => ({
      find: async (wanted) => (await opened()).registry.files(version).find(wanted),
    }),
    [Symbol.asyncDispose]: async () =>
      void (await (await opening?.catch(() => undefined))?.[Symbol.asyncDispose]()),
  };
}
