import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { execute } from "@mlops-actions/core";
import { workingTree } from "@mlops-actions/git";
import { loadProject } from "@mlops-actions/project";
import { registering } from "@mlops-actions/registration";
import { openCandidate } from "@mlops-actions/training";
import { type Installation, measuringOf } from "./installation.ts";
import { placeOf } from "./place.ts";
import { readEvidence } from "./read-evidence.ts";
import { githubRegistry } from "./registry/github.ts";
import { openRegistry } from "./registry/open.ts";
import { type StageOptions, telling } from "./telling.ts";

export interface RegisterOptions extends StageOptions {
  /** The evidence that `evaluate --evidence` has written. */
  evaluation: string;
  /** Folder of what `train` has made. */
  candidate?: string;
  registry?: string;
  repo?: string;
}

/** `mlops-actions register`: makes a version of what was trained and judged on this machine. @returns the exit code of the verdict */
export async function registerAt(options: RegisterOptions, installation: Installation): Promise<number> {
  const { root, folder, path, context } = await placeOf(options.project);
  const { tell, progress } = telling(options);
  const { registry: releases, repo } = options;
  const candidate = await openCandidate(
    options.candidate === undefined ? join(folder, ".mlops/candidate") : resolve(options.candidate),
  );
  const judged = await readEvidence("evaluation", options.evaluation, "evaluate");
  const into = await mkdtemp(join(tmpdir(), "mlops-register-"));
  const stage = registering({ into });
  try {
    await using opened = await openRegistry({ root, registry: releases, repo }, process.env, githubRegistry);
    await using measured = measuringOf(installation);
    const { registry } = opened;
    const evidence = await execute(
      stage,
      await loadProject({ stage, head: workingTree(root), path, root }),
      [candidate.evidence, judged],
      {
        tables: measured.tables,
        models: measured.models,
        files: candidate.files,
        versions: registry,
        publishing: registry,
        progress,
        clock: { now: () => new Date() },
      },
      context,
      new AbortController().signal,
    );
    return await tell(evidence, stage.document(evidence), "review");
  } finally {
    await rm(into, { recursive: true, force: true });
  }
}
