import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { access, readFile, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect, createServer as createRelay } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openTraffic, type RollingOut, section } from "@mlops-actions/rollout";
import { type Folder, temporaryFolder } from "@mlops-actions/testkit";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { PLAN } from "./simulated.ts";
import { found } from "./tool.ts";
import { invoke, newWorld, portsOf } from "./world.ts";

const haproxy = found("haproxy");
const reach = { model: "census", root: "/", environment: process.env, fetch, now: () => new Date() };

describe.skipIf(haproxy === undefined)(haproxy ? "HAProxy" : "HAProxy is not installed", () => {
  let folder: Folder;
  let proxy: ChildProcess;
  let servers: Server[];
  let url: string;
  let status = 200;
  const asked: string[] = [];

  beforeAll(async () => {
    folder = await temporaryFolder("haproxy");
    servers = await Promise.all(
      ["blue", "green"].map((name) =>
        listening((path) => {
          asked.push(name);
          return path === "/mine" ? 404 : name === "green" ? status : 200;
        }),
      ),
    );
    const front = await freePort();
    url = `http://127.0.0.1:${front}`;
    const ports = servers.map((server) => (server.address() as AddressInfo).port);
    await writeFile(
      join(folder.path, "haproxy.cfg"),
      `global
  stats socket ${join(folder.path, "admin.sock")} mode 600 level admin
defaults
  mode http
  timeout connect 2s
  timeout client 5s
  timeout server 5s
  retries 0
frontend in
  bind 127.0.0.1:${front}
  default_backend census
backend census
  balance roundrobin
  server blue 127.0.0.1:${ports[0]} weight 100
  server green 127.0.0.1:${ports[1]} weight 0
`,
    );
    proxy = spawn(haproxy ?? "", ["-f", join(folder.path, "haproxy.cfg"), "-db"], { stdio: "ignore" });
    for (let i = 0; i < 100; i++) {
      const isThere = await access(join(folder.path, "admin.sock")).then(
        () => true,
        () => false,
      );
      if (isThere) break;
      await sleep(50);
    }
  });
  afterAll(async () => {
    if (proxy?.exitCode === null) {
      proxy.kill("SIGKILL");
      await once(proxy, "exit");
    }
    for (const server of servers ?? []) server.close();
    await folder?.[Symbol.asyncDispose]();
  });

  const open = (more: object = {}) => {
    const { production } = section.parse({
      production: {
        traffic: {
          kind: "haproxy",
          socket: join(folder.path, "admin.sock"),
          backend: "census",
          servers: ["blue", "green"],
          ...more,
        },
      },
    });
    const { traffic, trafficMetrics } = openTraffic(production as NonNullable<typeof production>, reach);
    if (traffic === undefined || trafficMetrics === undefined) throw new Error("no traffic");
    return { traffic, metrics: trafficMetrics };
  };
  const send = async (count: number, path = "/") => {
    for (let i = 0; i < count; i++)
      await fetch(url + path, { headers: { connection: "close" } }).then((answer) => answer.arrayBuffer());
  };
  const wanted = (weight: number) => ({
    stable: { slot: "blue", version: null },
    canary: { slot: "green", version: "1.1.0" },
    weight,
  });
  const shares = (weight: number) => [
    { slot: "blue", version: null, weight: 1 - weight },
    { slot: "green", version: null, weight },
  ];

  beforeEach(() => open().traffic.set(wanted(0)));

  test("sets weights without a reload, as often as one likes, and counts what was answered", async () => {
    const { traffic, metrics } = open();
    expect(await traffic.get()).toEqual(shares(0));
    for (const weight of [0.05, 0.25, 0.25, 0.5]) {
      await traffic.set(wanted(weight));
      expect(await traffic.get()).toEqual(shares(weight));
    }
    const slots = await traffic.get();
    const before = await metrics.read(slots);
    asked.length = 0;
    status = 500;
    await send(40);
    await send(4, "/mine");
    status = 200;
    expect(asked.filter((name) => name === "green")).toHaveLength(22);
    const after = await metrics.read(slots);
    const grown = (slot: string, of: "requests" | "errors") =>
      (after.get(slot)?.[of] ?? 0) - (before.get(slot)?.[of] ?? 0);
    expect([grown("blue", "requests"), grown("blue", "errors")]).toEqual([20, 0]);
    expect([grown("green", "requests"), grown("green", "errors")]).toEqual([20, 20]);
    await traffic.set(wanted(0));
    asked.length = 0;
    await send(10);
    expect(new Set(asked)).toEqual(new Set(["blue"]));
  });

  test("a server that nobody reaches has errors, not silence", async () => {
    const { traffic, metrics } = open();
    await traffic.set(wanted(0.5));
    const slots = await traffic.get();
    const before = (await metrics.read(slots)).get("green");
    servers[1]?.close();
    servers[1]?.closeAllConnections();
    await send(10);
    const after = (await metrics.read(slots)).get("green");
    expect((after?.errors ?? 0) - (before?.errors ?? 0)).toBe(5);
    expect((after?.requests ?? 0) - (before?.requests ?? 0)).toBe(5);
  });

  test("brings the version to the idle server once, before it gets a request", async () => {
    const log = join(folder.path, "prepared");
    const { traffic } = open({ prepare: `echo "$MLOPS_SERVER $MLOPS_VERSION" >> ${log}` });
    await traffic.set(wanted(0.05));
    await traffic.set(wanted(0.25));
    expect(await readFile(log, "utf8")).toBe("green 1.1.0\n");
  });

  test("a rollback brings its version to the server that has requests without a reason, once it has none", async () => {
    const log = join(folder.path, "back.log");
    const prepare = `echo "$MLOPS_SERVER $MLOPS_VERSION" >> ${log}`;
    const { traffic } = open({ prepare });
    const plan = {
      ...PLAN,
      traffic: { kind: "haproxy", socket: "/x", backend: "census", servers: ["blue", "green"], prepare },
    };
    const world = newWorld("1.2.0");
    world.assigned.push("1.1.0");
    const back = (version: string) =>
      invoke(world, plan, { mode: "rollback", version }, { ...portsOf(world), traffic });
    await back("1.2.0");
    expect(await traffic.get()).toEqual(shares(1));
    await traffic.set({
      stable: { slot: "green", version: null },
      canary: { slot: "blue", version: "1.3.0" },
      weight: 0.05,
    });
    await back("1.1.0");
    expect(await traffic.get()).toEqual(shares(0));
    expect(await readFile(log, "utf8")).toBe("green 1.2.0\nblue 1.3.0\nblue 1.1.0\n");
    expect(world.assigned).toEqual(["1.2.0", "1.1.0", "1.2.0", "1.1.0"]);
  });

  test("whoever is killed between two things that are said to it has set the split, or not", async () => {
    for (const [before, after] of [
      [0.5, 0],
      [0.05, 0.25],
      [1, 0],
    ] as const)
      for (let said = 0, isDone = false; !isDone; said++) {
        await open().traffic.set(wanted(before));
        await using cut = await relay(join(folder.path, "admin.sock"), join(folder.path, "cut.sock"), said);
        isDone = await open({ socket: cut.path })
          .traffic.set(wanted(after))
          .then(
            () => true,
            () => false,
          );
        expect([shares(before), shares(after)]).toContainEqual(await open().traffic.get());
        expect(said).toBeLessThan(20);
      }
  });

  test("the first command of a take-back is the whole of it, where stable answers too", async () => {
    for (const before of [0.05, 0.5]) {
      await open().traffic.set(wanted(before));
      const socket = join(folder.path, "cut.sock");
      await using _cut = await relay(join(folder.path, "admin.sock"), socket, 20, (said) =>
        said.replace(/;.*/, ""),
      );
      await open({ socket }).traffic.set(wanted(0));
      expect(await open().traffic.get()).toEqual(shares(0));
    }
  });

  test("a take-back at the deadline that was killed anywhere is finished by the next tick", async () => {
    const servers = {
      socket: join(folder.path, "admin.sock"),
      backend: "census",
      servers: ["blue", "green"],
    };
    const plan = { ...PLAN, traffic: { kind: "haproxy", ...servers }, steps: [0.5, 1], deadline: "6 h" };
    for (let said = 0, isDone = false; !isDone; said++) {
      const world = newWorld("1.0.0");
      world.slots = [
        { slot: "blue", version: "1.0.0", weight: 1 },
        { slot: "green", version: "1.1.0", weight: 0 },
      ];
      const tick = async (socket: string, told: Partial<RollingOut> = {}) => {
        const ports = { ...portsOf(world), traffic: open({ socket }).traffic };
        return (await invoke(world, plan, told, ports)).predicate.outcome;
      };
      await open().traffic.set(wanted(0));
      await tick(servers.socket, { mode: "start", version: "1.1.0" });
      expect(await open().traffic.get()).toEqual(shares(0.5));
      world.time += 7 * 3_600_000;
      await using cut = await relay(servers.socket, join(folder.path, "cut.sock"), said);
      isDone = (await tick(cut.path)).kind === "measured";
      if (!isDone)
        expect(await tick(servers.socket)).toMatchObject({
          details: { state: expect.stringMatching("ended|none") },
        });
      expect(await open().traffic.get()).toEqual(shares(0));
      expect(await tick(servers.socket)).toMatchObject({ details: { state: "none" } });
      expect(said).toBeLessThan(30);
    }
  });

  test("says what is missing: a server, a socket", async () => {
    await expect(open({ servers: ["blue", "red"] }).traffic.get()).rejects.toMatchObject({
      code: "no-such-server",
    });
    await expect(open({ socket: "/nowhere.sock" }).traffic.get()).rejects.toMatchObject({
      code: "haproxy-unreachable",
    });
  });
});

async function listening(answer: (path: string) => number): Promise<Server> {
  const server = createServer((request, response) => {
    response.writeHead(answer(request.url ?? "/")).end("x");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

/** A socket that passes on so many connections and no more, as if whoever speaks had been killed then. */
async function relay(
  socket: string,
  path: string,
  connections: number,
  passedOn = (said: string): string => said,
) {
  let left = connections;
  const server = createRelay({ allowHalfOpen: true }, (from) => {
    if (left-- <= 0) return from.destroy();
    const to = connect({ path: socket, allowHalfOpen: true });
    from.on("data", (said) => to.write(passedOn(said.toString()))).once("end", () => to.end());
    to.pipe(from);
    return to.once("error", () => from.destroy());
  });
  server.listen(path);
  await once(server, "listening");
  return {
    path,
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, "close");
    },
  };
}

async function freePort(): Promise<number> {
  const server = await listening(() => 200);
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
