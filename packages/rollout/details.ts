import { z } from "zod";
import { WHYS } from "./wording.ts";

const count = z.int().nonnegative();
const version = z.string().nullable();

/** `details` of the evidence of `deploy`. */
export const details = z.object({
  environment: z.string(),
  mode: z.enum(["start", "tick", "rollback"]),
  by: z.string().describe("Who has started the run."),
  version: version.describe("What the run was about; `null` where nothing was under way."),
  tag: z.string().nullable(),
  record: z.string().nullable().describe("The commit whose tree is the model's manifest."),
  from: version.describe("What lived there when it began."),
  live: version.describe("What lives there now."),
  state: z
    .enum(["live", "unchanged", "waiting", "rolling", "harm", "ended", "cleared", "none"])
    .describe(
      "`waiting`: no request has moved yet; `harm`: it was worse, and taken back; `ended`: taken back for another reason; `cleared`: requests of an ended rollout were taken away.",
    ),
  did: z.enum(["waited", "looked", "moved", "finished", "ended", "nothing"]),
  why: z.enum(WHYS).nullable().describe("What it waits for, or why it has ended."),
  deployment: z.int().nullable(),
  rollback: z.object({ of: z.string(), by: z.string() }).nullable(),
  traffic: z
    .object({
      steps: z.array(z.number()),
      step: z.int().describe("-1 before the first."),
      share: z.number().describe("The canary's share of the requests, as it was set."),
      deadline: z.iso.datetime().nullable(),
    })
    .nullable()
    .describe("`null` where the environment is a pointer."),
  counted: z
    .object({
      windows: count,
      dropped: count.describe("Windows in which a counter began anew."),
      unit: z.enum(["request", "key"]),
      isSticky: z
        .boolean()
        .describe("Requests of one user go together: counted one by one they are not independent."),
      stable: z.object({ requests: count, bad: count }),
      canary: z.object({ requests: count, bad: count }),
      canaryInStep: count,
    })
    .nullable(),
  harm: z
    .array(z.object({ condition: z.string(), p: z.number(), isShown: z.boolean() }))
    .describe('One-sided p-values of "the canary is not worse at all", valid however often one looks.'),
  forecast: z
    .object({
      requests: count.nullable(),
      seconds: count.nullable(),
      perStep: count,
      requestsPerHour: z.number(),
      errorRate: z.number(),
      hopeless: z.object({ condition: z.string(), why: z.string() }).nullable(),
    })
    .nullable()
    .describe("What a canary that is like stable is expected to take, from stable's rate and traffic."),
  approval: z
    .object({
      how: z.enum(["reviewers", "comment", "terminal"]),
      by: z.string(),
      url: z.string().nullable(),
      isOwn: z.boolean().describe("Whoever agreed has written the change."),
    })
    .nullable()
    .describe("Who has agreed, where this run has asked for it."),
});
export type Details = z.infer<typeof details>;
