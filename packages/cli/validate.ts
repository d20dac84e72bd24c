import { execute } from "@mlops-actions/core";
import { workingTree } from "@mlops-actions/git";
import { loadProject } from "@mlops-actions/project";
import { validate } from "@mlops-actions/validation";
import { commandsHere } from "./commands-here.ts";
import { type Installation, measuringOf } from "./installation.ts";
import { placeOf } from "./place.ts";
import { type StageOptions, telling } from "./telling.ts";

/** `mlops-actions validate`: the stage at a terminal. @returns the exit code of the verdict */
export async function validateAt(options: StageOptions, installation: Installation): Promise<number> {
  const { root, folder, path, context } = await placeOf(options.project);
  const { tell, progress } = telling(options);
  const { fetch, signal } = commandsHere(options, installation, folder);
  const loaded = await loadProject({ stage: validate, head: workingTree(root), path, root, fetch });
  await using measured = measuringOf(installation);
  const evidence = await execute(
    validate,
    loaded,
    [],
    { tables: measured.tables, progress, clock: { now: () => new Date() } },
    context,
    signal,
  );
  // Awaited here: what is thrown while the child is being closed would be nobody's.
  return await tell(evidence, validate.document(evidence), "review");
}
