import { isDeepStrictEqual } from "node:util";
import { type Deployment, type Deployments, UserError } from "@mlops-actions/core";
import type { ClaimedRun, Witness } from "@mlops-actions/registry";
import { z } from "zod";
import { askAll, send } from "./ask.ts";
import { type Author, authorOf, isBy } from "./author.ts";
import type { Client } from "./octokit.ts";
import type { Repository } from "./repository.ts";
import type { RunMarks } from "./run-marks.ts";
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
/** So many that no run has made are what requests are spent on. */
const MANY = 20;
const NAMED = 100;
const markOf = (id: number) => `mlops-deployment-${id}`;

/**
 * Deployments of one repository. Models share an environment, so that `task` says whose a deployment is; jobs that carry an environment
 * make deployments of their own there, which are none of ours.
 * @param options.witness says whether the run that a deployment names may make one. Default: every run may
 * @param options.marks says whether that run has made this very one. Default: whoever quotes a run is believed
 * @param options.warn is told of what goes on although nobody else will believe it
 * @throws UserError `github-refused` (the token needs `deployments: write`), `github-unreachable`, `mark-refused`
 */
export function githubDeployments(options: {
  octokit: Client;
  repo: Repository;
  witness?: Witness | undefined;
  marks?: RunMarks | undefined;
  /** The address of this run, for whoever looks at a status. */
  runUrl?: string | undefined;
  warn?: ((message: string) => void) | undefined;
}): Deployments {
  const { octokit, repo, witness, marks, runUrl, warn } = options;
  const all = async (model: string, environment: string) => {
    const route = "GET /repos/{owner}/{repo}/deployments";
    const found = await askAll(octokit, deployment, route, { ...repo, environment, task: taskOf(model) });
    return found.sort((a, b) => b.id - a.id);
  };
  let author: Author | undefined;
  const strangerOf = async ({ creator }: Answer): Promise<string | undefined> => {
    author ??= await authorOf(octokit);
    return creator === null || !isBy(author, creator)
      ? `it was made by ${creator?.login ?? "somebody who is gone"}`
      : undefined;
  };
  // A list lags behind what was done a moment ago.
  const own = new Set<number>();
  const unmarked = new Set<number>();
  /** @returns why there is none */
  const mark = async (id: number): Promise<UserError | undefined> => {
    try {
      await marks?.leave(markOf(id));
      unmarked.delete(id);
      return undefined;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      unmarked.add(id);
      return error;
    }
  };
  /** Doubts about the deployments of one list: many may quote one run, which is asked once what it has made. */
  const doubting = () => {
    const made = new Map<number, Promise<ReadonlySet<string>>>();
    const doubted: number[] = [];
    const doubtOf = async (one: Answer): Promise<string | undefined> => {
      const stranger = await strangerOf(one);
      if (stranger !== undefined || own.has(one.id)) return stranger;
      const run = runOf(one.payload);
      if (marks !== undefined && run !== undefined) {
        const names = made.get(run.runId) ?? marks.of(run.runId);
        made.set(run.runId, names);
        if (!(await names).has(markOf(one.id))) {
          doubted.push(one.id);
          return `run ${run.runId} has not made it`;
        }
      }
      const examined = await witness?.examine({ name: one.ref }, run);
      return examined?.kind === "doubted" ? examined.why : undefined;
    };
    return (one: Answer) =>
      told(`say who made deployment ${one.id}`, () => doubtOf(one)).catch((error: unknown) => {
        throw error instanceof UserError && doubted.length >= MANY ? tooMany(error, doubted) : error;
      });
  };
  const list: Deployments["list"] = ({ model, environment }) =>
    told(`list the deployments to ${environment}`, async () => {
      const doubtOf = doubting();
      const found = await all(model, environment);
      return found.map((one) => ({ ...deploymentOf(one), doubt: () => doubtOf(one) }));
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
    create: ({ model, environment, ref, description, payload, isWayBack = false }) =>
      told(`create a deployment of ${ref} to ${environment}`, async () => {
        // Only what counts, and says the same: whoever may write deployments can take a key first. What this run has made has no mark yet.
        const same = async () => {
          const doubtOf = doubting();
          for (const one of await all(model, environment)) {
            const found = payloadOf(one.payload);
            if (one.ref !== ref || !isSame(found, payload)) continue;
            const isOwn = isDeepStrictEqual(runOf(found), runOf(payload));
            if ((await (isOwn ? strangerOf : doubtOf)(one)) === undefined) return one;
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
        const made = (await same()) ?? (await settle(octokit, create, same));
        const run = runOf(payload);
        if (run !== undefined && isDeepStrictEqual(runOf(made.payload), run)) {
          // Whoever is killed before leaves one that does not count, and the next begins anew.
          const refused = await mark(made.id);
          if (refused !== undefined && !isWayBack) throw refused;
          own.add(made.id);
        }
        return deploymentOf(made);
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
        const refused = unmarked.has(id) && state !== "in_progress" ? await mark(id) : undefined;
        if (refused !== undefined)
          warn?.(
            `Whoever comes next does not believe deployment ${id}, and may begin again what it has taken back. ${refused.message}`,
          );
      }),
  };
}

/** A request that failed, perhaps since too many were asked: of what somebody has written, each costs one. */
function tooMany(cause: UserError, doubted: readonly number[]): UserError {
  const more = doubted.length - NAMED;
  const named = `${doubted.slice(0, NAMED).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
  return new UserError(cause.code, cause.message, {
    remedy: `set inactive and delete the deployments that no run has made, each of which costs a request: ${named}; then ${cause.remedy}`,
    cause,
  });
}

function taskOf(model: string): string {
  return `mlops:${model}`;
}

function deploymentOf({ id, environment, ref, created_at, payload }: Answer): Deployment {
  return { id, environment, ref, payload: payloadOf(payload), created: created_at };
}

/** Whichever run has sent it: what another run has begun is not begun again. Two that begin at once do not see each other's mark yet, and make two. */
function isSame(found: unknown, wanted: object): boolean {
  if (typeof found !== "object" || found === null) return false;
  const less = (payload: object): unknown => JSON.parse(JSON.stringify({ ...payload, run: null }));
  return isDeepStrictEqual(less(found), less(wanted));
}

/** The run that says it has made it. */
function runOf(payload: unknown): ClaimedRun | undefined {
  return claimed.safeParse(payloadOf(payload)).data?.run ?? undefined;
}

function payloadOf(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
