import { mayRead } from "./access.ts";
import { account } from "./account.ts";
import { type App, type Box, nodeId, pageUrl, repositoryPath, repositoryUrl } from "./box.ts";
import { notFound } from "./refusal.ts";

/** An environment as its settings page has it. */
export interface Environment {
  id: number;
  name: string;
  /** People who may let a job into it; none where it has no such rule. */
  reviewers: readonly string[];
  preventsSelfReview: boolean;
}

/** What a person has answered to a run that waited. */
export interface Approval {
  environments: readonly string[];
  user: string;
  state: "approved" | "rejected";
}

const TIME = "2026-01-01T00:00:00Z";

/** `environments`, and who has let which run into them. */
export function environments(app: App, box: Box): void {
  app.get(`${repositoryPath(box)}/environments/:name`, (c) => {
    mayRead(c, box, "actions");
    const found = box.environments.get(c.req.param("name"));
    if (found === undefined) throw notFound();
    const rule = {
      id: found.id,
      node_id: nodeId("GateRule", found.id),
      type: "required_reviewers",
      prevent_self_review: found.preventsSelfReview,
      reviewers: found.reviewers.map((login) => ({
        type: "User",
        reviewer: account(box, { login, type: "User" }),
      })),
    };
    return c.json({
      ...shown(box, found.name),
      protection_rules: found.reviewers.length === 0 ? [] : [rule],
      deployment_branch_policy: null,
    });
  });

  app.get(`${repositoryPath(box)}/actions/runs/:id{[0-9]+}/approvals`, (c) => {
    mayRead(c, box, "actions");
    const id = Number(c.req.param("id"));
    if (!box.runs.has(id)) throw notFound();
    return c.json(
      (box.approvals.get(id) ?? []).map(({ environments, user, state }) => ({
        environments: environments.map((name) => shown(box, name)),
        state,
        user: account(box, { login: user, type: "User" }),
        comment: "",
      })),
    );
  });
}

function shown(box: Box, name: string) {
  const id = box.environments.get(name)?.id ?? 0;
  return {
    id,
    node_id: nodeId("Environment", id),
    name,
    url: `${repositoryUrl(box)}/environments/${encodeURIComponent(name)}`,
    html_url: pageUrl(box, `deployments/activity_log?environments_filter=${encodeURIComponent(name)}`),
    created_at: TIME,
    updated_at: TIME,
  };
}
