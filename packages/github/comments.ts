import type { Comments } from "@mlops-actions/core";
import { z } from "zod";
import { askAll, patiently, send } from "./ask.ts";
import { type Author, authorOf, isBy } from "./author.ts";
import { failureOf } from "./failure.ts";
import { compareOrder, marked, type Order, placeOf } from "./marker.ts";
import type { Client } from "./octokit.ts";
import type { Repository } from "./repository.ts";
import { settle } from "./settle.ts";

const comment = z.object({
  id: z.int(),
  html_url: z.string(),
  body: z.string().default(""),
  user: z.object({ id: z.int(), login: z.string(), type: z.string().optional() }).nullable(),
});
type Comment = z.infer<typeof comment>;

/** GitHub's documented limit for a comment, in characters. */
export const MAX_COMMENT_CHARACTERS = 65_536;

/** The conversation of one pull request. Only comments of our own author with our marker are ever touched. */
export function githubComments(options: {
  octokit: Client;
  repo: Repository;
  pullRequest: number;
  /** Default: whoever the token belongs to. A GitHub App that is not Actions is named here: `{ login: "my-app[bot]" }`. */
  author?: Author | undefined;
}): Comments {
  const { octokit, repo, pullRequest } = options;
  const own = async (key: string): Promise<Comment[]> => {
    const route = "GET /repos/{owner}/{repo}/issues/{issue_number}/comments";
    const all = await askAll(octokit, comment, route, { ...repo, issue_number: pullRequest });
    const ours = all.filter(({ body }) => placeOf(body)?.key === key);
    if (ours.length === 0) return [];
    const author = options.author ?? (await authorOf(octokit));
    return ours.filter(({ user }) => user !== null && isBy(author, user)).sort((a, b) => a.id - b.id);
  };
  const create = (body: string) =>
    send(octokit, comment, "POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
      ...repo,
      issue_number: pullRequest,
      body,
    });
  // Writing the same text twice is the same as once, so an update may be repeated as it is.
  const update = (id: number, body: string) =>
    patiently(octokit, () =>
      send(octokit, comment, "PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", {
        ...repo,
        comment_id: id,
        body,
      }),
    );
  // Two runs that start together each find nothing and each create; whoever comes next leaves one.
  const removeOthers = async (others: readonly Comment[]) => {
    for (const { id } of others) {
      const parameters = { ...repo, comment_id: id };
      const removal = send(
        octokit,
        z.unknown(),
        "DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}",
        parameters,
      );
      // What is left over, or was removed by somebody else meanwhile, is the next run's business.
      await removal.catch(failureOf);
    }
  };

  return {
    async upsert({ key, body, order }) {
      const text = marked(body, key, order);
      try {
        if (text.length > MAX_COMMENT_CHARACTERS)
          return {
            kind: "refused",
            why: `the comment has ${text.length} characters, GitHub takes ${MAX_COMMENT_CHARACTERS}`,
          };
        const [first, ...others] = await own(key);
        if (first === undefined) {
          const created = await settle(
            octokit,
            () => create(text),
            async () => (await own(key)).find(({ body }) => isSame(body, text)),
          );
          return { kind: "created", url: created.html_url };
        }
        const newest = [first, ...others].reduce((a, b) =>
          compareOrder(orderOf(b), orderOf(a)) > 0 ? b : a,
        );
        if (compareOrder(orderOf(newest), order) > 0) return { kind: "superseded", url: newest.html_url };
        if (isSame(first.body, text)) {
          await removeOthers(others);
          return { kind: "unchanged", url: first.html_url };
        }
        const updated = await update(first.id, text);
        // GitHub has been seen to answer 200 and keep the old text.
        if (!isSame(updated.body, text))
          return { kind: "refused", why: "GitHub kept the old text of the comment" };
        await removeOthers(others);
        return { kind: "updated", url: updated.html_url };
      } catch (error) {
        return { kind: "refused", why: failureOf(error).why };
      }
    },
  };
}

function orderOf({ body }: Comment): Order {
  return placeOf(body)?.order ?? { runId: 0, attempt: 0 };
}

function isSame(a: string, b: string): boolean {
  return a.replaceAll("\r\n", "\n").trimEnd() === b.replaceAll("\r\n", "\n").trimEnd();
}
