import { mayRead, mayWrite } from "./access.ts";
import { account, application } from "./account.ts";
import { type Body, bodyOf, invalid, optionalText, text } from "./body.ts";
import { type App, type Box, nodeId, pageUrl, repositoryPath, repositoryUrl } from "./box.ts";
import { readCommit } from "./commit.ts";
import { page } from "./page.ts";
import { notFound, Refusal } from "./refusal.ts";
import type { Token } from "./token.ts";

export interface Deployment {
  id: number;
  sha: string;
  ref: string;
  task: string;
  payload: unknown;
  environment: string;
  description: string | null;
  isTransient: boolean;
  isProduction: boolean;
  creator: Token;
  createdAt: string;
  statuses: DeploymentStatus[];
}

interface DeploymentStatus {
  id: number;
  state: string;
  description: string;
  logUrl: string | undefined;
  creator: Token;
  createdAt: string;
}

const STATES = ["error", "failure", "inactive", "in_progress", "queued", "pending", "success"];
const MOST_CHARACTERS = 140;

/** `deployments` and what is said of them. */
export function deployments(app: App, box: Box): void {
  const at = `${repositoryPath(box)}/deployments`;
  const all = box.deployments;
  const find = (id: string): Deployment => {
    const deployment = all.get(Number(id));
    if (deployment === undefined) throw notFound();
    return deployment;
  };

  app.get(at, (c) => {
    mayRead(c, box, "deployments");
    const asked = (name: "sha" | "ref" | "task" | "environment") => {
      const value = c.req.query(name);
      return value === undefined || value === "none" ? undefined : value;
    };
    const fields = ["sha", "ref", "task", "environment"] as const;
    const found = [...all.values()].filter((one) =>
      fields.every((field) => asked(field) === undefined || asked(field) === one[field]),
    );
    found.sort((a, b) => b.id - a.id);
    return c.json(page(c, found).map((one) => shown(box, one)));
  });

  app.post(at, async (c) => {
    const who = mayWrite(c, "deployments");
    const body = await bodyOf(c);
    const ref = text(body, "ref");
    const environment = optionalText(body, "environment") ?? "production";
    const commit = await readCommit(box, ref);
    if (commit === undefined) throw new Refusal(422, `No ref found for: ${ref}`);
    const contexts = body.required_contexts;
    // Without a word on contexts every check of the commit has to have passed.
    if (!Array.isArray(contexts) && [...box.checks.values()].some((run) => isBad(run, commit.sha)))
      throw new Refusal(409, `Conflict: Commit status checks failed for ${ref}`);
    const deployment: Deployment = {
      id: box.nextId(),
      sha: commit.sha,
      ref,
      task: optionalText(body, "task") ?? "deploy",
      payload: body.payload ?? {},
      environment,
      description: within(optionalText(body, "description")) ?? null,
      isTransient: flag(body, "transient_environment") ?? false,
      isProduction: flag(body, "production_environment") ?? environment === "production",
      creator: who,
      createdAt: box.now(),
      statuses: [],
    };
    all.set(deployment.id, deployment);
    return c.json(shown(box, deployment), 201);
  });

  app.get(`${at}/:id{[0-9]+}`, (c) => {
    mayRead(c, box, "deployments");
    return c.json(shown(box, find(c.req.param("id"))));
  });

  app.get(`${at}/:id{[0-9]+}/statuses`, (c) => {
    mayRead(c, box, "deployments");
    const deployment = find(c.req.param("id"));
    return c.json(page(c, deployment.statuses.toReversed()).map((one) => shownStatus(box, deployment, one)));
  });

  app.post(`${at}/:id{[0-9]+}/statuses`, async (c) => {
    const who = mayWrite(c, "deployments");
    const deployment = find(c.req.param("id"));
    const body = await bodyOf(c);
    const state = text(body, "state");
    if (!STATES.includes(state))
      throw invalid(`For 'properties/state', ${state} is not a member of ${JSON.stringify(STATES)}.`);
    const status: DeploymentStatus = {
      id: box.nextId(),
      state,
      description: within(optionalText(body, "description")) ?? "",
      logUrl: optionalText(body, "log_url"),
      creator: who,
      createdAt: box.now(),
    };
    deployment.statuses.push(status);
    if (state === "success" && flag(body, "auto_inactive") !== false)
      for (const other of all.values())
        if (other.id < deployment.id && other.environment === deployment.environment)
          makeInactive(box, other);
    return c.json(shownStatus(box, deployment, status), 201);
  });
}

/** GitHub does so for what is neither transient nor of production. */
function makeInactive(box: Box, deployment: Deployment): void {
  const last = deployment.statuses.at(-1);
  if (deployment.isTransient || deployment.isProduction || last?.state !== "success") return;
  deployment.statuses.push({
    ...last,
    id: box.nextId(),
    state: "inactive",
    description: "",
    createdAt: box.now(),
  });
}

function isBad({ sha, conclusion }: { sha: string; conclusion: string | null }, of: string): boolean {
  return sha === of && conclusion !== "success" && conclusion !== "neutral" && conclusion !== "skipped";
}

function within(value: string | undefined): string | undefined {
  if (value !== undefined && value.length > MOST_CHARACTERS)
    throw invalid(`Only ${MOST_CHARACTERS} characters are allowed; ${value.length} were supplied.`);
  return value;
}

function flag(body: Body, field: string): boolean | undefined {
  return typeof body[field] === "boolean" ? body[field] : undefined;
}

function shown(box: Box, one: Deployment) {
  const url = `${repositoryUrl(box)}/deployments/${one.id}`;
  const last = one.statuses.at(-1)?.createdAt ?? one.createdAt;
  return {
    url,
    id: one.id,
    node_id: nodeId("Deployment", one.id),
    task: one.task,
    original_environment: one.environment,
    environment: one.environment,
    description: one.description,
    created_at: one.createdAt,
    updated_at: last,
    statuses_url: `${url}/statuses`,
    repository_url: repositoryUrl(box),
    creator: account(box, one.creator),
    sha: one.sha,
    ref: one.ref,
    payload: one.payload,
    transient_environment: one.isTransient,
    production_environment: one.isProduction,
    performed_via_github_app: application(box, one.creator),
  };
}

function shownStatus(box: Box, deployment: Deployment, status: DeploymentStatus) {
  const url = `${repositoryUrl(box)}/deployments/${deployment.id}`;
  const page = pageUrl(box, `deployments/${encodeURIComponent(deployment.environment)}`);
  return {
    url: `${url}/statuses/${status.id}`,
    id: status.id,
    node_id: nodeId("DeploymentStatus", status.id),
    state: status.state,
    creator: account(box, status.creator),
    description: status.description,
    environment: deployment.environment,
    target_url: status.logUrl ?? page,
    created_at: status.createdAt,
    updated_at: status.createdAt,
    deployment_url: url,
    repository_url: repositoryUrl(box),
    environment_url: page,
    log_url: status.logUrl ?? page,
    performed_via_github_app: application(box, status.creator),
  };
}
