import { createHash } from "node:crypto";
import {
  combine,
  type Evidence,
  evidenceOf,
  type Project,
  type Stage,
  type Verdict,
} from "@mlops-actions/core";
import { seedFromDigest, xoshiro256 } from "@mlops-actions/statistics";
import type { ColumnProfile } from "@mlops-actions/tables";
import { episodeAfter } from "./checks/episode.ts";
import { decideRetrain, wantsRetrain } from "./checks/retrain.ts";
import { type Compared, compareColumns, severityOfRun } from "./compare/columns.ts";
import { type Details, details, type Entry, type Finding, type Severity } from "./details.ts";
import { document } from "./document.ts";
import { type Cohort, cohortOf } from "./quality/cohort.ts";
import { judgeRules, rulesOf } from "./quality/guardrails.ts";
import { METRICS, qualityNames } from "./quality/metrics.ts";
import { type Realised, realised } from "./quality/realised.ts";
import { chosenOf } from "./rows/chosen.ts";
import { type JudgedRows, judgedRows } from "./rows/current.ts";
import { type Reference, referenceOf } from "./rows/reference.ts";
import { repeatsIn } from "./rows/repeats.ts";
import { type Section, section } from "./section.ts";

const HISTORY = 60;
const DECISION = 0.5;

type Needs = "tables" | "versions" | "clock" | "progress";

/** What only the composition root knows. */
export interface Checking {
  /** The workflow run of this check; `null` at a terminal. */
  run: number | null;
}

/** Compares what a model sees now with what it was made of, and its answers with the truth where it is known by now. */
export function checking({ run }: Checking): Stage<"drift", Section, Details, Needs> {
  return {
    name: "drift",
    section,
    details,
    metrics: METRICS,
    policy: [
      "current",
      "reference",
      "labels",
      "columns",
      "important",
      "output",
      "cluster",
      "guardrails",
      "confidence",
      "every",
      "retrain",
      "issue",
    ],
    needs: ["tables", "versions", "clock", "progress"],
    async run(project, upstream, { tables, versions, clock, progress }) {
      const now = clock.now();
      const rules = rulesOf(project);
      progress.step("reading the reference");
      const reference = await referenceOf(project, { tables, versions });
      progress.step("reading the current rows");
      const rows = await judgedRows(project, reference.version?.number, { tables, now });
      const chosen = chosenOf(project, reference, rows);
      progress.step(`comparing ${chosen.columns.length + chosen.answers.length} columns`);
      const seed = seedOf(reference, rows);
      const measured = await compareColumns(tables, {
        ...chosen,
        from: rows.name,
        types: rows.types,
        random: xoshiro256(seedFromDigest(seed)),
      });
      const before = previousOf(upstream, project, run);
      const compared = since(
        {
          ...measured,
          columns: [...measured.columns, ...chosen.gone.map((one) => gone(one, chosen.important))],
        },
        before,
        now,
      );
      const repeats = await repeatsIn(tables, rows, { columns: chosen.columns, key: project.data.key });

      const cohort = await cohortOf(project, rows, { tables, now });
      const realisedNow =
        cohort === undefined
          ? []
          : await realised(
              project,
              {
                columns: answerNames(project, reference, rows),
                threshold: reference.threshold ?? DECISION,
                classes: reference.classes ?? project.data.label?.classes ?? [],
              },
              tables,
            );
      const level = project.section.confidence;
      const judged = judgeRules(project, rules, {
        realised: realisedNow,
        released: reference.released,
        compared,
        level,
      });
      const names = qualityNames(project.task);
      const lost = judged.some(
        ({ verdict, contrast }) =>
          verdict === "fail" && contrast.terms.some(({ quantity }) => names.includes(quantity.name)),
      );
      const quality =
        cohort === undefined ? null : qualityOf(cohort, realisedNow, reference, { lost, level });
      const severity = judged.some(({ verdict }) => verdict === "fail")
        ? "severe"
        : severityOfRun(compared, quality);
      const checks = checksOf({
        project,
        before,
        now,
        run,
        severity,
        compared,
        lost,
        repeats: repeats !== null,
        rows,
        reference,
      });
      return {
        verdict: verdictOf(
          severity,
          judged.map(({ verdict }) => verdict),
        ),
        judged,
        details: {
          severity,
          current: rows.told,
          reference: reference.told,
          version: reference.version,
          ...compared,
          skipped: chosen.skipped,
          cluster: rows.cluster,
          repeats,
          quality,
          ...checks,
          schedule: {
            every: project.section.every,
            next: new Date(now.getTime() + project.section.every * 1000).toISOString(),
          },
          issue: {
            coolDown: project.section.issue.cool_down,
            labels: project.section.issue.labels,
            assign: project.section.issue.assign,
          },
          seed,
        },
        subject: [...rows.table.files],
        materials: [...project.files, ...reference.materials, ...(cohort?.materials ?? [])],
      };
    },
    document,
  };
}

/** Drift that is there but not severe is told and passes; what could not be seen is no pass. */
function verdictOf(severity: Severity, judged: readonly Verdict[]): Verdict {
  const own: Record<Severity, Verdict> = {
    quiet: "pass",
    warn: "pass",
    unclear: "inconclusive",
    severe: "fail",
  };
  return combine([own[severity], ...judged]);
}

/** The bytes that are compared seed what is drawn: the same rows give the same evidence. */
function seedOf(reference: Reference, rows: JudgedRows): string {
  const digests = [...reference.materials, ...rows.table.files].map(({ digest }) => digest.sha256);
  return createHash("sha256")
    .update(["drift", ...digests].join("\n"))
    .digest("hex")
    .slice(0, 16);
}

function gone(column: ColumnProfile, important: (column: string) => boolean): Finding {
  return {
    name: column.name,
    important: important(column.name),
    rows: 0,
    severity: "severe",
    since: null,
    cause: "schema",
    missing: [],
    ratio: null,
    means: null,
    schema: "it is not there any more",
  };
}

/** The newest check before this one that has measured something. What this very run has said before is said again. */
function previousOf(
  upstream: readonly Evidence[],
  { model }: Project<Section>,
  run: number | null,
): Details | undefined {
  const shape = evidenceOf("drift", details);
  for (const one of upstream) {
    const { data } = shape.safeParse(one);
    if (run !== null && data?.predicate.run.github?.runId === run) continue;
    if (data?.predicate.project.model === model && data.predicate.outcome.kind === "measured")
      return data.predicate.outcome.details;
  }
  return undefined;
}

/** Each finding with the first of the checks in a row that had it. */
function since({ columns, answers }: Compared, before: Details | undefined, now: Date): Compared {
  const dated = (findings: readonly Finding[], earlier: readonly Finding[]) =>
    findings.map((one) => {
      if (one.severity !== "warn" && one.severity !== "severe") return one;
      const then = earlier.find(({ name }) => name === one.name)?.since;
      return { ...one, since: then ?? now.toISOString() };
    });
  return {
    columns: dated(columns, before?.columns ?? []),
    answers: dated(answers, before?.answers ?? []),
  };
}

function answerNames({ section }: Project<Section>, reference: Reference, { types }: JudgedRows): string[] {
  const usual = ["score", "label", "prediction", ...(reference.classes ?? []).map((name) => `p_${name}`)];
  const names = section.output ?? [...new Set([...reference.answers.map(({ name }) => name), ...usual])];
  return names.filter((name) => types[name] !== undefined);
}

function qualityOf(
  { told }: Cohort,
  found: readonly Realised[],
  { released }: Reference,
  { lost, level }: { lost: boolean; level: number },
): Details["quality"] {
  return {
    cohort: told,
    lost,
    metrics: found.map(({ metric, n, confidence }) => {
      const { low, high } = confidence.interval(level);
      return {
        metric,
        value: confidence.estimate,
        interval: { low: low ?? confidence.estimate, high: high ?? confidence.estimate, level },
        n,
        released: released.get(metric)?.value ?? null,
      };
    }),
  };
}

function checksOf(of: {
  project: Project<Section>;
  before: Details | undefined;
  now: Date;
  run: number | null;
  severity: Severity;
  compared: Compared;
  lost: boolean;
  repeats: boolean;
  rows: JudgedRows;
  reference: Reference;
}): Pick<Details, "retrain" | "episode" | "ended" | "history"> {
  const { project, before, now, run, severity, compared, lost, repeats } = of;
  const all = [...compared.columns, ...compared.answers];
  const called = (wanted: Severity) => all.filter((one) => one.severity === wanted).map(({ name }) => name);
  const grounds = wantsRetrain({ ...compared, lostQuality: lost, repeats });
  const version = of.reference.version?.number ?? null;
  const history = before?.history ?? [];
  const retrain = decideRetrain(grounds, {
    policy: project.section.retrain,
    history,
    now: { at: now, version },
    every: project.section.every,
    coolDown: project.section.issue.cool_down,
    canStart: run !== null,
  });
  const entry: Entry = {
    at: now.toISOString(),
    severity,
    severe: called("severe"),
    warn: called("warn"),
    rows: of.rows.told.rows,
    version,
    run,
    wants: grounds.wants,
    retrained: retrain.decision === "dispatch",
  };
  return {
    retrain,
    ...episodeAfter(before?.episode ?? null, entry),
    history: [entry, ...history].slice(0, HISTORY),
  };
}
