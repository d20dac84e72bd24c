import { join, resolve } from "node:path";
import { type Evidence, execute, type Files, UserError, type Versions } from "@mlops-actions/core";
import { type Details, evaluate } from "@mlops-actions/evaluation";
import { workingTree } from "@mlops-actions/git";
import { loadProject } from "@mlops-actions/project";
import { openCandidate } from "@mlops-actions/training";
import { type Installation, measuringOf } from "./installation.ts";
import { placeOf } from "./place.ts";
import { githubRegistry } from "./registry/github.ts";
import { openRegistry } from "./registry/open.ts";
import { type StageOptions, telling } from "./telling.ts";

export interface EvaluateOptions extends StageOptions {
  /** Folder of what `train` has made. */
  candidate?: string;
}

/** `mlops-actions evaluate`: the stage at a terminal. @returns the exit code of the verdict */
export async function evaluateAt(options: EvaluateOptions, installation: Installation): Promise<number> {
  const { root, folder, path, context } = await placeOf(options.project);
  const { tell, progress } = telling(options);
  const loaded = await loadProject({ stage: evaluate, head: workingTree(root), path, root });
  const { upstream, files } = await handedOver(folder, options.candidate);
  await using measured = measuringOf(installation);
  await using versions = versionsOf(root);
  const evidence = await execute(
    evaluate,
    loaded,
    upstream,
    {
      tables: measured.tables,
      models: measured.models,
      files,
      versions,
      // At a terminal nothing but the registry and the project file says what to compare with.
      remade: undefined,
      progress,
      clock: { now: () => new Date() },
    },
    context,
    new AbortController().signal,
  );
  // Awaited here: what is thrown while the child is being closed would be nobody's.
  return await tell(evidence, evaluate.document(evidence), inconclusiveOf(evidence));
}

/** What `train` has left in this project, or in the folder that was named. */
async function handedOver(
  folder: string,
  named: string | undefined,
): Promise<{ upstream: readonly Evidence[]; files: Files }> {
  try {
    const { evidence, files } = await openCandidate(
      named === undefined ? join(folder, ".mlops/candidate") : resolve(named),
    );
    return { upstream: [evidence], files };
  } catch (error) {
    // The project may name its candidate itself; the stage says what is missing.
    if (named !== undefined || !(error instanceof UserError && error.code === "no-candidate")) throw error;
    return { upstream: [], files: { find: async () => undefined } };
  }
}

/** The registry of this clone, opened when a rule asks for a version. */
function versionsOf(root: string): Versions & AsyncDisposable {
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

function inconclusiveOf({ predicate: { outcome } }: Evidence<Details>) {
  return outcome.kind === "measured" ? outcome.details.inconclusive : "review";
}
