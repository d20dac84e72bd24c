import { z } from "zod";
import { ask } from "./ask.ts";
import { failureOf } from "./failure.ts";
import type { Client } from "./octokit.ts";

/** Who writes with this token. By id where GitHub says it, else by login: logins can be given up and taken by others. */
export type Author = { id: number } | { login: string };

const user = z.object({ id: z.int(), login: z.string() });

const viewer = z.object({ viewer: z.object({ login: z.string().endsWith("[bot]") }) });

/**
 * Whose token this is. An app's token may not ask the REST API who it is, but GraphQL; where there is none it is taken for a workflow's
 * own, which always writes as `github-actions[bot]`.
 */
export async function authorOf(octokit: Client): Promise<Author> {
  try {
    return { id: (await ask(octokit, user, "GET /user", {})).id };
  } catch (error) {
    if (failureOf(error).kind === "indeterminate") throw error;
  }
  try {
    return viewer.parse(await octokit.graphql("{ viewer { login } }")).viewer;
  } catch {
    return { login: "github-actions[bot]" };
  }
}

export function isBy(
  author: Author,
  writer: { id: number; login: string; type?: string | undefined },
): boolean {
  // A person cannot have brackets in a login, so a bot's login is only ever a bot's.
  return "id" in author ? writer.id === author.id : writer.login === author.login && writer.type === "Bot";
}
