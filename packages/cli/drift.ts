import { execute, type Workspace } from "@mlops-actions/core";
import { checking } from "@mlops-actions/drift";
import { workingTree } from "@mlops-actions/git";
import { loadProject } from "@mlops-actions/project";
import { printable } from "@mlops-actions/report";
import { askedToEnd, fetchData, localLauncher } from "@mlops-actions/training";
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
  const signal = askedToEnd(process);
  const workspace: Pick<Workspace, "print" | "environment"> = {
    environment: process.env,
    print: (line) => void (options.quiet || process.stderr.write(`${printable(line)}\n`)),
  };
  const launcher = localLauncher({ entry: installation.supervisorEntry });
  const stage = checking({ run: null });
  const loaded = await loadProject({
    stage,
    head: workingTree(root),
    path,
    root,
    fetch: (run, at) => fetchData({ run, cwd: folder, at }, { launcher, workspace }, signal),
  });
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
