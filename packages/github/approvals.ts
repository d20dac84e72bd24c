import type { Approvals } from "@mlops-actions/core";
import { z } from "zod";
import { ask, askAll } from "./ask.ts";
import { authorsOf } from "./authors.ts";
import type { Client } from "./octokit.ts";
import { account } from "./pull-history.ts";
import type { Repository } from "./repository.ts";
import { orMissing, told } from "./told.ts";

const environment = z.object({
  protection_rules: z
    .array(
      z.object({
        type: z.string(),
        prevent_self_review: z.boolean().optional(),
        reviewers: z.array(z.unknown()).optional(),
      }),
    )
    .default([]),
});
const approval = z.object({
  state: z.string(),
  environments: z.array(z.object({ name: z.string() })),
  user: z.object({ login: z.string() }).nullable(),
});
const comment = z.object({
  id: z.int(),
  body: z.string().default(""),
  html_url: z.string(),
  created_at: z.string(),
  updated_at: z.string(),
  user: z.object({ login: z.string(), type: z.string().optional() }).nullable(),
});
const permission = z.object({ permission: z.string() });
const started = z.object({ actor: account, triggering_actor: account });

/**
 * Who has agreed to what, by GitHub's own record.
 * @throws UserError `github-refused` (the token needs `actions: read`, `issues: read`, `pull-requests: read`), `github-unreachable`
 */
export function githubApprovals({ octokit, repo }: { octokit: Client; repo: Repository }): Approvals {
  return {
    rules: (name) =>
      told(`read the rules of the environment ${name}`, async () => {
        const route = "GET /repos/{owner}/{repo}/environments/{environment_name}";
        const found = await orMissing(ask(octokit, environment, route, { ...repo, environment_name: name }));
        if (found === undefined) return undefined;
        const rules = found.protection_rules.filter(
          ({ type, reviewers }) => type === "required_reviewers" && (reviewers?.length ?? 0) > 0,
        );
        return {
          reviewers: rules.length > 0,
          preventsSelfReview: rules.some(({ prevent_self_review }) => prevent_self_review === true),
        };
      }),
    ofRun: (runId) =>
      told(`read the approvals of run ${runId}`, async () => {
        const route = "GET /repos/{owner}/{repo}/actions/runs/{run_id}/approvals";
        const found = await orMissing(ask(octokit, z.array(approval), route, { ...repo, run_id: runId }));
        return (found ?? []).map(({ state, environments, user }) => ({
          environments: environments.map(({ name }) => name),
          by: user?.login ?? "somebody who is gone",
          approved: state === "approved",
        }));
      }),
    comments: (since) =>
      told("read the comments", async () => {
        const route = "GET /repos/{owner}/{repo}/issues/comments";
        const found = await askAll(octokit, comment, route, {
          ...repo,
          since,
          sort: "created",
          direction: "asc",
        });
        return found
          .filter(({ user }) => user !== null && user.type !== "Bot")
          .sort((a, b) => a.id - b.id)
          .map(({ body, user, html_url, created_at, updated_at }) => ({
            by: user?.login ?? "",
            body,
            created: created_at,
            edited: updated_at !== created_at,
            url: html_url,
          }));
      }),
    mayWrite: (login) =>
      told(`read what ${login} may do`, async () => {
        const route = "GET /repos/{owner}/{repo}/collaborators/{username}/permission";
        const found = await orMissing(ask(octokit, permission, route, { ...repo, username: login }));
        return found?.permission === "admin" || found?.permission === "write";
      }),
    authors: (change) => told("read who has written a change", () => authorsOf({ octokit, repo }, change)),
    startedBy: (runId) =>
      told(`read who has started run ${runId}`, async () => {
        const route = "GET /repos/{owner}/{repo}/actions/runs/{run_id}";
        const run = await orMissing(ask(octokit, started, route, { ...repo, run_id: runId }));
        if (run === undefined) return { unknown: `run ${runId} is gone`, remedy: null };
        const people = [run.actor?.login, run.triggering_actor?.login].filter((login) => login !== undefined);
        if (people.length === 2) return [...new Set(people)];
        return { unknown: `run ${runId} was started by an account that is gone`, remedy: null };
      }),
  };
}
