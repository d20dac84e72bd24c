import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { GitHubBox } from "@mlops-actions/testkit";
import { OWNER } from "../hosting.ts";

/** `mlops-actions serve`, as it is shipped. Disposing of it asks it to end: it answers what it has, and finishes its log. */
export interface Server extends AsyncDisposable {
  /** Where it answers for its model. */
  url: string;
}

/**
 * @param version what it serves: `census-model@production`
 * @throws Error where it ends before it answers
 */
export async function startServer(of: {
  root: string;
  box: GitHubBox;
  version: string;
  /** Of its admin socket. */
  socket: string;
  /** Folder of its prediction log. */
  log: string;
}): Promise<Server> {
  const { root, box, version, socket, log } = of;
  await mkdir(log, { recursive: true });
  const places = ["--port", "0", "--admin", socket, "--log", log];
  const child = spawn(
    process.execPath,
    [
      ...[join(root, "dist/cli.js"), "serve", version, ...places],
      ...["--processes", "1", "--grace", "0", "--repo", `${box.owner}/${box.repo}`],
    ],
    {
      cwd: log,
      env: { PATH: process.env.PATH, GITHUB_API_URL: box.apiUrl, GITHUB_TOKEN: OWNER, MLOPS_NATIVES: root },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const ended = once(child, "exit");
  const url = await Promise.race([
    answering(createInterface({ input: child.stdout })),
    ended.then(([status]) => {
      throw new Error(`the server ended with ${status}: ${errors}`);
    }),
  ]);
  return {
    url,
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

async function answering(lines: AsyncIterable<string>): Promise<string> {
  for await (const line of lines) {
    const [, url] = / answers at (http:\S+)$/.exec(line) ?? [];
    if (url !== undefined) return url;
  }
  throw new Error("the server says nothing more");
}
