import { rm } from "node:fs/promises";
import { join } from "node:path";
import { type GitHubBox, temporaryFolder } from "@mlops-actions/testkit";
import { MODEL } from "../release/example.ts";
import { askAll, type Calls, calling } from "./callers.ts";
import { type Crowd, crowdOf, type Person } from "./people.ts";
import { type Server, startServer } from "./server.ts";

/** The machine that serves, and the people who ask it. */
export interface Serving extends AsyncDisposable {
  /** Path of the server's admin socket. */
  socket: string;
  /** Folder of its prediction log. */
  log: string;
  /** Has the server run, and people ask it from now on, where it is said who. */
  open(): Promise<void>;
  /** @returns what was done, and what became of the requests meanwhile */
  asked<T>(crowd: Crowd, work: () => Promise<T>): Promise<{ done: T; calls: Calls }>;
  /** The log of another week, in which so many asked; older ones are deleted. */
  week(crowd: Crowd, count: number): Promise<void>;
}

/** @param of.box where the server finds its versions */
export async function openServing(of: {
  root: string;
  box: GitHubBox;
  people: readonly Person[];
}): Promise<Serving> {
  const { root, box, people } = of;
  const folder = await temporaryFolder("serving");
  const [socket, log] = [join(folder.path, "admin.sock"), join(folder.path, "log")];
  let server: Server | undefined;
  let isFirst = true;
  let crowd: Crowd | undefined;
  let callers: ReturnType<typeof calling> | undefined;
  const running = async () => {
    const version = `${MODEL}@${isFirst ? "latest" : "production"}`;
    server ??= await startServer({ root, box, version, socket, log });
    isFirst = false;
    return server;
  };
  const end = async () => {
    await server?.[Symbol.asyncDispose]();
    server = undefined;
  };
  return {
    socket,
    log,
    async open() {
      const { url } = await running();
      if (crowd !== undefined) callers ??= calling(url, crowdOf(people, crowd));
    },
    async asked(who, work) {
      crowd = who;
      let calls: Calls = { answered: {}, failed: 0 };
      const done = await work().finally(async () => {
        calls = (await callers?.stop()) ?? calls;
        crowd = callers = undefined;
      });
      return { done, calls };
    },
    async week(who, count) {
      // A log is whole once its server has ended.
      await end();
      await rm(log, { recursive: true, force: true });
      const { url } = await running();
      await askAll(url, crowdOf(people, who), count);
      await end();
    },
    async [Symbol.asyncDispose]() {
      await end();
      await folder[Symbol.asyncDispose]();
    },
  };
}
