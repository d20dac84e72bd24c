import { type Evidence, execute } from "@mlops-actions/core";
import { type Details, evaluate } from "@mlops-actions/evaluation";
import { workingTree } from "@mlops-actions/git";
import { loadProject } from "@mlops-actions/project";
import { type Installation, tablesOf } from "./installation.ts";
import { placeOf } from "./place.ts";
import { type StageOptions, telling } from "./telling.ts";

/** `mlops-actions evaluate`: the stage at a terminal. @returns the exit code of the verdict */
export async function evaluateAt(options: StageOptions, installation: Installation): Promise<number> {
  const { root, path, context } = await placeOf(options.project);
  const { tell, progress } = telling(options);
  const loaded = await loadProject({ stage: evaluate, head: workingTree(root), path, root });
  await using tables = tablesOf(installation);
  const evidence = await execute(
    evaluate,
    loaded,
    [],
    { tables, progress, clock: { now: () => new Date() } },
    context,
    new AbortController().signal,
  );
  return tell(evidence, evaluate.document(evidence), inconclusiveOf(evidence));
}

function inconclusiveOf({ predicate: { outcome } }: Evidence<Details>) {
  return outcome.kind === "measured" ? outcome.details.inconclusive : "review";
}
