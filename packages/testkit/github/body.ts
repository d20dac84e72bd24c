import type { Context } from "hono";
import { Refusal } from "./refusal.ts";

export type Body = Record<string, unknown>;

/** A request's JSON object. */
export async function bodyOf(c: Pick<Context, "req">): Promise<Body> {
  const text = await c.req.text();
  if (text.trim() === "") return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Refusal(400, "Problems parsing JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Refusal(400, "Body should be a JSON object");
  return value as Body;
}

/** A field that must be a text. */
export function text(body: Body, field: string): string {
  const value = body[field];
  if (typeof value === "string") return value;
  throw invalid(
    value === undefined
      ? `"${field}" wasn't supplied.`
      : `For 'properties/${field}', ${JSON.stringify(value)} is not a string.`,
  );
}

export function optionalText(body: Body, field: string): string | undefined {
  return body[field] === undefined || body[field] === null ? undefined : text(body, field);
}

/** GitHub's answer to a request that does not fit its schema. */
export function invalid(why: string): Refusal {
  return new Refusal(422, `Invalid request.\n\n${why}`);
}
