import { type Traffic, type TrafficMetrics, UserError } from "@mlops-actions/core";
import type { Environment } from "../section.ts";
import { commandTraffic } from "./command.ts";
import { commandMetrics } from "./command-metrics.ts";
import { expositionMetrics } from "./exposition.ts";
import { type Haproxy, haproxyMetrics, haproxyTraffic } from "./haproxy.ts";
import { prometheusMetrics } from "./prometheus.ts";
import { type Commands, runCommand } from "./run-command.ts";
import { serverAnswer, serverTraffic } from "./server.ts";

/** What a target is reached with. */
export interface Reach extends Commands {
  model: string;
  fetch: typeof globalThis.fetch;
  now(): Date;
}

/** What carries an environment's requests, and who counts them; neither where it is a pointer. */
export function openTraffic(
  { traffic, metrics }: Pick<Environment, "traffic" | "metrics">,
  reach: Reach,
): { traffic: Traffic | undefined; trafficMetrics: TrafficMetrics | undefined } {
  if (traffic === undefined) return { traffic: undefined, trafficMetrics: undefined };
  const { model } = reach;
  switch (traffic.kind) {
    case "haproxy": {
      const { prepare, time } = traffic;
      const target: Haproxy = {
        ...traffic,
        prepare:
          prepare === undefined
            ? undefined
            : async (server, version) => {
                const told = { MLOPS_MODEL: model, MLOPS_VERSION: version, MLOPS_SERVER: server };
                await runCommand(prepare, told, time, reach);
              },
      };
      return {
        traffic: haproxyTraffic(target),
        trafficMetrics: openMetrics(metrics, reach) ?? haproxyMetrics(target),
      };
    }
    case "command":
      return {
        traffic: commandTraffic({ model, ...traffic }, reach),
        trafficMetrics: openMetrics(metrics, reach),
      };
    case "server":
      return {
        traffic: serverTraffic(traffic),
        trafficMetrics:
          openMetrics(metrics, reach) ??
          expositionMetrics(() => serverAnswer(traffic.socket, "GET", "/metrics"), model),
      };
  }
}

function openMetrics(metrics: Environment["metrics"], reach: Reach): TrafficMetrics | undefined {
  switch (metrics?.kind) {
    case undefined:
      return undefined;
    case "prometheus":
      return prometheusMetrics(metrics, reach);
    case "endpoint":
      return expositionMetrics(() => page(metrics.url, reach.fetch), reach.model);
    case "command":
      return commandMetrics({ model: reach.model, ...metrics }, reach, reach.now);
  }
}

const DEADLINE_MS = 15_000;

async function page(url: string, fetch: Reach["fetch"]): Promise<string> {
  try {
    const response = await fetch(url, { redirect: "error", signal: AbortSignal.timeout(DEADLINE_MS) });
    if (!response.ok) throw new Error(`${response.status}`);
    return await response.text();
  } catch (cause) {
    throw new UserError("metrics-unreachable", `${url} does not answer: ${(cause as Error).message}`, {
      remedy: "check the address from this machine",
      cause,
    });
  }
}
