import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { type Permissions, type Token, workflowToken } from "@mlops-actions/testkit";
import { parse } from "yaml";
import { z } from "zod";

const texts = z.record(z.string(), z.coerce.string()).default({});
const needs = z.union([z.string(), z.array(z.string())]).default([]);

// Strict: what the file says and this does not know must not be passed over.
const step = z.strictObject({
  id: z.string().optional(),
  if: z.string().optional(),
  uses: z.string().optional(),
  with: texts,
  run: z.string().optional(),
});
const job = z.strictObject({
  name: z.string(),
  needs: needs.transform((names) => [names].flat()),
  if: z.string().optional(),
  // GitHub's, or the machine that serves.
  "runs-on": z.union([z.literal("ubuntu-latest"), z.tuple([z.literal("self-hosted"), z.literal("linux")])]),
  "timeout-minutes": z.number(),
  environment: z.string().optional(),
  permissions: z.record(z.string(), z.enum(["read", "write"])),
  outputs: texts,
  steps: z.array(step),
});
const file = z.strictObject({
  name: z.string(),
  on: z.unknown(),
  permissions: z.strictObject({}),
  concurrency: z.unknown(),
  jobs: z.record(z.string(), job),
});

export type Step = z.infer<typeof step>;
export type Job = z.infer<typeof job> & { id: string };

/** A workflow of GitHub Actions, as its file says it. */
export interface Workflow {
  name: string;
  /** Each after those that it needs. */
  jobs: readonly Job[];
}

/** @throws Error for a key that this does not know */
export async function readWorkflow(path: string): Promise<Workflow> {
  const { name, jobs } = file.parse(parse(await readFile(path, "utf8")));
  if (`${name}.yml` !== basename(path)) throw new Error(`${path} calls itself ${name}`);
  const inOrder = Object.entries(jobs).map(([id, said]) => ({ id, ...said }));
  for (const [at, { id, needs }] of inOrder.entries())
    for (const other of needs)
      if (!inOrder.slice(0, at).some((before) => before.id === other))
        throw new Error(`${path}: ${id} needs ${other}, which is not above it`);
  return { name, jobs: inOrder };
}

/** What `github.token` stands for in a job: text that no other job has. */
export function tokenOf(workflow: Workflow, { id }: Job): string {
  return `token-of-${workflow.name}-${id}`;
}

/** The tokens of all jobs, each with exactly the permissions that its job asks for. */
export function tokensOf(workflows: readonly Workflow[]): Record<string, Token> {
  return Object.fromEntries(
    workflows.flatMap((workflow) =>
      workflow.jobs.map((job) => [tokenOf(workflow, job), workflowToken(granted(job))]),
    ),
  );
}

function granted({ permissions }: Job): Permissions {
  return Object.fromEntries(
    Object.entries(permissions).map(([name, level]) => [name.replaceAll("-", "_"), level]),
  );
}
