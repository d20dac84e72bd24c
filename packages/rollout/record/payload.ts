import { z } from "zod";

const share = z.number().gt(0).lte(1);
const seconds = z.number().nonnegative();

/** How a rollout was to go when it was approved: later changes of `mlops.yml` are the next one's. */
export const plan = z.object({
  steps: z.array(share).min(1),
  guardrails: z.array(z.string()),
  windows: z.int(),
  window: seconds,
  dwell: seconds,
  minRequests: z.int().nullable(),
  deadline: seconds,
  onDeadline: z.enum(["rollback", "hold"]),
  confidence: z.number(),
});
export type Plan = z.infer<typeof plan>;

/** What a deployment of ours holds besides its statuses. It is never changed. */
export const payload = z.object({
  mlops: z.literal(1),
  key: z.string(),
  model: z.string(),
  version: z.string(),
  record: z.string(),
  /** What lived there when it began, and which assignment that was. */
  from: z.object({ version: z.string().nullable(), counter: z.int().nonnegative() }),
  /** Between which places of the target requests move, and what it said that stable is; `null` for a pointer. */
  slots: z.object({ stable: z.string(), canary: z.string(), carried: z.string().nullable() }).nullable(),
  plan,
  /** By latency guardrail: seconds that stable's quantile stood at, and that the canary may take. */
  bounds: z.record(z.string(), z.object({ quantile: z.number(), allowed: z.number() })),
  unit: z.enum(["request", "key"]),
  /** Whether requests of one key always go to the same place. */
  sticky: z.boolean(),
  /** Must be agreed to before it gets a request; who has is asked of the host each time. */
  approval: z.boolean(),
  /** Set where it was not a rollout: who asked for which version to come back. */
  rollback: z.object({ of: z.string(), by: z.string() }).nullable(),
  run: z.object({ repositoryId: z.int(), runId: z.int(), attempt: z.int() }).nullable(),
});
export type Payload = z.infer<typeof payload>;
