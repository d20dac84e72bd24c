import { createAdaptorServer } from "@hono/node-server";
import { application } from "./application.ts";
import type { Box } from "./box.ts";
import { isoSeconds } from "./commit.ts";
import { gitIn } from "./git.ts";
import { GitObjects } from "./git-objects.ts";
import type { Settings } from "./settings.ts";

// GitHub in a box, as a process of its own: a `git push` that waits inside a test must not wait for the test's own event loop.
// Settings come as the first argument; the port goes out on standard output; closing standard input ends it.

const settings = JSON.parse(process.argv[2] ?? "") as Settings;
const git = gitIn(`${settings.dir}/repository.git`, process.env);
let id = 1_000;
let number = 0;
const box: Box = {
  settings,
  git,
  objects: new GitObjects(git.dir),
  url: "",
  serverUrl: "",
  pulls: new Map(),
  signed: new Set(),
  issues: new Map(),
  dispatches: [],
  comments: new Map(),
  checks: new Map(),
  releases: new Map(),
  runs: new Map(),
  deployments: new Map(),
  environments: new Map(),
  approvals: new Map(),
  artifacts: new Map(),
  caches: new Map(),
  nextId: () => ++id,
  nextNumber: () => ++number,
  now: () => isoSeconds(new Date()),
};
const handle = application(box);
const server = createAdaptorServer({ fetch: (request, bindings) => handle(request, bindings as never) });
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  box.url = `http://127.0.0.1:${address.port}`;
  box.serverUrl = `http://github.localhost:${address.port}`;
  process.stdout.write(`${JSON.stringify({ port: address.port })}\n`);
});
process.stdin.on("close", () => process.exit(0)).resume();
