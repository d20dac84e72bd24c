import { cp } from "node:fs/promises";
import { join } from "node:path";
import {
  type ActionResult,
  checkout,
  type Files,
  type GitHubBox,
  gitRepository,
  personToken,
  push,
  runAction,
  startGitHub,
  temporaryFolder,
  workflowToken,
} from "@mlops-actions/testkit";
import { buildInto, REPOSITORY } from "../terminal/command.ts";

/** What the README asks for. */
export const JOB = "ghs_0123456789abcdefghijklmnopqrstuvwxyz";

export interface Issue {
  number: number;
  title: string;
  body: string;
  state: string;
}

/** A repository on GitHub in a box, and the check in its cron. */
export interface Scene extends AsyncDisposable {
  box: GitHubBox;
  /** Another commit on `main`. */
  commit(files: Files): Promise<void>;
  check(inputs?: Readonly<Record<string, string>>): Promise<ActionResult>;
  issues(): Promise<Issue[]>;
  comments(issue: number): Promise<string[]>;
  close(issue: number): Promise<void>;
  /** What runs have kept, the newest first. */
  artifacts(): Promise<{ run: number; created: string }[]>;
}

/** The built action of these sources: its own folder, or the repository's root. */
export async function builtCheck() {
  const folder = await temporaryFolder("drift-check");
  await buildInto(folder.path);
  for (const name of ["actions/drift-check", ""])
    await cp(join(REPOSITORY, name, "action.yml"), join(folder.path, name, "action.yml"));
  return folder;
}

export async function scene(
  built: { path: string },
  files: Files,
  action = "actions/drift-check",
): Promise<Scene> {
  const box = await startGitHub({
    tokens: {
      ada: personToken("ada"),
      [JOB]: workflowToken({ contents: "write", actions: "read", issues: "write" }),
    },
  });
  const repository = await gitRepository(files);
  await push(box, repository, { token: "ada" });
  const ask = async <T>(path: string, how: { method?: string; body?: unknown } = {}): Promise<T> => {
    const answer = await fetch(`${box.apiUrl}/repos/${box.owner}/${box.repo}${path}`, {
      method: how.method ?? "GET",
      headers: { authorization: "Bearer ada" },
      ...(how.body !== undefined && { body: JSON.stringify(how.body) }),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  };
  let runs = 1_000;
  return {
    box,
    async commit(changed) {
      await repository.commit(changed, { branch: "main" });
      await push(box, repository, { token: "ada" });
    },
    async check(inputs = {}) {
      await using workspace = await checkout(box, { ref: "refs/heads/main" });
      return await runAction({
        action: join(built.path, action),
        workspace: workspace.path,
        sha: workspace.sha,
        event: { name: "schedule", payload: { schedule: "17 6 * * *" } },
        box,
        token: JOB,
        inputs,
        runId: ++runs,
        env: { MLOPS_NATIVES: REPOSITORY },
      });
    },
    issues: () => ask("/issues?state=all&direction=asc"),
    comments: async (issue) =>
      (await ask<{ body: string }[]>(`/issues/${issue}/comments`)).map(({ body }) => body),
    close: async (issue) =>
      void (await ask(`/issues/${issue}`, { method: "PATCH", body: { state: "closed" } })),
    artifacts: async () => {
      const { artifacts } = await ask<{
        artifacts: { created_at: string; workflow_run: { id: number } }[];
      }>("/actions/artifacts");
      return artifacts.map((one) => ({ run: one.workflow_run.id, created: one.created_at }));
    },
    async [Symbol.asyncDispose]() {
      await repository[Symbol.asyncDispose]();
      await box.stop();
    },
  };
}
