import { mayRead, mayWrite } from "./access.ts";
import { type Body, bodyOf, text } from "./body.ts";
import { type App, type Box, repositoryPath } from "./box.ts";
import { gitCommit, isoSeconds, readCommit } from "./commit.ts";
import { notFound, Refusal } from "./refusal.ts";
import type { Token } from "./token.ts";

/** `git/commits`: bare commit objects. */
export function gitCommits(app: App, box: Box): void {
  const at = `${repositoryPath(box)}/git/commits`;

  app.get(`${at}/:sha`, async (c) => {
    mayRead(c, box, "contents");
    const sha = c.req.param("sha");
    const commit = /^[0-9a-f]{40}$/.test(sha) ? await readCommit(box, sha) : undefined;
    if (commit === undefined || commit.sha !== sha) throw notFound();
    return c.json(gitCommit(box, commit));
  });

  app.post(at, async (c) => {
    const who = mayWrite(c, "contents");
    const body = await bodyOf(c);
    const parents = (body.parents ?? []) as string[];
    const tree = text(body, "tree");
    if ((await box.objects.find(`${tree}^{tree}`)) === undefined)
      throw new Refusal(422, "Tree SHA does not exist");
    for (const parent of parents)
      if ((await box.objects.find(`${parent}^{commit}`)) === undefined)
        throw new Refusal(422, "Parent SHA does not exist or is not a commit object");
    const author = person(body.author as Body | undefined, who);
    const committer = person((body.committer ?? body.author) as Body | undefined, who);
    const line = ({ name, email, date }: Person) => `${name} <${email}> ${seconds(date)} +0000`;
    // The message as it is given: GitHub adds no line end.
    const lines = [
      `tree ${tree}`,
      ...parents.map((parent) => `parent ${parent}`),
      `author ${line(author)}`,
      `committer ${line(committer)}`,
    ];
    const whole = `${lines.join("\n")}\n\n${text(body, "message")}`;
    const sha = await box.objects.write("commit", Buffer.from(whole));
    const commit = await readCommit(box, sha);
    if (commit === undefined) throw new Error(`commit ${sha} vanished`);
    return c.json(gitCommit(box, commit), 201);
  });
}

export interface Person {
  name: string;
  email: string;
  date: string;
}

/** As Git writes a date. */
export function seconds(date: string): number {
  return Math.floor(Date.parse(date) / 1000);
}

/** Who the object says made it: what the caller wrote, else the caller. */
export function person(given: Body | undefined, who: Token): Person {
  return {
    name: String(given?.name ?? who.login),
    email: String(given?.email ?? `${who.login}@users.noreply.github.com`),
    date: String(given?.date ?? isoSeconds(new Date())),
  };
}
