import { mayRead, mayWrite } from "./access.ts";
import { account, application } from "./account.ts";
import { type Body, bodyOf, optionalText, text } from "./body.ts";
import { type App, type Box, nodeId, pageUrl, repositoryPath, repositoryUrl } from "./box.ts";
import { page } from "./page.ts";
import { notFound, validationFailed } from "./refusal.ts";
import type { Token } from "./token.ts";

/** One issue that is no pull request. */
export interface Issue {
  id: number;
  number: number;
  title: string;
  body: string | null;
  state: "open" | "closed";
  labels: string[];
  assignees: string[];
  author: Token;
  closedBy: Token | null;
  createdAt: string;
  updatedAt: string;
  closedAt: string | null;
}

const MAX_BODY = 65_536;
const MAX_TITLE = 256;

/** `issues`: what is open, and who has closed it. Pull requests are not among them here. */
export function issues(app: App, box: Box): void {
  const at = `${repositoryPath(box)}/issues`;
  const find = (number: string): Issue => {
    const found = box.issues.get(Number(number));
    if (found === undefined) throw notFound();
    return found;
  };

  app.get(at, (c) => {
    mayRead(c, box, "issues");
    const query = (name: string) => c.req.query(name);
    const state = query("state") ?? "open";
    const found = [...box.issues.values()].filter(
      (one) =>
        (state === "all" || one.state === state) &&
        (query("creator") === undefined || one.author.login === query("creator")),
    );
    const sign = query("direction") === "asc" ? 1 : -1;
    found.sort((a, b) => sign * (a.number - b.number));
    return c.json(page(c, found).map((one) => shown(box, one)));
  });

  app.post(at, async (c) => {
    const who = mayWrite(c, "issues");
    const body = await bodyOf(c);
    const now = box.now();
    const made: Issue = {
      id: box.nextId(),
      number: box.nextNumber(),
      title: title(text(body, "title")),
      body: accepted(optionalText(body, "body") ?? null),
      state: "open",
      labels: names(body, "labels"),
      assignees: names(body, "assignees"),
      author: who,
      closedBy: null,
      createdAt: now,
      updatedAt: now,
      closedAt: null,
    };
    box.issues.set(made.number, made);
    const answer = { ...shown(box, made), closed_by: null };
    return c.json(answer, 201, { location: answer.url });
  });

  app.get(`${at}/:number{[0-9]+}`, (c) => {
    mayRead(c, box, "issues");
    return c.json(whole(box, find(c.req.param("number"))));
  });

  app.patch(`${at}/:number{[0-9]+}`, async (c) => {
    const who = mayWrite(c, "issues");
    const one = find(c.req.param("number"));
    const body = await bodyOf(c);
    one.title = title(optionalText(body, "title") ?? one.title);
    one.body = accepted(optionalText(body, "body") ?? one.body);
    const state = optionalText(body, "state");
    if (state !== undefined && state !== "open" && state !== "closed")
      throw validationFailed({ resource: "Issue", field: "state", code: "invalid" });
    one.updatedAt = box.now();
    if (state !== undefined && state !== one.state) {
      one.state = state;
      one.closedBy = state === "closed" ? who : null;
      one.closedAt = state === "closed" ? one.updatedAt : null;
    }
    return c.json(whole(box, one));
  });
}

function names(body: Body, field: string): string[] {
  const value = body[field];
  return Array.isArray(value) ? value.map(String) : [];
}

function title(value: string): string {
  if (value.trim() === "")
    throw validationFailed({ resource: "Issue", field: "title", code: "missing_field" });
  if (value.length > MAX_TITLE)
    throw validationFailed({
      resource: "Issue",
      field: "title",
      code: "custom",
      message: `title is too long (maximum is ${MAX_TITLE} characters)`,
    });
  return value;
}

function accepted(value: string | null): string | null {
  if (value === null || [...value].length <= MAX_BODY) return value;
  throw validationFailed({
    resource: "Issue",
    field: "body",
    code: "custom",
    message: `body is too long (maximum is ${MAX_BODY} characters)`,
  });
}

function whole(box: Box, one: Issue) {
  return { ...shown(box, one), closed_by: one.closedBy === null ? null : account(box, one.closedBy) };
}

function shown(box: Box, one: Issue) {
  const url = `${repositoryUrl(box)}/issues/${one.number}`;
  const assignees = one.assignees.map((login) => account(box, { login, type: "User" }));
  return {
    id: one.id,
    node_id: nodeId("Issue", one.id),
    url,
    repository_url: repositoryUrl(box),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: pageUrl(box, `issues/${one.number}`),
    number: one.number,
    state: one.state,
    state_reason: one.state === "closed" ? ("completed" as const) : null,
    title: one.title,
    body: one.body,
    user: account(box, one.author),
    labels: one.labels.map((name, at) => ({
      id: at + 1,
      node_id: nodeId("Label", name),
      url: `${repositoryUrl(box)}/labels/${encodeURIComponent(name)}`,
      name,
      description: null,
      color: "ededed",
      default: false,
    })),
    assignee: assignees[0] ?? null,
    assignees,
    milestone: null,
    locked: false,
    active_lock_reason: null,
    comments: [...box.comments.values()].filter(({ issue }) => issue === one.number).length,
    closed_at: one.closedAt,
    created_at: one.createdAt,
    updated_at: one.updatedAt,
    author_association: "CONTRIBUTOR",
    performed_via_github_app: application(box, one.author),
  };
}
