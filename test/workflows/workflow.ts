import { cpSync, globSync, mkdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { temporaryFolder } from "@mlops-actions/testkit";
import { parse } from "yaml";
import { z } from "zod";
import { REPOSITORY } from "../terminal/command.ts";

const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const permissions = z.record(z.string(), z.enum(["read", "write"]));
const concurrency = z.strictObject({
  group: z.string(),
  "cancel-in-progress": z.union([z.boolean(), z.string()]),
});
const step = z.strictObject({
  id: z.string().optional(),
  name: z.string().optional(),
  if: z.string().optional(),
  uses: z.string().optional(),
  with: z.record(z.string(), text).default({}),
  run: z.string().optional(),
  "working-directory": z.string().optional(),
  env: z.record(z.string(), text).default({}),
});
const job = z.strictObject({
  name: z.string(),
  needs: z
    .union([z.string(), z.array(z.string())])
    .default([])
    .transform((names) => [names].flat()),
  if: z.string().optional(),
  "runs-on": z.union([z.string(), z.array(z.string())]).optional(),
  "timeout-minutes": z.number().optional(),
  environment: z.string().optional(),
  concurrency: concurrency.optional(),
  strategy: z.unknown().optional(),
  permissions,
  outputs: z.record(z.string(), z.string()).default({}),
  env: z.record(z.string(), text).default({}),
  steps: z.array(step).default([]),
  uses: z.string().optional(),
  with: z.record(z.string(), text).default({}),
});
const workflow = z.strictObject({
  name: z.string(),
  on: z
    .union([z.string(), z.record(z.string(), z.unknown())])
    .transform((on) => (typeof on === "string" ? { [on]: null } : on)),
  permissions: z.strictObject({}),
  concurrency: concurrency.optional(),
  env: z.record(z.string(), text).default({}),
  jobs: z.record(z.string(), job),
});
export type Workflow = z.infer<typeof workflow>;
export type Job = Workflow["jobs"][string];
export type Step = Job["steps"][number];

/** Every workflow that we run or hand out, by its path from the repository's root. */
export const workflows = globSync(
  [".github/workflows/*.yml", "workflows-templates/*.yml", "examples/*/.github/workflows/*.yml"],
  { cwd: REPOSITORY },
).sort();

export const templates = workflows
  .filter((path) => path.startsWith("workflows-templates/"))
  .map((path) => basename(path, ".yml"));

/** A workflow, read strictly: what is not known here is not tested here. */
export function readWorkflow(path: string): Workflow {
  return workflow.parse(parse(readFileSync(join(REPOSITORY, path), "utf8")));
}

export const readTemplate = (name: string): Workflow => readWorkflow(`workflows-templates/${name}.yml`);

/** What GitHub shows of a template in its list. */
export const properties = z.strictObject({
  name: z.string(),
  description: z.string(),
  iconName: z.string().regex(/^octicon [a-z-]+$/),
  categories: z.array(z.string()),
  filePatterns: z.array(z.string()),
});

/** A repository that has copied the templates, as far as a linter can see. */
export async function copied() {
  const folder = await temporaryFolder("templates");
  const into = join(folder.path, ".github/workflows");
  mkdirSync(into, { recursive: true });
  mkdirSync(join(folder.path, ".git"));
  cpSync(join(REPOSITORY, ".github/actionlint.yaml"), join(folder.path, ".github/actionlint.yaml"));
  for (const name of templates)
    cpSync(join(REPOSITORY, `workflows-templates/${name}.yml`), join(into, `${name}.yml`));
  return folder;
}
