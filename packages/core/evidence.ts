import { z } from "zod";
import { judged } from "./condition/judge.ts";
import { fault } from "./user-error.ts";
import { verdict } from "./verdict.ts";

export const stageName = z.enum(["validate", "train", "evaluate", "register", "deploy", "drift"]);
export type StageName = z.infer<typeof stageName>;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** Something that evidence is about, by name and digest (in-toto ResourceDescriptor). */
export const subject = z.object({ name: z.string(), digest: z.object({ sha256 }) });
export type Subject = z.infer<typeof subject>;

/** The rules by which a change was judged, and whether the change touches them. */
export const policy = z.object({
  commit: z
    .string()
    .nullable()
    .describe("The base commit they were read from; `null` where there is none: at a terminal, on a push."),
  from: z
    .enum(["base", "new-here", "working-tree"])
    .describe("`new-here`: the base has no `mlops.yml`, so the change judges itself and cannot pass."),
  digest: sha256.describe("SHA-256 of the judging keys in canonical JSON."),
  changedHere: z
    .array(z.string())
    .describe(
      "The judging keys and files that this change alters, as paths: `evaluate.primary`, `data/test.csv`.",
    ),
  unpinned: z
    .array(z.string())
    .optional()
    .describe(
      "Judging files that are not in Git at the base: the workspace's copies were used, and nothing vouches that they are the base's.",
    ),
});
export type Policy = z.infer<typeof policy>;

export const run = z.object({
  commit: z.string().nullable(),
  clean: z.boolean(),
  tool: z.string(),
  started: z.iso.datetime(),
  finished: z.iso.datetime(),
  github: z
    .object({
      repositoryId: z.int(),
      runId: z.int(),
      attempt: z.int(),
      event: z.string(),
      workflowRef: z.string(),
    })
    .optional(),
});
export type Run = z.infer<typeof run>;

/**
 * in-toto Statement v1 (https://in-toto.io/Statement/v1): one envelope for all stages, `details` by stage.
 */
export function evidenceOf<Details extends z.ZodType>(stage: StageName, details: Details) {
  return z.object({
    _type: z.literal("https://in-toto.io/Statement/v1"),
    predicateType: z.literal(`https://mlops-actions.dev/${stage}/v1`),
    subject: z.array(subject),
    predicate: z.object({
      project: z.object({ path: z.string(), model: z.string() }),
      policy,
      materials: z.array(subject).describe("Data, project file and upstream evidence that were used."),
      run,
      outcome: z.discriminatedUnion("kind", [
        z.object({ kind: z.literal("measured"), verdict, judged: z.array(judged), details }),
        z.object({ kind: z.literal("error"), verdict: z.literal("error"), fault }),
      ]),
    }),
  });
}

export type Evidence<Details = unknown> = {
  _type: "https://in-toto.io/Statement/v1";
  predicateType: `https://mlops-actions.dev/${StageName}/v1`;
  subject: Subject[];
  predicate: {
    project: { path: string; model: string };
    policy: Policy;
    materials: Subject[];
    run: Run;
    outcome:
      | {
          kind: "measured";
          verdict: z.infer<typeof verdict>;
          judged: z.infer<typeof judged>[];
          details: Details;
        }
      | { kind: "error"; verdict: "error"; fault: z.infer<typeof fault> };
  };
};
