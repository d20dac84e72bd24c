import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Traffic } from "./traffic/slots.ts";
import { unitCounts } from "./traffic/units.ts";

/** How a request ended. `client`: the caller's mistake, which is no bad event of the model; the rest are. */
export type Outcome = "ok" | "client" | "model" | "crashed" | "timeout" | "overloaded" | "down" | "internal";

export interface Observed {
  slot: string;
  version: string;
  outcome: Outcome;
  seconds: number;
  rows: number;
  /** Where its sticky key falls, where it has one. */
  position?: number | undefined;
}

export interface Metrics {
  /** Which versions are in the slots from now on: what they are assigned is counted anew where they are others. */
  routed(traffic: Traffic): void;
  observe(observed: Observed): void;
  lostLogLines(count: number): void;
  /** Prometheus's text format. */
  text(): Promise<string>;
  readonly contentType: string;
}

/** Sixteen a decade, from 0.1 ms to 10 s: a tail that grows by a sixth shows. */
const BUCKETS = Array.from({ length: 5 * 16 + 1 }, (_, at) =>
  Number((1e-4 * 10 ** (at / 16)).toPrecision(3)),
);

/** What Prometheus scrapes. */
export function metrics(model: string): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ model });
  const registers = [registry];
  const labels = ["slot", "version"] as const;
  const requests = new Counter({
    name: "mlops_requests_total",
    help: "Inference requests by how they ended; outcome=client is the caller's mistake, ok and client are no bad events",
    labelNames: [...labels, "outcome"],
    registers,
  });
  const rows = new Counter({
    name: "mlops_rows_total",
    help: "Rows that were answered",
    labelNames: labels,
    registers,
  });
  const latency = new Histogram({
    name: "mlops_request_seconds",
    help: "Seconds from a whole request to its answer, of requests that were answered",
    labelNames: labels,
    buckets: BUCKETS,
    registers,
  });
  const lost = new Counter({
    name: "mlops_log_lost_total",
    help: "Rows of the prediction log that could not be written",
    registers,
  });
  const units = unitCounts();
  let present: { slot: string; version: string; weight: number }[] = [];
  const perSlot = (
    name: string,
    help: string,
    value: (slot: string, version: string, weight: number) => number,
  ) =>
    new Gauge({
      name,
      help,
      labelNames: labels,
      registers,
      collect() {
        this.reset();
        for (const { slot, version, weight } of present)
          this.set({ slot, version }, value(slot, version, weight));
      },
    });
  perSlot("mlops_traffic_weight", "The part of requests that a slot is given", (_, __, weight) => weight);
  perSlot(
    "mlops_units",
    "What was assigned to the slot since its version is there beside the other: each sticky key once over both slots, each request without one",
    (slot, version) => units.of({ slot, version }).seen,
  );
  perSlot(
    "mlops_units_bad",
    "Of these, those whose first bad event fell in the slot",
    (slot, version) => units.of({ slot, version }).bad,
  );
  collectDefaultMetrics({ register: registry });
  return {
    contentType: registry.contentType,
    routed({ stable, canary }) {
      present = [
        { slot: "stable", version: stable.version, weight: 1 - (canary?.weight ?? 0) },
        ...(canary === null ? [] : [{ slot: "canary", ...canary }]),
      ];
      units.among(present);
    },
    observe({ slot, version, outcome, seconds, rows: answered, position }) {
      requests.inc({ slot, version, outcome });
      if (outcome !== "client") units.count({ slot, version }, position, outcome !== "ok");
      if (outcome !== "ok") return;
      rows.inc({ slot, version }, answered);
      latency.observe({ slot, version }, seconds);
    },
    lostLogLines: (count) => lost.inc(count),
    text: () => registry.metrics(),
  };
}
