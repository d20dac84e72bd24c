import type { Issue, Issues } from "@mlops-actions/core";
import { readMarker } from "@mlops-actions/report";
import { z } from "zod";
import { ask, askAll, patiently, send } from "./ask.ts";
import { type Author, authorOf, isBy } from "./author.ts";
import type { Client } from "./octokit.ts";
import type { Repository } from "./repository.ts";
import { settle } from "./settle.ts";
import { told } from "./told.ts";

const user = z.object({ id: z.int(), login: z.string(), type: z.string().optional() }).nullable();
const issue = z.object({
  id: z.int(),
  number: z.int(),
  html_url: z.string(),
  title: z.string(),
  body: z.string().nullish(),
  state: z.enum(["open", "closed"]),
  closed_at: z.string().nullable(),
  user,
  closed_by: user.optional(),
  // Whatever has it is a pull request.
  pull_request: z.unknown().optional(),
});
type Raw = z.infer<typeof issue>;
const comment = z.object({ id: z.int(), body: z.string().default(""), user });

const LIST = "GET /repos/{owner}/{repo}/issues";
const COMMENTS = "/repos/{owner}/{repo}/issues/{issue_number}/comments";

/** Issues of a repository by the marker in their first line. */
export function githubIssues(options: {
  octokit: Client;
  repo: Repository;
  /** Default: whoever the token belongs to. */
  author?: Author | undefined;
}): Issues {
  const { octokit, repo } = options;
  let asked: Promise<Author> | undefined;
  const author = () => {
    asked ??= options.author === undefined ? authorOf(octokit) : Promise.resolve(options.author);
    return asked;
  };
  /** Ours of this key, the newest first. */
  const ofKey = async (all: readonly Raw[], key: string): Promise<Raw[]> => {
    const marked = all.filter(({ pull_request, body }) => pull_request === undefined && keyOf(body) === key);
    if (marked.length === 0) return [];
    const who = await author();
    return marked.filter(({ user }) => user !== null && isBy(who, user)).sort((a, b) => b.number - a.number);
  };
  const open = (key: string) =>
    askAll(octokit, issue, LIST, { ...repo, state: "open" }).then((all) => ofKey(all, key));
  /** The newest page with one of ours: nobody waits for the issues of all years. */
  const newestClosed = async (key: string): Promise<Raw | undefined> => {
    for (let page = 1; ; page++) {
      const order = { sort: "created", direction: "desc", per_page: 100, page };
      const some = await ask(octokit, z.array(issue), LIST, { ...repo, state: "closed", ...order });
      const [found] = await ofKey(some, key);
      if (found !== undefined || some.length < 100) return found;
    }
  };

  return {
    find: (key) =>
      told("list the issues", async () => {
        const all = await open(key);
        const oldest = all.at(-1);
        if (oldest !== undefined) return shown(oldest, null, all.slice(0, -1));
        const closed = await newestClosed(key);
        if (closed === undefined) return undefined;
        // Only the issue itself says who has closed it.
        const route = "GET /repos/{owner}/{repo}/issues/{issue_number}";
        const whole = await ask(octokit, issue, route, { ...repo, issue_number: closed.number });
        return shown(whole, await author(), []);
      }),

    open: ({ key, title, body, labels, assignees }) =>
      told("open an issue", async () => {
        const create = () =>
          send(octokit, issue, "POST /repos/{owner}/{repo}/issues", {
            ...repo,
            title,
            body,
            labels,
            assignees,
          });
        const found = await settle(octokit, create, async () =>
          (await open(key)).find((one) => isSame(one.body, body)),
        );
        return { number: found.number, url: found.html_url };
      }),

    change: (number, change) =>
      told(`write issue #${number}`, async () => {
        const route = "PATCH /repos/{owner}/{repo}/issues/{issue_number}";
        await patiently(octokit, () =>
          send(octokit, issue, route, { ...repo, issue_number: number, ...change }),
        );
      }),

    comment: (number, body) =>
      told(`write to issue #${number}`, async () => {
        const parameters = { ...repo, issue_number: number };
        const said = async () => {
          const all = await askAll(octokit, comment, `GET ${COMMENTS}`, parameters);
          return all.find((one) => isSame(one.body, body));
        };
        if ((await said()) !== undefined) return;
        await settle(
          octokit,
          () => send(octokit, comment, `POST ${COMMENTS}`, { ...parameters, body }),
          said,
        );
      }),
  };
}

function keyOf(body: string | null | undefined): string | undefined {
  const marker = readMarker(body ?? "");
  return marker === null ? undefined : `${marker.model}:${marker.stage}`;
}

function shown(raw: Raw, author: Author | null, duplicates: readonly Raw[]): Issue {
  const body = raw.body ?? "";
  const { closed_by: by } = raw;
  return {
    number: raw.number,
    url: raw.html_url,
    title: raw.title,
    body,
    state: raw.state,
    facts: readMarker(body)?.facts ?? {},
    closed:
      raw.closed_at === null
        ? null
        : { at: raw.closed_at, byOurselves: by != null && author !== null && isBy(author, by) },
    duplicates: duplicates.map(({ number }) => number),
  };
}

function isSame(a: string | null | undefined, b: string): boolean {
  return (a ?? "").replaceAll("\r\n", "\n").trimEnd() === b.replaceAll("\r\n", "\n").trimEnd();
}
