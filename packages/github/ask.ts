import { z } from "zod";
import { failureOf, UnexpectedAnswer } from "./failure.ts";
import type { Client } from "./octokit.ts";

type Parameters = Record<string, unknown>;
type Schema<T> = z.ZodType<T>;

// Seconds before the next try: a hiccup is over after one, an outage is not over after fifteen.
const PAUSES_MS = [1_000, 3_000, 8_000];

/** Sends one request once and checks the answer. @throws UnexpectedAnswer, or what Octokit throws */
export async function send<T>(
  octokit: Client,
  schema: Schema<T>,
  route: string,
  parameters: Parameters,
): Promise<T> {
  const { data } = await octokit.request(route, parameters);
  return checked(schema, route, data);
}

function checked<T>(schema: Schema<T>, route: string, data: unknown): T {
  const answer = schema.safeParse(data);
  if (answer.success) return answer.data;
  throw new UnexpectedAnswer(
    `GitHub's answer to ${route} is not as documented: ${z.prettifyError(answer.error)}`,
  );
}

/** Reads: repeated until there is a whole answer, since reading twice harms nobody. */
export async function ask<T>(
  octokit: Client,
  schema: Schema<T>,
  route: string,
  parameters: Parameters,
): Promise<T> {
  return patiently(octokit, () => send(octokit, schema, route, parameters));
}

/** All pages of a list, in the order of the server, each item once: items move between pages while they are read. */
export async function askAll<T extends { id: number }>(
  octokit: Client,
  schema: Schema<T>,
  route: string,
  parameters: Parameters,
  within?: string,
): Promise<T[]> {
  const found = new Map<number, T>();
  const list: z.ZodType<T[]> = z.array(schema);
  for (let page = 1; ; page++) {
    const items = await ask(
      octokit,
      within === undefined ? list : z.object({ [within]: list }).transform((answer) => answer[within] as T[]),
      route,
      { ...parameters, per_page: 100, page },
    );
    for (const item of items) found.set(item.id, item);
    if (items.length < 100) return [...found.values()];
  }
}

/** All pages of a list of which GitHub does not say that it has pages: another is asked for only where the answer names one. */
export async function askLinked<T>(
  octokit: Client,
  schema: Schema<T>,
  route: string,
  parameters: Parameters,
): Promise<T[]> {
  const found: T[] = [];
  for (let page = 1; ; page++) {
    const { items, isLast } = await patiently(octokit, async () => {
      const { data, headers } = await octokit.request(route, { ...parameters, per_page: 100, page });
      const isLast = !/;\s*rel="next"/.test(headers.link ?? "");
      return { items: checked(z.array(schema), route, data), isLast };
    });
    found.push(...items);
    if (isLast) return found;
  }
}

/** Runs a read, again after a pause where nobody can say what happened. */
export async function patiently<T>(octokit: Client, read: () => Promise<T>): Promise<T> {
  for (const pause of PAUSES_MS) {
    try {
      return await read();
    } catch (error) {
      if (failureOf(error).kind === "refused") throw error;
      await octokit.wait(pause);
    }
  }
  return read();
}
