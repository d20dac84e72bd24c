import { inBaseUnit, parseLiteral } from "@mlops-actions/core";
import { z } from "zod";

const share = z
  .union([z.number().gt(0).lte(1), z.string().regex(/^\d{1,3}(\.\d+)?%$/)])
  .transform((value) => (typeof value === "number" ? value : Number.parseFloat(value) / 100))
  .refine((value) => value > 0 && value <= 1, "a share between 0% and 100%");

const DURATION = /^\d+(\.\d+)? ?(s|min|h|d)$/;
const duration = z.string().regex(DURATION).transform(seconds);

/** A time as people write it, `45 min`; `undefined` for what is none. */
export function secondsOf(text: string): number | undefined {
  return DURATION.test(text) ? seconds(text) : undefined;
}

function seconds(text: string): number {
  return inBaseUnit(parseLiteral(text)).value;
}

const command = z.string().min(1);
const address = z.string().regex(/^https?:\/\/[^\s/]\S*$/);
// A line of HAProxy's runtime socket is made of these: nothing in them may end a word or a line.
const name = z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/);

const traffic = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("haproxy"),
      socket: z.string().min(1).meta({ description: "Path of the runtime socket, level `admin`" }),
      backend: name,
      servers: z.tuple([name, name]).default(["stable", "canary"]).meta({
        description: "The two servers of the backend between which requests move, back and forth in turn",
      }),
      prepare: command.optional().meta({
        description:
          "Brings a version to the idle server before it gets a request. Gets `MLOPS_MODEL`, `MLOPS_VERSION`, `MLOPS_SERVER`",
      }),
      time: duration.default(60).meta({ description: "How long a command may run: `60 s`" }),
    }),
    z.strictObject({
      kind: z.literal("command"),
      set: command.meta({
        description: "Gets `MLOPS_MODEL`, `MLOPS_VERSION`, `MLOPS_STABLE` and `MLOPS_WEIGHT` (0 to 100)",
      }),
      get: command.meta({
        description:
          "Prints the canary's weight and version, `25 1.5.0`; `100 1.5.0` once it is stable, `none` where nothing answers yet",
      }),
      time: duration.default(60).meta({ description: "How long a command may run: `60 s`" }),
    }),
    z.strictObject({
      kind: z.literal("server"),
      socket: z.string().min(1).meta({ description: "Path of the reference server's admin socket" }),
    }),
  ])
  .meta({
    description:
      "What carries the requests. Without it the environment is a pointer: its tag moves, listeners are told",
  });

const metrics = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("prometheus"),
      url: address,
      requests: z.string().min(1).meta({
        description: "PromQL of a counter, in one sum; `{slot}` and `{version}` stand for which",
      }),
      errors: z
        .string()
        .min(1)
        .meta({ description: "The same for requests that ended in the server's own error" }),
      latency: z.string().min(1).optional().meta({
        description: "The same for a histogram's buckets, summed `by (le)`",
      }),
      lag: duration.default(30).meta({
        description: "After this time every request is counted: twice the scrape interval, `30 s`",
      }),
    }),
    z.strictObject({
      kind: z.literal("endpoint"),
      url: address.meta({ description: "The reference server's `/metrics`" }),
    }),
    z.strictObject({
      kind: z.literal("command"),
      run: command.meta({
        description:
          "Prints JSON: by slot or version `{ requests, errors, keys?, latency? }`, all since counting began",
      }),
      time: duration.default(60),
    }),
  ])
  .meta({ description: "Who counts what was answered. Default: what carries the requests, where it counts" });

export const DEFAULT_GUARDRAIL = "error_rate / stable.error_rate <= 1.5";

const environment = z.strictObject({
  approval: z.enum(["required", "none"]).default("none").meta({
    description:
      "`required`: GitHub's reviewers of that environment, or where it has none a comment `/approve <version> <environment>` by somebody else who may write",
  }),
  traffic: traffic.optional(),
  metrics: metrics.optional(),
  steps: z
    .array(share)
    .min(1)
    .default([0.05, 0.25, 0.5, 1])
    .meta({ description: "The canary's share of the requests, step by step; 100% comes last" }),
  guardrails: z.array(z.string()).min(1).default([DEFAULT_GUARDRAIL]).meta({
    description: "Conditions that must be proved before all requests move; any worsening ends the rollout",
  }),
  sticky: z.boolean().optional().meta({
    description:
      "Requests of one user or session always go to the same version. Default: yes for `server`, whose callers may send a key; else no",
  }),
  windows: z
    .int()
    .min(1)
    .default(3)
    .meta({ description: "How many windows with requests to both versions a step has at least" }),
  window: duration.default(60).meta({ description: "The shortest window between two looks: `1 min`" }),
  dwell: duration.default(300).meta({ description: "The shortest time a step lasts: `5 min`" }),
  min_requests: z.int().positive().optional().meta({
    description:
      "Requests to the canary before a step ends. Default: as many as three errors take at stable's rate",
  }),
  deadline: duration.default(86_400).meta({ description: "How long a rollout may last: `24 h`" }),
  on_deadline: z.enum(["rollback", "hold"]).default("rollback").meta({
    description: "What happens when it has passed and the guardrails are not proved",
  }),
  confidence: z
    .union([z.number().gt(0.5).lt(1), z.string().regex(/^\d{2}(\.\d+)?%$/)])
    .transform((value) => (typeof value === "number" ? value : Number.parseFloat(value) / 100))
    .default(0.9)
    .meta({
      description:
        "Two-sided level of the intervals, however often one looks. 90%: at most 5% of equal canaries are rolled back, at most 5% beyond a guardrail promoted",
    }),
});
export type Environment = z.infer<typeof environment>;

/** `deploy:` in `mlops.yml`: environments by name. */
export const section = z.record(z.string().regex(/^[a-z0-9][a-z0-9_-]*$/), environment);
export type Section = z.infer<typeof section>;

/** What a project that says nothing has: pointers, and production only by approval. */
export const DEFAULT_ENVIRONMENTS: Section = {
  staging: environment.parse({}),
  production: environment.parse({ approval: "required" }),
};
