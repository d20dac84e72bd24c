import { spawn } from "node:child_process";
import { once } from "node:events";
import { Readable } from "node:stream";
import { mayRead } from "./access.ts";
import type { App, Box } from "./box.ts";
import { gitEnvironment } from "./git.ts";
import { notFound, Refusal } from "./refusal.ts";

/** Git's own server program behind HTTP: clone, fetch and push meet the very repository that the API shows. */
export function smartHttp(app: App, box: Box): void {
  app.all("/:owner/:name/:rest{.+}", async (c) => {
    const { owner, repo } = box.settings;
    const asked = c.req.param("owner");
    const name = c.req.param("name").replace(/\.git$/, "");
    if (name !== repo || (asked !== owner && !box.settings.forks.includes(asked))) throw notFound();
    const rest = c.req.param("rest");
    const isPush = rest === "git-receive-pack" || c.req.query("service") === "git-receive-pack";
    const who = c.get("who");
    // Git sends its credentials only when it is asked for them.
    if (who === undefined && (isPush || box.settings.private))
      throw new Refusal(401, "Requires authentication", {
        headers: { "www-authenticate": 'Basic realm="GitHub"' },
      });
    mayRead(c, box, "contents");
    if (isPush && who?.permissions.contents !== "write")
      throw new Refusal(403, `Permission to ${asked}/${repo}.git denied to ${who?.login}.`);

    const query = new URL(c.req.url).search.slice(1);
    const header = (from: string) => c.req.header(from) ?? "";
    const namespace = asked === owner ? {} : { GIT_NAMESPACE: asked };
    const child = spawn("git", ["http-backend"], {
      stdio: ["pipe", "pipe", "ignore"],
      env: {
        ...gitEnvironment(process.env),
        ...namespace,
        // Without its namespace the repository does not show what forks have.
        GIT_CONFIG_COUNT: asked === owner ? "1" : "0",
        GIT_CONFIG_KEY_0: "transfer.hideRefs",
        GIT_CONFIG_VALUE_0: "refs/namespaces",
        GIT_PROJECT_ROOT: box.git.dir,
        GIT_HTTP_EXPORT_ALL: "1",
        GIT_PROTOCOL: header("git-protocol"),
        PATH_INFO: `/${rest}`,
        QUERY_STRING: query,
        REQUEST_METHOD: c.req.method,
        CONTENT_TYPE: header("content-type"),
        HTTP_CONTENT_ENCODING: header("content-encoding"),
        REMOTE_USER: who?.login ?? "",
        REMOTE_ADDR: "127.0.0.1",
        BOX_WORKFLOW_TOKEN: who?.workflow === true ? "1" : "",
      },
    });
    child.stdin.on("error", () => {});
    if (c.req.raw.body === null) child.stdin.end();
    else Readable.fromWeb(c.req.raw.body as never).pipe(child.stdin);
    return answer(child.stdout);
  });
}

// A CGI program writes headers, an empty line, the body.
async function answer(stdout: Readable): Promise<Response> {
  let head = Buffer.alloc(0);
  let end = -1;
  const more = async () => {
    const part = stdout.read() as Buffer | null;
    if (part === null) await Promise.race([once(stdout, "readable"), once(stdout, "end")]);
    else head = Buffer.concat([head, part]);
  };
  while (end < 0 && !stdout.readableEnded) {
    await more();
    end = head.indexOf("\r\n\r\n");
  }
  if (end < 0) throw new Refusal(500, "git http-backend ended without an answer");
  const lines = head.subarray(0, end).toString().split("\r\n");
  const fields = lines.map(
    (line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()] as const,
  );
  const status = Number(fields.find(([name]) => name === "Status")?.[1].slice(0, 3) ?? 200);
  stdout.unshift(head.subarray(end + 4));
  const headers = new Headers(fields.filter(([name]) => name !== "Status") as [string, string][]);
  return new Response(Readable.toWeb(stdout) as ReadableStream, { status, headers });
}
