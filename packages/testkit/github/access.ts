import type { Context } from "hono";
import type { App, AppEnv, Box } from "./box.ts";
import { notFound, Refusal } from "./refusal.ts";
import type { Token } from "./token.ts";

type Ask = Context<AppEnv>;

/** The token of an `Authorization` header: bearer and token for the API, basic for Git. */
export function presented(header: string | undefined): string | undefined {
  const [scheme = "", value = ""] = (header ?? "").split(/\s+/, 2);
  if (/^(bearer|token)$/i.test(scheme)) return value;
  if (/^basic$/i.test(scheme)) return Buffer.from(value, "base64").toString().split(":")[1];
  return undefined;
}

/** Finds out who asks. A token that GitHub does not know is refused even where nobody need present one. */
export function identify(app: App, box: Box): void {
  app.use("*", async (c, next) => {
    const text = presented(c.req.header("authorization"));
    const services = /^\/(twirp|_blob|__box)\//.test(c.req.path);
    if (text !== undefined && !services) {
      const who = box.settings.tokens[text];
      if (who === undefined) throw new Refusal(401, "Bad credentials");
      c.set("who", who);
    }
    await next();
  });
}

/** Reading: free in a public repository. Any one of the permissions is enough. */
export function mayRead(c: Ask, box: Box, ...anyOf: string[]): void {
  if (!box.settings.private) return;
  const who = c.get("who");
  if (who === undefined) throw notFound();
  if (!anyOf.some((name) => who.permissions[name] !== undefined)) throw missing(anyOf, "read");
}

/** Writing: by whoever has any one of these permissions. @returns who writes */
export function mayWrite(c: Ask, ...anyOf: string[]): Token {
  const who = c.get("who");
  if (who === undefined) throw new Refusal(401, "Requires authentication");
  if (!anyOf.some((name) => who.permissions[name] === "write")) throw missing(anyOf, "write");
  return who;
}

function missing(anyOf: readonly string[], level: string): Refusal {
  const accepted = anyOf.map((name) => `${name}=${level}`).join("; ");
  return new Refusal(403, "Resource not accessible by integration", {
    headers: { "x-accepted-github-permissions": accepted },
  });
}
