import { type Counted, type SlotCounters, type TrafficMetrics, UserError } from "@mlops-actions/core";

/** One line of Prometheus' text format. */
interface Sample {
  name: string;
  labels: Readonly<Record<string, string>>;
  value: number;
}

const LINE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})?[ \t]+(\S+)/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/g;
/** Ends of a request that are the caller's own mistake, or none. */
const FINE = ["ok", "client"];

/** What the reference server counts, by version. @param text its `/metrics` */
export function expositionMetrics(text: () => Promise<string>, model: string): TrafficMetrics {
  return {
    async read(slots): Promise<Counted> {
      const samples = samplesOf(await text()).filter(({ labels }) => (labels.model ?? model) === model);
      if (!samples.some(({ name }) => name.startsWith("mlops_")))
        throw new UserError("not-our-metrics", "These metrics are not those of the reference server", {
          remedy: "name the `/metrics` of `mlops-actions serve`, or use `kind: prometheus` or `command`",
        });
      return new Map(
        slots.flatMap(({ slot, version }) => {
          // Whoever names a version has chosen it, and says nothing about a rollout.
          const own = samples.filter(({ labels }) =>
            version === null ? labels.slot === slot : labels.version === version && labels.slot !== "named",
          );
          const counters = countersOf(own);
          return counters === undefined ? [] : [[slot, counters] as const];
        }),
      );
    },
  };
}

function countersOf(samples: readonly Sample[]): SlotCounters | undefined {
  const requests = samples.filter(({ name }) => name === "mlops_requests_total");
  if (requests.length === 0) return undefined;
  const sum = (of: readonly Sample[]) => of.reduce((all, { value }) => all + value, 0);
  const keyed = samples.filter(({ name }) => name === "mlops_units");
  const buckets = new Map<number, number>();
  for (const { name, labels, value } of samples) {
    if (name !== "mlops_request_seconds_bucket") continue;
    const upTo = labels.le === "+Inf" ? Number.POSITIVE_INFINITY : Number(labels.le);
    buckets.set(upTo, (buckets.get(upTo) ?? 0) + value);
  }
  return {
    requests: sum(requests.filter(({ labels }) => labels.outcome !== "client")),
    errors: sum(requests.filter(({ labels }) => !FINE.includes(labels.outcome ?? ""))),
    ...(keyed.length > 0 && {
      keys: { seen: sum(keyed), bad: sum(samples.filter(({ name }) => name === "mlops_units_bad")) },
    }),
    ...(buckets.size > 0 && {
      latency: {
        sum: sum(samples.filter(({ name }) => name === "mlops_request_seconds_sum")),
        buckets: [...buckets].map(([upTo, count]) => ({ upTo, count })).sort((a, b) => a.upTo - b.upTo),
      },
    }),
  };
}

/** Reads the text format, as far as counters and histograms need it. */
export function samplesOf(text: string): Sample[] {
  return text.split("\n").flatMap((line) => {
    const [, name, labels = "", value] = LINE.exec(line) ?? [];
    const number = Number(value);
    if (name === undefined || !Number.isFinite(number)) return [];
    const read = [...labels.matchAll(LABEL)].map(([, key = "", raw = ""]) => [
      key,
      raw.replaceAll(/\\(.)/g, (_, sign: string) => (sign === "n" ? "\n" : sign)),
    ]);
    return [{ name, labels: Object.fromEntries(read), value: number }];
  });
}
