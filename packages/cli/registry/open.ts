import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Deployments, UserError } from "@mlops-actions/core";
import {
  folderDeployments,
  folderReleases,
  gitFolder,
  gitRefs,
  identity,
  originAddress,
  topLevel,
} from "@mlops-actions/git";
import { type Registry, type RegistryOptions, registry } from "@mlops-actions/registry";
import { isRepository, repositoryOfAddress } from "./github-address.ts";

/** The registry's outside world on GitHub. */
export type GithubRegistry = (repository: {
  /** `owner/name`. */
  name: string;
  token: string;
}) => Promise<Pick<RegistryOptions, "refs" | "releases" | "witness" | "isRunOver">>;

export interface Place {
  /** A folder of releases; tags are in the repository around. */
  registry?: string | undefined;
  /** `owner/name` on GitHub. */
  repo?: string | undefined;
  /** A folder inside the clone that is meant. Default: where this runs. */
  root?: string | undefined;
}

export interface OpenedRegistry extends AsyncDisposable {
  registry: Registry;
  /** `local`: tags that are written here still have to be pushed. */
  where: "local" | "github";
  /** Where the rollouts of a folder are kept; those of GitHub belong to its workflows. */
  deployments: Deployments | undefined;
  /** Who works here, where tags are written by a person. */
  by: string | undefined;
}

/**
 * The registry that is meant: a folder where one is named; GitHub where a repository is named, or `origin` is on GitHub and there is a
 * token; else the folder in the repository's own Git directory.
 */
export async function openRegistry(
  { registry: folder, repo, root = "." }: Place,
  env: NodeJS.ProcessEnv,
  github: GithubRegistry,
): Promise<OpenedRegistry> {
  const remote = folder === undefined ? await onGithub(repo, root, env, github) : undefined;
  const here = remote === undefined ? await inFolder(folder, root, env) : undefined;
  const world = remote ?? here?.world;
  if (world === undefined) throw new Error("neither on GitHub nor here");
  const scratch = await mkdtemp(join(tmpdir(), "mlops-registry-"));
  return {
    registry: registry({ ...world, now: () => new Date(), key: randomUUID, scratch }),
    where: remote === undefined ? "local" : "github",
    deployments: here?.deployments,
    by: here?.by,
    [Symbol.asyncDispose]: () => rm(scratch, { recursive: true, force: true }),
  };
}

async function inFolder(folder: string | undefined, at: string, env: NodeJS.ProcessEnv) {
  const root = (await topLevel(at)) ?? (await gitFolder(at));
  if (root === undefined)
    throw new UserError("not-a-repository", "There is no Git repository here, and versions are tags", {
      remedy: "Run this in a clone, or name the repository on GitHub: `--repo owner/name`.",
    });
  const releases =
    folder === undefined ? join((await gitFolder(root)) ?? root, "mlops-releases") : resolve(folder);
  const tagger = await identity({ root }, env);
  const now = () => new Date();
  return {
    world: { refs: gitRefs({ root, tagger }), releases: folderReleases(releases, now) },
    deployments: folderDeployments(join(releases, "deployments"), now),
    by: tagger.name,
  };
}

async function onGithub(
  repo: string | undefined,
  root: string,
  env: NodeJS.ProcessEnv,
  github: GithubRegistry,
) {
  const token = env.GITHUB_TOKEN || env.GH_TOKEN;
  if (repo === undefined) {
    const address = token === undefined ? undefined : await originAddress({ root });
    const name = address && repositoryOfAddress(address, env.GITHUB_SERVER_URL || "https://github.com");
    return name && token ? github({ name, token }) : undefined;
  }
  if (!isRepository(repo))
    throw new UserError("usage", `--repo ${repo} is no repository`, { remedy: "Write owner/name." });
  if (!token)
    throw new UserError(
      "no-token",
      `The registry of ${repo} is read through GitHub's API, which asks for a token`,
      {
        remedy: "Set GITHUB_TOKEN or GH_TOKEN, for example to the output of `gh auth token`.",
      },
    );
  return github({ name: repo, token });
}
