import { account } from "./account.ts";
import type { App, Box } from "./box.ts";
import { Refusal } from "./refusal.ts";

/** `GET /user`: people only; a workflow's token has no account to show. */
export function user(app: App, box: Box): void {
  app.get("/user", (c) => {
    const who = c.get("who");
    if (who === undefined) throw new Refusal(401, "Requires authentication");
    if (who.app !== undefined) throw new Refusal(403, "Resource not accessible by integration");
    return c.json({
      ...account(box, who),
      name: who.login,
      company: null,
      blog: "",
      location: null,
      email: null,
      hireable: null,
      bio: null,
      twitter_username: null,
      public_repos: 1,
      public_gists: 0,
      followers: 0,
      following: 0,
      created_at: "2026-01-01T00:00:00Z",
      updated_at: "2026-01-01T00:00:00Z",
    });
  });
}
