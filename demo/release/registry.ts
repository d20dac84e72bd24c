import { join } from "node:path";
import type { GitHubBox } from "@mlops-actions/testkit";
import { z } from "zod";
import { ask } from "../conversation.ts";
import { OWNER } from "../hosting.ts";
import { type Ended, runProgram } from "../program.ts";
import { MODEL } from "./example.ts";

/** The command at the terminal of the one who releases: `mlops-actions registry …`. */
export type RegistryCommand = (...args: string[]) => Promise<Ended>;

/** The built command, with the person's own token. */
export function registryCommand(box: GitHubBox, root: string, path: string): RegistryCommand {
  return (...args) =>
    runProgram(
      process.execPath,
      [join(root, "dist/cli.js"), "registry", ...args, "--repo", `${box.owner}/${box.repo}`],
      { cwd: root, env: { PATH: path, GITHUB_API_URL: box.apiUrl, GITHUB_TOKEN: OWNER } },
    );
}

const releases = z.array(
  z.object({
    tag_name: z.string(),
    name: z.string().nullable(),
    body: z.string().nullable(),
    draft: z.boolean(),
    author: z.object({ login: z.string() }),
    assets: z.array(z.object({ name: z.string(), size: z.int(), digest: z.string().nullable() })),
  }),
);
/** A published release, as GitHub lists it: newest first. */
export type Release = z.infer<typeof releases>[number];

export async function readReleases(box: GitHubBox): Promise<Release[]> {
  return releases.parse(await ask(box, "releases")).filter(({ draft }) => !draft);
}

/** SHA-256 of a file of a release. */
export function digestOf({ assets }: Release, file: string): string | undefined {
  return assets.find(({ name }) => name === file)?.digest?.replace("sha256:", "");
}

const history = z.array(
  z.object({
    what: z.string(),
    tag: z.string(),
    number: z.string().optional(),
    environment: z.string().optional(),
    counter: z.int().optional(),
    run: z.object({ runId: z.int() }).optional(),
    by: z.object({ name: z.string() }),
    doubted: z.string().optional(),
  }),
);
/** What happened to a model, oldest first. */
export type Happened = z.infer<typeof history>[number];

export async function readHistory(registry: RegistryCommand): Promise<Happened[]> {
  return history.parse(JSON.parse((await registry("history", MODEL, "--json")).stdout));
}
