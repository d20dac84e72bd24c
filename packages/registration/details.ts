import { judged, verdict } from "@mlops-actions/core";
import { z } from "zod";

const count = z.int().nonnegative();

/** `details` of the evidence of `register`. */
export const details = z.object({
  version: z.string().describe("Three numbers: `1.4.0`."),
  tag: z.string(),
  record: z.string().describe("The commit whose tree is the manifest."),
  how: z
    .enum(["published", "resumed", "unchanged"])
    .describe("`resumed`: what another run had begun. `unchanged`: this very model is registered already."),
  after: z.string().nullable().describe("The newest version before it; `null` where there was none."),
  bump: z
    .object({
      part: z.enum(["patch", "minor", "major"]),
      asked: z.enum(["auto", "patch", "minor", "major"]),
      advised: z.enum(["patch", "minor", "major"]).describe("What `auto` would have chosen."),
      why: z.string(),
    })
    .nullable()
    .describe("`null` for a first version and for one that is registered already."),
  assets: z.array(z.object({ name: z.string(), size: count, sha256: z.string() })),
  reference: z.object({
    of: z.enum(["train", "test"]).describe("The rows whose distribution the profile holds."),
    rows: count,
    before: count.nullable().describe("Rows of the version before it; `null` where they cannot be compared."),
  }),
  predictions: count.nullable().describe("Test rows whose answers are published with it."),
  executesCode: z.array(z.string()).describe("Files that run code when they are loaded."),
  cause: z
    .object({
      at: z.iso.datetime(),
      run: z.int().nullable(),
      version: z.string().nullable().describe("The version that was live."),
      severe: z.array(z.string()).describe("What had drifted severely."),
      why: z.string(),
    })
    .nullable()
    .describe("The drift check that has asked for the training."),
  evaluated: z.object({
    verdict,
    baseline: z.string().nullable(),
    rows: count,
    judged: z.array(judged),
  }),
});
export type Details = z.infer<typeof details>;
