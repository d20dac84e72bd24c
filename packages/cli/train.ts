import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { execute, type Workspace } from "@mlops-actions/core";
import { workingTree } from "@mlops-actions/git";
import { loadProject } from "@mlops-actions/project";
import { beginCandidate, train, writeCandidate } from "@mlops-actions/training";
import { commandsHere } from "./commands-here.ts";
import { type Installation, measuringOf } from "./installation.ts";
import { placeOf } from "./place.ts";
import { type StageOptions, telling } from "./telling.ts";
import { makeFolderFor } from "./unwritable.ts";

export interface TrainOptions extends StageOptions {
  /** Folder for the candidate. */
  into?: string;
}

/** `mlops-actions train`: the stage at a terminal, on this machine. @returns the exit code of the verdict */
export async function trainAt(options: TrainOptions, installation: Installation): Promise<number> {
  const { root, folder, path, context } = await placeOf(options.project);
  const { tell, progress } = telling(options);
  const into = options.into === undefined ? join(folder, ".mlops/candidate") : resolve(options.into);
  const part = await beginCandidate(into);
  // A long training would be for nothing.
  await makeFolderFor(into, dirname(into));
  const scratch = await mkdtemp(join(tmpdir(), "mlops-train-"));
  const { launcher, fetch, signal, ...here } = commandsHere(options, installation, folder);
  const head = workingTree(root);
  const workspace: Workspace = {
    snapshot: head,
    commit: context.commit,
    ...here.workspace,
    into: part,
    checkpoints: join(folder, ".mlops/checkpoints"),
    scratch,
    isolation: "none",
  };
  try {
    const loaded = await loadProject({ stage: train, head, path, root, fetch });
    await using measured = measuringOf(installation);
    const evidence = await execute(
      train,
      loaded,
      [],
      { launcher, workspace, tables: measured.tables, progress, clock: { now: () => new Date() } },
      context,
      signal,
    );
    await writeCandidate(part, into, evidence);
    return await tell(evidence, train.document(evidence), "review");
  } finally {
    await rm(scratch, { recursive: true, force: true });
    await rm(part, { recursive: true, force: true });
  }
}
