import { execute } from "@mlops-actions/core";
import { workingTree } from "@mlops-actions/git";
import { loadProject } from "@mlops-actions/project";
import { printable } from "@mlops-actions/report";
import { askedToEnd, fetchData, localLauncher } from "@mlops-actions/training";
import { validate } from "@mlops-actions/validation";
import { type Installation, measuringOf } from "./installation.ts";
import { placeOf } from "./place.ts";
import { type StageOptions, telling } from "./telling.ts";

/** `mlops-actions validate`: the stage at a terminal. @returns the exit code of the verdict */
export async function validateAt(options: StageOptions, installation: Installation): Promise<number> {
  const { root, folder, path, context } = await placeOf(options.project);
  const { tell, progress } = telling(options);
  const signal = askedToEnd(process);
  const launcher = localLauncher({ entry: installation.supervisorEntry });
  const workspace = {
    environment: process.env,
    print: (line: string) => void (options.quiet || process.stderr.write(`${printable(line)}\n`)),
  };
  const loaded = await loadProject({
    stage: validate,
    head: workingTree(root),
    path,
    root,
    fetch: (run, at) => fetchData({ run, cwd: folder, at }, { launcher, workspace }, signal),
  });
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
