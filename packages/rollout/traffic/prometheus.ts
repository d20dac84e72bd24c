import {
  type Counted,
  type SlotCounters,
  type TrafficMetrics,
  type TrafficSlot,
  UserError,
} from "@mlops-actions/core";
import { z } from "zod";
import { jsonOf } from "./json.ts";

export interface Prometheus {
  url: string;
  requests: string;
  errors: string;
  latency?: string | undefined;
  /** Seconds. */
  lag: number;
}

const answer = z.object({
  status: z.literal("success"),
  data: z.object({
    resultType: z.enum(["vector", "scalar"]),
    result: z.array(
      z.object({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) }),
    ),
  }),
});
type Result = z.infer<typeof answer>["data"]["result"];

const DEADLINE_MS = 15_000;
const RECENT_SECONDS = 3600;

/** Counters that a Prometheus has scraped, asked by queries of the project's. */
export function prometheusMetrics(
  asked: Prometheus,
  { fetch, now }: { fetch: typeof globalThis.fetch; now: () => Date },
): TrafficMetrics {
  const query = (text: string, { slot, version }: TrafficSlot, at: Date) =>
    ask(asked.url, text.replaceAll("{slot}", slot).replaceAll("{version}", version ?? ""), at, fetch);
  const countersAt = async (slot: TrafficSlot, at: Date): Promise<SlotCounters | undefined> => {
    const [requests, errors, latency] = await Promise.all([
      query(asked.requests, slot, at),
      query(asked.errors, slot, at),
      asked.latency === undefined ? undefined : query(asked.latency, slot, at),
    ]);
    if (requests.length === 0) return undefined;
    const buckets = (latency ?? []).flatMap(({ metric, value }) =>
      metric.le === undefined ? [] : [{ upTo: boundOf(metric.le), count: Math.round(Number(value[1])) }],
    );
    return {
      requests: total(requests),
      // No error was ever counted where there is no such series.
      errors: total(errors),
      ...(buckets.length > 0 && {
        latency: { sum: 0, buckets: buckets.sort((a, b) => a.upTo - b.upTo) },
      }),
    };
  };
  const read = async (slots: readonly TrafficSlot[], at: Date): Promise<Counted> => {
    const found = await Promise.all(
      slots.map(async (slot) => [slot.slot, await countersAt(slot, at)] as const),
    );
    return new Map(
      found.flatMap(([slot, counters]) => (counters === undefined ? [] : [[slot, counters] as const])),
    );
  };
  return {
    lag: asked.lag,
    read: (slots) => read(slots, now()),
    async recent(slots) {
      const at = now();
      const before = await read(slots, new Date(at.getTime() - RECENT_SECONDS * 1000));
      const after = await read(slots, at);
      const grown = [...after].flatMap(([slot, counters]) => {
        const earlier = before.get(slot);
        const less = earlier && difference(counters, earlier);
        return less === undefined ? [] : [[slot, less] as const];
      });
      return grown.length === 0 ? undefined : { counted: new Map(grown), seconds: RECENT_SECONDS };
    },
  };
}

function difference(after: SlotCounters, before: SlotCounters): SlotCounters | undefined {
  const requests = after.requests - before.requests;
  const errors = after.errors - before.errors;
  if (requests < 0 || errors < 0) return undefined;
  const { latency } = after;
  return {
    requests,
    errors,
    ...(latency && {
      latency: {
        sum: 0,
        buckets: latency.buckets.map(({ upTo, count }) => ({
          upTo,
          count: count - (before.latency?.buckets.find((one) => one.upTo === upTo)?.count ?? 0),
        })),
      },
    }),
  };
}

async function ask(url: string, query: string, at: Date, fetch: typeof globalThis.fetch): Promise<Result> {
  const failed = (why: string, cause?: unknown) =>
    new UserError("prometheus", `Prometheus at ${url} did not answer \`${query.slice(0, 120)}\`: ${why}`, {
      remedy: "ask the same in its own page; `requests` and `errors` are each one sum of a counter",
      cause,
    });
  let text: string;
  try {
    const response = await fetch(`${url.replace(/\/+$/, "")}/api/v1/query`, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ query, time: String(at.getTime() / 1000) }),
      redirect: "error",
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    text = await response.text();
    if (!response.ok) throw failed(`${response.status} ${text.slice(0, 200)}`);
  } catch (cause) {
    throw cause instanceof UserError ? cause : failed((cause as Error).message, cause);
  }
  const read = answer.safeParse(jsonOf(text));
  if (!read.success) throw failed("its answer is no vector", read.error);
  const { result } = read.data.data;
  if (result.some(({ value }) => !Number.isFinite(Number(value[1])))) throw failed("a value is no number");
  return result;
}

function total(result: Result): number {
  return Math.round(result.reduce((sum, { value }) => sum + Number(value[1]), 0));
}

function boundOf(le: string): number {
  return le === "+Inf" ? Number.POSITIVE_INFINITY : Number(le);
}
