import { delimiter, dirname, join } from "node:path";
import { type GitHubBox, type GitRepository, gitRepository } from "@mlops-actions/testkit";
import type { Change } from "../change.ts";
import { RELEASES, startHosting } from "../hosting.ts";
import { readPeople } from "../production/people.ts";
import { openServing, type Serving } from "../production/serving.ts";
import type { Python } from "../python.ts";
import type { Telling } from "../verdicts.ts";
import { tokensOf } from "../workflow/workflow.ts";
import { LOG, MODEL, projectFiles, readWorkflows } from "./example.ts";
import { type RegistryCommand, registryCommand } from "./registry.ts";
import { type Happening, happening } from "./repository.ts";

/** Where the second part plays: a repository on GitHub, the machine that serves its model, and what people do there. */
export interface Scene extends Telling, AsyncDisposable {
  examples: string;
  box: GitHubBox;
  repository: GitRepository;
  happens: Happening;
  registry: RegistryCommand;
  serving: Serving;
}

/** @param changes those whose authors may push */
export async function openScene(telling: Telling, changes: readonly Change[]): Promise<Scene> {
  const { root, python, env } = telling;
  const examples = join(root, "examples");
  const workflows = await readWorkflows(examples);
  const path = pathOf(python, join(examples, MODEL), env);
  await using opened = new AsyncDisposableStack();
  const box = opened.use(
    await startHosting({
      repo: MODEL,
      changes,
      tokens: tokensOf(Object.values(workflows)),
      private: true,
    }),
  );
  await box.setEnvironment("production", { reviewers: [RELEASES], preventsSelfReview: true });
  const people = await readPeople(join(examples, "census-income/data/test.csv"));
  const serving = opened.use(await openServing({ root, box, people }));
  const repository = opened.use(await gitRepository(await projectFiles(examples, serving.socket)));
  const happens = happening(workflows, {
    box,
    root,
    path,
    places: { [LOG]: serving.log },
    async approval({ environment, runId }) {
      await box.approve(runId, { environments: [environment], user: RELEASES, state: "approved" });
      await serving.open();
    },
  });
  const all = opened.move();
  return {
    ...telling,
    examples,
    box,
    repository,
    happens,
    registry: registryCommand(box, root, path),
    serving,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

/** Where the jobs find `python`: what was installed, or what stands in for it. */
function pathOf(python: Python, example: string, { PATH = "" }: NodeJS.ProcessEnv): string {
  const first = python.kind === "ready" ? dirname(python.command) : join(example, "recorded/bin");
  return [first, PATH].join(delimiter);
}
