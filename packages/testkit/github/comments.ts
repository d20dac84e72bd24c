import { mayRead, mayWrite } from "./access.ts";
import { account, application } from "./account.ts";
import { type Body, bodyOf, text } from "./body.ts";
import { type App, type Box, nodeId, pageUrl, repositoryPath, repositoryUrl } from "./box.ts";
import { page } from "./page.ts";
import { notFound, Refusal, validationFailed } from "./refusal.ts";
import type { Token } from "./token.ts";

export interface Comment {
  id: number;
  issue: number;
  body: string;
  author: Token;
  createdAt: string;
  updatedAt: string;
}

const MAX_CHARACTERS = 65_536;

/** `issues/comments`: the conversation of a pull request, or of an issue. */
export function comments(app: App, box: Box): void {
  const at = `${repositoryPath(box)}/issues`;
  const both = ["issues", "pull_requests"];
  const isThere = (number: number) => box.pulls.has(number) || box.issues.has(number);
  const find = (id: string): Comment => {
    const comment = box.comments.get(Number(id));
    if (comment === undefined) throw notFound();
    return comment;
  };
  // An app edits what it wrote itself; a person with write access edits anything.
  const mayEdit = (who: Token, comment: Comment) => {
    if (who.app !== undefined && who.app.id !== comment.author.app?.id)
      throw new Refusal(403, "Resource not accessible by integration");
  };

  app.get(`${at}/:number{[0-9]+}/comments`, (c) => {
    mayRead(c, box, ...both);
    const number = Number(c.req.param("number"));
    if (!isThere(number)) throw notFound();
    const since = Date.parse(c.req.query("since") ?? "") || 0;
    const found = [...box.comments.values()].filter(
      (comment) => comment.issue === number && Date.parse(comment.updatedAt) >= since,
    );
    return c.json(page(c, found).map((comment) => shown(box, comment)));
  });

  app.post(`${at}/:number{[0-9]+}/comments`, async (c) => {
    const who = mayWrite(c, ...both);
    const issue = Number(c.req.param("number"));
    if (!isThere(issue)) throw notFound();
    const now = box.now();
    const body = accepted(await bodyOf(c));
    const comment: Comment = { id: box.nextId(), issue, body, author: who, createdAt: now, updatedAt: now };
    box.comments.set(comment.id, comment);
    const answer = shown(box, comment);
    return c.json(answer, 201, { location: answer.url });
  });

  app.get(`${at}/comments`, (c) => {
    mayRead(c, box, ...both);
    const since = Date.parse(c.req.query("since") ?? "") || 0;
    const found = [...box.comments.values()].filter(({ updatedAt }) => Date.parse(updatedAt) >= since);
    return c.json(page(c, found).map((comment) => shown(box, comment)));
  });

  app.get(`${at}/comments/:id{[0-9]+}`, (c) => {
    mayRead(c, box, ...both);
    return c.json(shown(box, find(c.req.param("id"))));
  });

  app.patch(`${at}/comments/:id{[0-9]+}`, async (c) => {
    const who = mayWrite(c, ...both);
    const comment = find(c.req.param("id"));
    mayEdit(who, comment);
    comment.body = accepted(await bodyOf(c));
    comment.updatedAt = box.now();
    return c.json(shown(box, comment));
  });

  app.delete(`${at}/comments/:id{[0-9]+}`, (c) => {
    const who = mayWrite(c, ...both);
    const comment = find(c.req.param("id"));
    mayEdit(who, comment);
    box.comments.delete(comment.id);
    return c.body(null, 204);
  });
}

function accepted(body: Body): string {
  const value = text(body, "body");
  const refuse = (message: string) =>
    validationFailed({ resource: "IssueComment", code: "unprocessable", field: "data", message });
  if (value.trim() === "") throw refuse("Body cannot be blank");
  if ([...value].length > MAX_CHARACTERS)
    throw refuse(`Body is too long (maximum is ${MAX_CHARACTERS} characters)`);
  return value;
}

function shown(box: Box, comment: Comment) {
  const { author } = comment;
  return {
    url: `${repositoryUrl(box)}/issues/comments/${comment.id}`,
    html_url: pageUrl(box, `pull/${comment.issue}#issuecomment-${comment.id}`),
    issue_url: `${repositoryUrl(box)}/issues/${comment.issue}`,
    id: comment.id,
    node_id: nodeId("IssueComment", comment.id),
    user: account(box, author),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    body: comment.body,
    author_association: author.login === box.settings.owner ? "OWNER" : author.app ? "NONE" : "CONTRIBUTOR",
    performed_via_github_app: application(box, author),
  };
}
