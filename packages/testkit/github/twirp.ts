import type { Context } from "hono";
import { presented } from "./access.ts";
import { type Body, bodyOf } from "./body.ts";
import type { App } from "./box.ts";

/** A refusal in Twirp's form. */
export class TwirpError extends Error {
  readonly status: 400 | 401 | 404 | 409;
  readonly code: string;

  constructor(status: 400 | 401 | 404 | 409, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export type Method = (request: Body, c: Context) => Body | Promise<Body>;

/** Methods of one service under its address. */
export function twirp(app: App, service: string, methods: Readonly<Record<string, Method>>): void {
  for (const [name, method] of Object.entries(methods))
    app.post(`/twirp/github.actions.results.api.v1.${service}/${name}`, async (c) => {
      try {
        if (presented(c.req.header("authorization")) === undefined)
          throw new TwirpError(401, "unauthenticated", "no token");
        return c.json(await method(await bodyOf(c), c));
      } catch (error) {
        if (!(error instanceof TwirpError)) throw error;
        return c.json({ code: error.code, msg: error.message }, error.status);
      }
    });
}

/** The run and job a runtime token is for: `scp` holds `Actions.Results:<run>:<job>`. */
export function scopeOf(authorization: string | undefined): { run: string; job: string } | undefined {
  try {
    const claims = JSON.parse(
      Buffer.from(presented(authorization)?.split(".")[1] ?? "", "base64url").toString(),
    );
    const scope = String(claims.scp)
      .split(" ")
      .find((part) => part.startsWith("Actions.Results:"));
    const [, run, job] = scope?.split(":") ?? [];
    return run === undefined || job === undefined ? undefined : { run, job };
  } catch {
    return undefined;
  }
}
