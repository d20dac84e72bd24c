import {
  type Contrast,
  combine,
  type Judge,
  type Judged,
  judge,
  type Ports,
  type Project,
  type Stage,
  type Tables,
  UserError,
  type Verdict,
} from "@mlops-actions/core";
import { diffRows } from "@mlops-actions/tables";
import { type Details, details } from "./details.ts";
import { document } from "./document.ts";
import { type Estimator, estimator } from "./estimate/estimator.ts";
import { type ComparedModels, difference, judgeRules, sidesOf } from "./measure.ts";
import { METRICS } from "./metric/registry.ts";
import { overviewOf } from "./overview.ts";
import type { Compared } from "./rows/opened.ts";
import { type Found, judgedRows } from "./rows/rows.ts";
import { placed, type Rule, rulesOf } from "./rules.ts";
import { onPromotion, onPullRequest, type Section, section } from "./section.ts";
import { type Baseline, baselineOf } from "./side/baseline.ts";
import { candidateOf } from "./side/candidate.ts";
import type { Side } from "./side/side.ts";

type Needs = "tables" | "models" | "files" | "versions" | "remade" | "progress";

/** Judges the candidate's answers against the baseline's on the same rows. */
export const evaluate: Stage<"evaluate", Section, Details, Needs> = {
  name: "evaluate",
  section,
  details,
  metrics: METRICS,
  policy: [
    "baseline",
    "primary",
    "guardrails",
    "slices",
    "threshold",
    "min_rows",
    "confidence",
    "inconclusive",
  ],
  needs: ["tables", "models", "files", "versions", "remade", "progress"],
  async run(project, upstream, ports) {
    const { progress } = ports;
    const rules = rulesOf(project);
    progress.step("finding candidate and baseline");
    const candidate = await candidateOf(project, upstream, ports.files);
    const baseline = await baselineOf(project, project, ports);
    progress.step("asking the models about the test rows");
    const found = await judgedRows(project, comparedBy(project, candidate, baseline), ports, "");
    const told = toldOf(baseline, found);
    progress.step(`judging ${found.counts.common} rows`);
    const asked = estimator(found.rows, project.section.min_rows);
    const judged = await judgedBy(project, rules, comparedOf(told, found), asked);
    const overview = await overviewOf(project.task, project.section, found.rows, asked, judged);
    return {
      verdict: capped(project, found, combine(judged.map(({ verdict }) => verdict))),
      judged,
      details: {
        task: project.task,
        confidence: project.section.confidence,
        threshold: found.threshold,
        candidate: { name: found.candidateName },
        baseline: told,
        rows: found.counts,
        seed: found.rows.seed,
        inconclusive: onPullRequest(project.section),
        promote: onPromotion(project.section),
        ...overview,
        ...(await changesOf(project, { candidate, found }, ports)),
      },
      subject: found.subject,
      materials: [...project.files, ...found.materials],
    };
  },
  document,
};

/** What is opened and asked: the candidate brings the features of its own test rows, where it changes them. */
function comparedBy(project: Project<Section> | undefined, candidate: Side, baseline: Baseline): Compared {
  return {
    candidate,
    baseline: baseline.kind === "side" ? baseline.side : undefined,
    proposedRows: project?.proposed?.data.test,
  };
}

function toldOf(baseline: Baseline, { constantAnswer }: Found): Details["baseline"] {
  return baseline.kind === "side"
    ? baseline.told
    : { kind: "trivial", answer: constantAnswer, because: baseline.because };
}

function comparedOf(baseline: Details["baseline"], { counts }: Found): ComparedModels {
  return { baseline, isSame: counts.differing === 0 && counts.common > 0, rows: counts.common };
}

async function judgedBy(
  judging: Judge<Section>,
  rules: readonly Rule[],
  compared: ComparedModels,
  asked: Estimator,
): Promise<Judged[]> {
  for (const [i, column] of judging.section.slices.entries())
    await placed(judging, { path: ["evaluate", "slices", i] }, () => asked.bindColumn(column));
  const judged = await judgeRules(judging, rules, asked, compared);
  // A first version is at least held against the best constant answer; a rule about its size says nothing of its answers.
  const isJudged = ({ role, verdict }: Judged) => role === "primary" && verdict !== "not_applicable";
  if (compared.baseline.kind !== "trivial" || judged.some(isJudged)) return judged;
  const implied = impliedBy(judging, judged);
  const estimate = await asked.estimate(implied, judging.section.confidence);
  return [
    ...judged,
    {
      condition: `${implied.id} ${implied.op} 0`,
      role: "check",
      contrast: implied,
      estimate,
      sides: await sidesOf(implied, asked, judging.section.confidence),
      ...judge(implied, estimate),
    },
  ];
}

/** With nothing to compare with and no absolute rule, a model must at least beat the best constant answer. */
function impliedBy({ task }: Judge<Section>, judged: readonly Judged[]): Contrast {
  const asked = judged.find(({ role }) => role === "primary")?.contrast.terms[0]?.quantity;
  const name = asked?.name ?? (task === "regression" ? "mae" : "accuracy");
  const metric = METRICS.find((one) => one.name === name && one.sources.includes("baseline"));
  if (metric === undefined)
    throw new UserError("no-rule", "there is no baseline and no condition that could be judged without one", {
      remedy: `write an absolute condition in \`evaluate.primary\`, such as ${task === "regression" ? "mae <= 10" : "accuracy >= 0.8"}`,
    });
  const contrast = difference({ source: "own", name, args: asked?.args ?? [], where: [] }, metric);
  return { ...contrast, op: metric.better === "lower" ? "<" : ">" };
}

// What the candidate left unanswered could be just the rows it gets wrong; features that the change wrote could hold the answers; and a change that
// brings its own judge was judged by nobody.
function capped({ policy }: Project<Section>, { counts }: Found, verdict: Verdict): Verdict {
  const doubtful = counts.leftOut > 0 || counts.changedFeatures > 0 || policy.from === "new-here";
  return verdict === "pass" && doubtful ? "inconclusive" : verdict;
}

/** The same predictions under the rules that this change proposes, and how its test rows differ from those that count. */
async function changesOf(
  project: Project<Section>,
  of: { candidate: Side; found: Found },
  ports: Pick<Ports, Needs>,
): Promise<Pick<Details, "proposed" | "testRows">> {
  const { proposed } = project;
  if (proposed === undefined) return {};
  try {
    const baseline = await baselineOf(project, proposed, ports);
    const found = await judgedRows(
      proposed,
      comparedBy(undefined, of.candidate, baseline),
      ports,
      "proposed ",
    );
    const judged = await judgedBy(
      proposed,
      rulesOf(proposed),
      comparedOf(toldOf(baseline, found), found),
      estimator(found.rows, proposed.section.min_rows),
    );
    const testRows = await differenceOf(project, of.found.test, found.test, ports.tables);
    return {
      proposed: { kind: "measured", verdict: combine(judged.map(({ verdict }) => verdict)), judged },
      ...(testRows && {
        testRows: { added: testRows.added, removed: testRows.removed, relabelled: testRows.relabelled },
      }),
    };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { proposed: { kind: "error", message: `${error.message}; ${error.remedy}` } };
  }
}

/** The test rows of the change beside those that count; nothing where they are the same, or have lost the key to tell. */
async function differenceOf(
  { data: { key, label } }: Project<Section>,
  counting: Found["test"],
  proposed: Found["test"],
  tables: Tables,
): Promise<Awaited<ReturnType<typeof diffRows>> | undefined> {
  const isSame = counting.digests.join() === proposed.digests.join();
  if (isSame || label === undefined || !key.every((column) => proposed.columns.includes(column)))
    return undefined;
  return diffRows(tables, { base: counting.table, head: proposed.table, key, label: label.column });
}
