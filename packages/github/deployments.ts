import { isDeepStrictEqual } from "node:util";
import type { Deployment, Deployments } from "@mlops-actions/core";
import type { Witness } from "@mlops-actions/registry";
import { z } from "zod";
import { askAll, send } from "./ask.ts";
import { type Author, authorOf, isBy } from "./author.ts";
import type { Client } from "./octokit.ts";
import type { Repository } from "./repository.ts";
import { settle } from "./settle.ts";
import { told } from "./told.ts";

const deployment = z.object({
  id: z.int(),
  ref: z.string(),
  task: z.string(),
  environment: z.string(),
  // GitHub has been seen to give back as text what was sent as an object.
  payload: z.unknown(),
  created_at: z.string(),
  creator: z.object({ id: z.int(), login: z.string(), type: z.string().optional() }).nullable(),
});
type Answer = z.infer<typeof deployment>;

const status = z.object({
  id: z.int(),
  state: z.enum(["error", "failure", "inactive", "in_progress", "queued", "pending", "success"]),
  description: z.string().nullable(),
  created_at: z.string(),
});

const claimed = z.object({
  run: z.object({ repositoryId: z.int(), runId: z.int(), attempt: z.int() }).nullish(),
});

/**
 * Deployments of one repository. Models share an environment, so that `task` says whose a deployment is; jobs that carry an environment
 * make deployments of their own there, which are none of ours.
 * @param options.witness says whether the run that a deployment names may make one. Default: every run may
 * @throws UserError `github-refused` (the token needs `deployments: write`), `github-unreachable`
 */
export function githubDeployments(options: {
  octokit: Client;
  repo: Repository;
  witness?: Witness | undefined;
  /** The address of this run, for whoever looks at a status. */
  runUrl?: string | undefined;
}): Deployments {
  const { octokit, repo, witness, runUrl } = options;
  const all = async (model: string, environment: string) => {
    const route = "GET /repos/{owner}/{repo}/deployments";
    const found = await askAll(octokit, deployment, route, { ...repo, environment, task: taskOf(model) });
    return found.sort((a, b) => b.id - a.id);
  };
  let author: Author | undefined;
  const doubtOf = async (one: Answer): Promise<string | undefined> => {
    author ??= await authorOf(octokit);
    if (one.creator === null || !isBy(author, one.creator))
      return `it was made by ${one.creator?.login ?? "somebody who is gone"}`;
    const run = claimed.safeParse(payloadOf(one.payload)).data?.run ?? undefined;
    const examined = await witness?.examine({ name: one.ref, made: one.created_at }, run);
    return examined?.kind === "doubted" ? examined.why : undefined;
  };
  const list: Deployments["list"] = ({ model, environment }) =>
    told(`list the deployments to ${environment}`, async () => {
      const found = await all(model, environment);
      return found.map((one) => ({
        ...deploymentOf(one),
        doubt: () => told(`say who made deployment ${one.id}`, () => doubtOf(one)),
      }));
    });
  const statusesOf = (id: number) =>
    askAll(octokit, status, "GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses", {
      ...repo,
      deployment_id: id,
    });

  return {
    list,
    statuses: (id) =>
      told(`read the statuses of deployment ${id}`, async () =>
        (await statusesOf(id))
          .sort((a, b) => a.id - b.id)
          .map(({ id, state, description, created_at }) => ({
            id,
            state: state === "pending" ? "queued" : state,
            description: description ?? "",
            at: created_at,
          })),
      ),
    create: ({ model, environment, ref, description, payload }) =>
      told(`create a deployment of ${ref} to ${environment}`, async () => {
        // Only what counts, and says the same: whoever may write deployments can take a key first.
        const same = async () => {
          for (const one of await all(model, environment)) {
            if (one.ref !== ref || !isSame(payloadOf(one.payload), payload)) continue;
            if ((await doubtOf(one)) === undefined) return one;
          }
          return undefined;
        };
        const create = () =>
          send(octokit, deployment, "POST /repos/{owner}/{repo}/deployments", {
            ...repo,
            ref,
            task: taskOf(model),
            environment,
            description,
            payload,
            auto_merge: false,
            // What was judged was judged before it was registered; a record has no checks of its own.
            required_contexts: [],
          });
        return deploymentOf((await same()) ?? (await settle(octokit, create, same)));
      }),
    say: (id, { state, description }) =>
      told(`say that deployment ${id} is ${state}`, async () => {
        const before = new Set((await statusesOf(id)).map((one) => one.id));
        const said = async () =>
          (await statusesOf(id)).find((one) => !before.has(one.id) && one.description === description);
        const say = () =>
          send(octokit, status, "POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses", {
            ...repo,
            deployment_id: id,
            state,
            description,
            ...(runUrl !== undefined && { log_url: runUrl }),
            // GitHub would make inactive whatever else lives in this environment, of other models too.
            auto_inactive: false,
          });
        await settle(octokit, say, said);
      }),
  };
}

function taskOf(model: string): string {
  return `mlops:${model}`;
}

function deploymentOf({ id, environment, ref, created_at, payload }: Answer): Deployment {
  return { id, environment, ref, payload: payloadOf(payload), created: created_at };
}

/** Whichever run has sent it: two that begin the same at once begin it once. */
function isSame(found: unknown, wanted: object): boolean {
  if (typeof found !== "object" || found === null) return false;
  const less = (payload: object): unknown => JSON.parse(JSON.stringify({ ...payload, run: null }));
  return isDeepStrictEqual(less(found), less(wanted));
}

function payloadOf(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
