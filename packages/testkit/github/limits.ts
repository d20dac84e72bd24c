import { presented } from "./access.ts";
import type { App } from "./box.ts";

const PER_HOUR = 5_000;

/** GitHub's account of requests per token and hour. Counted and told, never enforced: a fault plays an exhausted limit. */
export function limits(app: App): void {
  const used = new Map<string, number>();
  const reset = Math.floor(Date.now() / 1000) + 3_600;

  app.use("/repos/*", async (c, next) => {
    const token = presented(c.req.header("authorization")) ?? "";
    const count = (used.get(token) ?? 0) + 1;
    used.set(token, count);
    await next();
    c.header("x-ratelimit-limit", String(PER_HOUR));
    c.header("x-ratelimit-remaining", String(Math.max(0, PER_HOUR - count)));
    c.header("x-ratelimit-used", String(count));
    c.header("x-ratelimit-reset", String(reset));
    c.header("x-ratelimit-resource", "core");
    c.header("x-github-request-id", `BOX:${count}`);
  });
}
