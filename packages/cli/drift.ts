import { execute } from "@mlops-actions/core";
import { checking } from "@mlops-actions/drift";
import { workingTree } from "@mlops-actions/git";
import { loadProject } from "@mlops-actions/project";
import { commandsHere } from "./commands-here.ts";
import { type Installation, measuringOf } from "./installation.ts";
import { placeOf } from "./place.ts";
import { readEvidence } from "./read-evidence.ts";
import { versionsOf } from "./registry/versions.ts";
import { type StageOptions, telling } from "./telling.ts";

export interface DriftOptions extends StageOptions {
  /** The evidence of the check before this one. */
  previous?: string;
}

/** `mlops-actions drift`: the check at a terminal. @returns the exit code of the verdict */
export async function driftAt(options: DriftOptions, installation: Installation): Promise<number> {
  const { root, folder, path, context } = await placeOf(options.project);
  const { tell, progress } = telling(options);
  const upstream =
    options.previous === undefined ? [] : [await readEvidence("previous", options.previous, "drift")];
  const { fetch, signal } = commandsHere(options, installation, folder);
  const stage = checking({ run: null });
  const loaded = await loadProject({ stage, head: workingTree(root), path, root, fetch });
  await using measured = measuringOf(installation);
  await using versions = versionsOf(root);
  const evidence = await execute(
    stage,
    loaded,
    upstream,
    { tables: measured.tables, versions, progress, clock: { now: () => new Date() } },
    context,
    signal,
  );
  return await tell(evidence, stage.document(evidence), "allow");
}
