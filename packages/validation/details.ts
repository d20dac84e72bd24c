import { verdict } from "@mlops-actions/core";
import { profile } from "@mlops-actions/tables";
import { z } from "zod";

const count = z.int().nonnegative();
const of = z.enum(["train", "test"]);

/** Some of the rows that break a rule: those whose digests are the smallest, so that every run names the same. */
const sample = z.object({
  rows: z
    .array(z.int().positive())
    .describe("Positions in the table, from 1; of several files, of all of them."),
  keys: z
    .array(z.string())
    .optional()
    .describe("Their keys, in the same order, where `data.show` lists all columns of the key."),
  values: z
    .array(z.object({ value: z.string(), rows: count }))
    .optional()
    .describe("The commonest values that break it, where `data.show` lists the column."),
});
export type Sample = z.infer<typeof sample>;

const rule = z.object({
  condition: z.string().describe("As among the judged: column, table and what is asked."),
  table: of,
  column: z.string(),
  key: z.string().describe("The key of the rule: `min`; `exists` where the column is absent."),
  rule: z.string().describe("What is asked, in words."),
  rows: count,
  broken: count,
  allowed: count.describe("Rows that may break it: the tolerance, rounded down to whole rows."),
  words: z.string().describe("What the rows that break it are: `below 16`."),
  verdict,
});

const typed = z.object({ column: z.string(), before: z.string(), now: z.string() });

/** A table beside itself at the base of the change. */
const change = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("same") }),
  z.object({
    kind: z.literal("unknown"),
    why: z
      .enum(["not-in-git", "unreadable"])
      .describe("`not-in-git`: the base names files that Git has not."),
  }),
  z.object({ kind: z.literal("new") }),
  z.object({
    kind: z.literal("changed"),
    by: z
      .enum(["key", "row"])
      .describe("`row`: without a unique key, a row that changes is one that goes and another that comes."),
    before: count.describe("Rows at the base."),
    added: count,
    removed: count,
    relabelled: count,
    changed: count.describe("Rows that kept their key and changed in a column that is not the label."),
    columns: z.object({ added: z.array(z.string()), removed: z.array(z.string()), types: z.array(typed) }),
  }),
]);
export type Change = z.infer<typeof change>;

/** The verdict of rules that do not count here. */
const otherwise = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("judged"), verdict, broken: z.array(z.string()) }),
  z.object({ kind: z.literal("error"), message: z.string() }),
]);
export type Otherwise = z.infer<typeof otherwise>;

/** `details` of the evidence of `validate`. */
export const details = z.object({
  tables: z.array(
    z.object({
      of,
      name: z.string(),
      rows: count,
      columns: z.array(z.object({ name: z.string(), type: z.string() })),
      change: change.optional().describe("Against the base of the pull request; absent where there is none."),
    }),
  ),
  gone: z.array(of).describe("Tables that the base has and the change names no longer."),
  rules: z.array(rule).describe("The rules of `data.columns`, table by table."),
  samples: z
    .array(z.object({ condition: z.string(), table: of, sample }))
    .describe("Rows that break a rule or a check, for those that do not hold."),
  baseColumns: otherwise
    .optional()
    .describe(
      "Where the change alters `data.columns`: these rows by the rules of the base. Nothing passes that they refuse.",
    ),
  proposedChecks: otherwise
    .optional()
    .describe(
      "Where the change alters `data.checks`, key or label: these rows by the checks that it proposes.",
    ),
  profiles: z
    .array(profile)
    .describe("The distribution of each table; every bin and value of it stands for ten rows at least."),
});
export type Details = z.infer<typeof details>;
