import { tableReference, tableShape } from "@mlops-actions/core";
import { z } from "zod";

const column = z.string().min(1);
const PER_UNIT = { min: 60, h: 3_600, d: 86_400 } as const;

const DURATION = /^(\d+(?:\.\d+)?) ?(min|h|d)$/;

/** `7 d` as seconds. */
const duration = z
  .string()
  .regex(DURATION)
  .transform((text) => {
    const [, number, unit] = DURATION.exec(text) ?? [];
    return Number(number) * PER_UNIT[unit as keyof typeof PER_UNIT];
  });

const fetch = z
  .string()
  .min(1)
  .optional()
  .meta({ description: "Command that brings these files here first, with the credentials of its job" });

/** What is judged: files, or files with what the rows say about themselves. */
const current = z
  .union([
    z.string().min(1),
    z.strictObject({
      ...tableShape,
      fetch,
      time: column.optional().meta({ description: "Column that says when a row was answered" }),
      version: column
        .optional()
        .meta({ description: "Column that says which version has answered. Rows of others are left out" }),
      window: duration
        .optional()
        .meta({ description: "How far back rows are judged, by `time`: `7 d`. Default: all of them" }),
    }),
  ])
  .meta({ description: "What the model sees now: files, or a prediction log", "x-table": true });

const labels = z
  .strictObject({
    ...tableShape,
    fetch,
    key: z
      .union([column.transform((name) => [name]), z.array(column).min(1)])
      .optional()
      .meta({ description: "Columns that name a row here and in `current`. Default: `data.key`" }),
    column: column
      .optional()
      .meta({ description: "Column with the true answer. Default: that of `data.label`" }),
    delay: duration
      .optional()
      .meta({ description: "How late labels are: only rows that old are joined with them. Default: `0 d`" }),
  })
  .meta({ description: "True answers that arrive later, joined by key", "x-table": true });

/** `production`, `latest`, `v1.4.0`, `train`, `test`: a word; whatever else is a path. */
export const WORD = /^(v?\d+\.\d+\.\d+|[a-z][a-z0-9_-]{0,63})$/;

/** `drift:` in `mlops.yml`. */
export const section = z.strictObject({
  current,
  reference: z
    .union([z.string().regex(WORD), tableReference])
    .default("production")
    .meta({
      description:
        "What it is compared with: the profile of the version in an environment, `latest`, a version, `train` or `test` (the rows of `data`), or files",
    }),
  labels: labels.optional(),
  columns: z.array(column).min(1).optional().meta({
    description: "The columns that are judged. Default: all of the reference but keys, label and dates",
  }),
  important: z
    .array(column)
    .min(1)
    .optional()
    .meta({ description: "Columns whose drift may start a retrain. Default: what the model takes" }),
  output: z
    .union([column.transform((name) => [name]), z.array(column).min(1)])
    .optional()
    .meta({ description: "Columns with the model's answers. Default: those of the version's predictions" }),
  cluster: column.optional().meta({
    description: "Column that says whose rows belong together (user, session): one row of each is judged",
  }),
  guardrails: z
    .array(z.string())
    .optional()
    .meta({ description: "Conditions on realised quality: `auc - released.auc > -0.02`" }),
  confidence: z
    .number()
    .gt(0.5)
    .lt(1)
    .default(0.95)
    .meta({ description: "Two-sided level of every interval" }),
  every: duration
    .prefault("1 d")
    .meta({ description: "How often the check runs: `1 d`. Other workflows say so where it has stopped" }),
  retrain: z.enum(["never", "warn", "severe"]).default("warn").meta({
    description:
      "`severe`: start a retrain when drift is severe in an important column and in the answers or the quality, twice in a row. `warn`: only say that one is due",
  }),
  issue: z
    .strictObject({
      labels: z.array(z.string().min(1)).default([]).meta({ description: "Labels of the issue" }),
      assign: z
        .array(z.string().min(1))
        .default([])
        .meta({ description: "Whom the issue is assigned to, by login" }),
      cool_down: duration.prefault("7 d").meta({
        description:
          "How long a person's closing of the issue keeps it closed, and how far apart retrains are",
      }),
    })
    .prefault({})
    .meta({ description: "The one issue of this model in which drift is told" }),
});
export type Section = z.infer<typeof section>;
type Current = Exclude<Section["current"], string>;

/** What is said about the current rows beside their files. */
export function saidOfCurrent({ current }: Section): Partial<Current> {
  return typeof current === "string" ? {} : current;
}
