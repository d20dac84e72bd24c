import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Traffic } from "@mlops-actions/core";
import { openTraffic, section } from "@mlops-actions/rollout";
import { temporaryFolder } from "@mlops-actions/testkit";
import { expect, test } from "vitest";
import { found } from "./tool.ts";

const RECIPES = resolve(import.meta.dirname, "../../actions/deploy-canary/recipes");
const nginx = found("nginx");

function open(recipe: string, environment: Record<string, string | undefined>) {
  const { production } = section.parse({
    production: {
      traffic: { kind: "command", set: `${join(RECIPES, recipe)} set`, get: `${join(RECIPES, recipe)} get` },
    },
  });
  const reach = { model: "census", root: "/", environment, fetch, now: () => new Date() };
  const { traffic } = openTraffic(production as NonNullable<typeof production>, reach);
  if (traffic === undefined) throw new Error("no traffic");
  return traffic;
}
const wanted = (weight: number, version = "1.1.0") => ({
  stable: { slot: "stable", version: "1.0.0" },
  canary: { slot: "canary", version },
  weight,
});

test.skipIf(nginx === undefined)(
  nginx ? "nginx splits users as the recipe is told, and changes sides once" : "nginx is not installed",
  async () => {
    await using folder = await temporaryFolder("nginx");
    const [blue, green] = await Promise.all(["blue", "green"].map(answering));
    const front = await freePort();
    const [split, config] = [join(folder.path, "split.conf"), join(folder.path, "nginx.conf")];
    await mkdir(join(folder.path, "tmp"));
    await writeFile(
      config,
      `daemon off; master_process on; pid ${folder.path}/nginx.pid; error_log ${folder.path}/error.log;
events {}
http {
  access_log off;
  ${["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `${kind}_temp_path ${folder.path}/tmp;`).join(" ")}
  upstream blue { server 127.0.0.1:${portOf(blue)}; }
  upstream green { server 127.0.0.1:${portOf(green)}; }
  include ${split};
  server { listen 127.0.0.1:${front}; location / { proxy_pass http://$mlops_upstream; } }
}
`,
    );
    await writeFile(
      split,
      '# mlops 100 1.0.0\n# stable blue\nsplit_clients "$request_id" $mlops_upstream { * blue; }\n',
    );
    const command = `${nginx} -p ${folder.path} -e ${folder.path}/error.log -c ${config}`;
    const server = spawn("/bin/sh", ["-c", `exec ${command}`], { stdio: "ignore" });
    try {
      const url = `http://127.0.0.1:${front}`;
      await answers(url);
      const traffic = open("nginx.sh", { ...process.env, MLOPS_SPLIT: split, MLOPS_NGINX: command });
      const empty = open("nginx.sh", { ...process.env, MLOPS_SPLIT: join(folder.path, "nothing") });
      expect(await empty.get()).toEqual([]);
      expect(await traffic.get()).toEqual([{ slot: "stable", version: "1.0.0", weight: 1 }]);
      await traffic.set(wanted(0.25));
      expect(await traffic.get()).toEqual([
        { slot: "stable", version: null, weight: 0.75 },
        { slot: "canary", version: "1.1.0", weight: 0.25 },
      ]);
      await reloaded(async () => (await share(url, 400)) > 0.1);
      expect(await share(url, 400)).toBeLessThan(0.4);
      // Whoever comes back stays.
      const seen = await Promise.all(Array.from({ length: 10 }, () => who(url, "ada")));
      expect(new Set(seen).size).toBe(1);
      await traffic.set(wanted(1));
      await traffic.set(wanted(1));
      await reloaded(async () => (await share(url, 50)) === 1);
      expect(await traffic.get()).toEqual([{ slot: "stable", version: "1.1.0", weight: 1 }]);
      await traffic.set(wanted(0.5, "1.2.0"));
      await reloaded(async () => (await share(url, 50)) < 0.9);
      await traffic.set(wanted(0, "1.2.0"));
      await reloaded(async () => (await share(url, 50)) === 1);
    } finally {
      await ended(server);
      for (const one of [blue, green]) one?.close();
    }
  },
  60_000,
);

test("KServe is patched to a share of the new revision, and asked for what it has", async () => {
  await using folder = await temporaryFolder("kserve");
  const log = join(folder.path, "log");
  // A stand-in that keeps what it is told, as the cluster would.
  await writeFile(
    join(folder.path, "kubectl"),
    `#!/bin/sh
echo "$*" >> ${log}
case "$1" in
  annotate) echo "$4" | sed 's/.*=//' > ${folder.path}/version ;;
  patch) echo "$6" | sed 's/.*canaryTrafficPercent":\\([0-9.]*\\).*/\\1/' > ${folder.path}/percent ;;
  get) printf '%s %s' "$(cat ${folder.path}/percent)" "$(cat ${folder.path}/version)" ;;
esac
`,
  );
  await chmod(join(folder.path, "kubectl"), 0o755);
  const traffic = open("kserve.sh", { PATH: `${folder.path}:${process.env.PATH}` });
  await traffic.set(wanted(0.05));
  expect(await traffic.get()).toEqual([
    { slot: "stable", version: null, weight: 0.95 },
    { slot: "canary", version: "1.1.0", weight: 0.05 },
  ]);
  await traffic.set(wanted(1));
  expect(await traffic.get()).toEqual([{ slot: "stable", version: "1.1.0", weight: 1 }]);
  const said = await readFile(log, "utf8");
  expect(said).toContain("annotate --overwrite inferenceservice/census mlops/version=1.1.0");
  expect(said).toContain(
    'patch inferenceservice/census --type merge --patch {"spec":{"predictor":{"canaryTrafficPercent":5,"model":{"storageUri":"s3://models/census/1.1.0"}}}}',
  );
});

test("a command that fails, or prints something else, changes nothing and is quoted", async () => {
  const of = (set: string, get: string) => {
    const { production } = section.parse({
      production: { traffic: { kind: "command", set, get, time: "1 s" } },
    });
    const reach = { model: "census", root: "/", environment: process.env, fetch, now: () => new Date() };
    return openTraffic(production as NonNullable<typeof production>, reach).traffic as Traffic;
  };
  await expect(of("exit 3", "echo no").set(wanted(0.5))).rejects.toMatchObject({ code: "command-failed" });
  await expect(of("true", "echo '$(reboot) 1'").get()).rejects.toMatchObject({ code: "command-answer" });
  await expect(of("true", "echo 101 1.0.0").get()).rejects.toMatchObject({ code: "command-answer" });
  await expect(of("true", "sleep 30").get()).rejects.toMatchObject({ code: "command-timeout" });
});

async function who(url: string, user?: string): Promise<string> {
  const answer = await fetch(url, { headers: user === undefined ? {} : { "x-user": user } });
  return answer.text();
}

/** The part of the requests that green has answered. */
async function share(url: string, count: number): Promise<number> {
  const said: string[] = [];
  for (let i = 0; i < count; i++) said.push(await who(url).catch(() => "lost"));
  return said.filter((name) => name === "green").length / count;
}

// A reload takes a moment: old workers finish what they have.
async function reloaded(isSo: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 40; i++) {
    if (await isSo()) return;
    await sleep(50);
  }
  throw new Error("nginx did not follow");
}

async function answers(url: string): Promise<void> {
  for (let i = 0; i < 100; i++) {
    if (
      await fetch(url).then(
        () => true,
        () => false,
      )
    )
      return;
    await sleep(50);
  }
  throw new Error("nginx did not start");
}

async function answering(name: string): Promise<Server> {
  const server = createServer((_request, response) => response.end(name));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

function portOf(server: Server | undefined): number {
  if (server === undefined) throw new Error("no server");
  return (server.address() as AddressInfo).port;
}

async function freePort(): Promise<number> {
  const server = await answering("");
  const port = portOf(server);
  server.close();
  await once(server, "close");
  return port;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  await once(child, "exit");
}
