import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { TrafficMetrics } from "@mlops-actions/core";
import { openTraffic, section } from "@mlops-actions/rollout";
import { temporaryFolder } from "@mlops-actions/testkit";
import { expect, test } from "vitest";
import { found } from "./tool.ts";

const prometheus = found("prometheus");
const SLOTS = [
  { slot: "stable", version: "1.0.0", weight: 0.75 },
  { slot: "canary", version: "1.1.0", weight: 0.25 },
];

function open(metrics: object, now = () => new Date()): TrafficMetrics {
  const traffic = { kind: "command", set: "true", get: "echo 0 1.1.0" };
  const { production } = section.parse({ production: { traffic, metrics } });
  const reach = { model: "census", root: "/", environment: process.env, fetch, now };
  const { trafficMetrics } = openTraffic(production as NonNullable<typeof production>, reach);
  if (trafficMetrics === undefined) throw new Error("no metrics");
  return trafficMetrics;
}

/** What `mlops-actions serve` shows, in its own names. */
const EXPOSITION = `# HELP mlops_requests_total Inference requests
# TYPE mlops_requests_total counter
mlops_requests_total{slot="stable",version="1.0.0",outcome="ok",model="census"} 900
mlops_requests_total{slot="stable",version="1.0.0",outcome="model",model="census"} 9
mlops_requests_total{slot="stable",version="1.0.0",outcome="client",model="census"} 50
mlops_requests_total{slot="canary",version="1.0.0",outcome="ok",model="census"} 100
mlops_requests_total{slot="canary",version="1.1.0",outcome="ok",model="census"} 300
mlops_requests_total{slot="canary",version="1.1.0",outcome="timeout",model="census"} 6
mlops_requests_total{slot="canary",version="1.1.0",outcome="ok",model="other"} 7
mlops_request_seconds_bucket{slot="canary",version="1.1.0",model="census",le="0.1"} 290
mlops_request_seconds_bucket{slot="canary",version="1.1.0",model="census",le="+Inf"} 300
mlops_request_seconds_sum{slot="canary",version="1.1.0",model="census"} 12.5
mlops_request_seconds_count{slot="canary",version="1.1.0",model="census"} 300
`;

test("the reference server's metrics are counted by version, a caller's mistakes by nobody", async () => {
  await using page = await serving(() => EXPOSITION);
  const counted = await open({ kind: "endpoint", url: page.url }).read(SLOTS);
  expect(counted.get("stable")).toEqual({ requests: 1009, errors: 9 });
  expect(counted.get("canary")).toEqual({
    requests: 306,
    errors: 6,
    latency: {
      sum: 12.5,
      buckets: [
        { upTo: 0.1, count: 290 },
        { upTo: Number.POSITIVE_INFINITY, count: 300 },
      ],
    },
  });
  await using other = await serving(() => "up 1\n");
  await expect(open({ kind: "endpoint", url: other.url }).read(SLOTS)).rejects.toMatchObject({
    code: "not-our-metrics",
  });
});

test("a command's counters are taken by version, else by place; what it cannot mean is refused", async () => {
  const said = {
    since: "2026-01-01T00:00:00Z",
    slots: { "1.0.0": { requests: 10, errors: 1 }, canary: { requests: 2, errors: 0 } },
  };
  const metrics = open(
    { kind: "command", run: `echo '${JSON.stringify(said)}'` },
    () => new Date("2026-01-01T01:00:00Z"),
  );
  expect(await metrics.read(SLOTS)).toEqual(
    new Map([
      ["stable", { requests: 10, errors: 1 }],
      ["canary", { requests: 2, errors: 0 }],
    ]),
  );
  expect((await metrics.recent?.(SLOTS))?.seconds).toBe(3600);
  for (const wrong of [
    "{}",
    "12",
    '{"slots":{"canary":{"requests":-1,"errors":0}}}',
    '{"slots":{"canary":{"requests":1.5,"errors":0}}}',
  ])
    await expect(open({ kind: "command", run: `echo '${wrong}'` }).read(SLOTS)).rejects.toMatchObject({
      code: "command-answer",
    });
});

test.skipIf(prometheus === undefined)(
  prometheus
    ? "a Prometheus is asked for sums of counters, and for the hour before"
    : "Prometheus is not installed",
  async () => {
    let requests = 100;
    await using page = await serving(
      () => `http_total{v="1.0.0",pod="a",code="200"} ${requests}
http_total{v="1.0.0",pod="b",code="200"} 11
http_total{v="1.0.0",pod="a",code="500"} 3
seconds_bucket{v="1.0.0",pod="a",le="0.1"} 90
seconds_bucket{v="1.0.0",pod="b",le="0.1"} 10
seconds_bucket{v="1.0.0",pod="a",le="+Inf"} 120
`,
    );
    await using folder = await temporaryFolder("prometheus");
    const port = await freePort();
    await writeFile(
      join(folder.path, "prometheus.yml"),
      `global: { scrape_interval: 1s }
scrape_configs:
  - job_name: census
    metrics_path: /
    static_configs: [{ targets: ["${new URL(page.url).host}"] }]
`,
    );
    const child = spawn(
      prometheus ?? "",
      [
        `--config.file=${folder.path}/prometheus.yml`,
        `--storage.tsdb.path=${folder.path}/data`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      { stdio: "ignore" },
    );
    try {
      const metrics = open({
        kind: "prometheus",
        url: `http://127.0.0.1:${port}`,
        requests: 'sum(http_total{v="{version}"})',
        errors: 'sum(http_total{v="{version}",code=~"5.."})',
        latency: 'sum by (le) (seconds_bucket{v="{version}"})',
      });
      expect(metrics.lag).toBe(30);
      const read = async () => (await metrics.read(SLOTS)).get("stable");
      expect(await eventually(read, (found) => found !== undefined)).toEqual({
        requests: 114,
        errors: 3,
        latency: {
          sum: 0,
          buckets: [
            { upTo: 0.1, count: 100 },
            { upTo: Number.POSITIVE_INFINITY, count: 120 },
          ],
        },
      });
      // What never had a request is not there, which is not the same as none of them bad.
      expect((await metrics.read(SLOTS)).has("canary")).toBe(false);
      expect(await metrics.recent?.(SLOTS)).toBeUndefined();
      requests = 150;
      expect(await eventually(read, (found) => found?.requests === 164)).toMatchObject({ requests: 164 });
      const broken = open({
        kind: "prometheus",
        url: `http://127.0.0.1:${port}`,
        requests: "sum(",
        errors: "x",
      });
      await expect(broken.read(SLOTS)).rejects.toMatchObject({ code: "prometheus" });
    } finally {
      child.kill("SIGKILL");
      if (child.exitCode === null) await once(child, "exit");
    }
  },
  60_000,
);

async function eventually<T>(read: () => Promise<T>, isRight: (found: T) => boolean): Promise<T | undefined> {
  let last: T | undefined;
  for (let i = 0; i < 100; i++) {
    last = await read().catch(() => undefined);
    if (last !== undefined && isRight(last)) return last;
    await sleep(100);
  }
  return last;
}

async function serving(text: () => string): Promise<AsyncDisposable & { url: string }> {
  const server = await listening(text);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function listening(text: () => string): Promise<Server> {
  const server = createServer((_request, response) => response.end(text()));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

async function freePort(): Promise<number> {
  const server = await listening(() => "");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
