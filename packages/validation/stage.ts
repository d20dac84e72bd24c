import {
  combine,
  type Project,
  type Stage,
  type Subject,
  type Tables,
  UserError,
  type Verdict,
} from "@mlops-actions/core";
import { profileOf, refusePattern } from "@mlops-actions/tables";
import { changeOf, goneOf } from "./changes.ts";
import { checksOf } from "./checks.ts";
import { columnRulesOf, readAsText, spelledOf } from "./column-rules.ts";
import { type Details, details, type Otherwise } from "./details.ts";
import { document } from "./document.ts";
import { judgeRules, type Measured } from "./measure.ts";
import { METRICS } from "./metrics.ts";
import { type Opened, TABLES } from "./opened.ts";
import { type Ruleset, rulesetsOf } from "./ruleset.ts";
import { samplesOf } from "./samples.ts";
import { type Section, section } from "./section.ts";

type Needs = "tables" | "clock" | "progress";

/** Judges the tables themselves, before anything is made of them. */
export const validate: Stage<"validate", Section, Details, Needs> = {
  name: "validate",
  section,
  details,
  metrics: METRICS,
  policy: ["columns", "checks", "show"],
  needs: ["tables", "clock", "progress"],
  async run(project, _upstream, { tables, clock, progress }) {
    const now = clock.now();
    const { counting, other } = rulesetsOf(project);
    const of = TABLES.filter((name) => project.data[name] !== undefined);
    const read = (rules: Ruleset) => ({ rules, checks: checksOf(rules, of, isOneFile(project)), now });
    const own = read(counting);
    const spelled = await spelledIn(tables, counting, now);
    if (of.length === 0)
      throw new UserError("no-tables", "`data` names no table", {
        remedy: "Name the files: `data: { train: FILE, test: FILE }`.",
        at: project.place(["data"]),
      });

    progress.step("reading the tables");
    const types = readAsText(counting.section);
    const opened = await openAll(tables, project, of, types);
    progress.step(`checking ${opened.reduce((sum, { table }) => sum + table.rows, 0)} rows`);
    const columns = columnRulesOf(counting, spelled, opened);
    const measured = await judgeRules(tables, counting, { ...own, columns, opened });
    const otherwise = other && (await judgedOtherwise(tables, other, project, { opened, of, now }));
    progress.step("describing the tables");
    const verdict = combine(measured.map(({ judged }) => judged.verdict));
    return {
      verdict: capped(project, verdict, otherwise?.baseColumns),
      judged: measured.map(({ judged }) => judged),
      details: {
        tables: await Promise.all(
          opened.map(async (one) => {
            const change = await changeOf(tables, one, project, counting, types);
            const { rows, columns } = one.table;
            return {
              of: one.of,
              name: one.label,
              rows,
              columns: columns.map(({ name, type }) => ({ name, type })),
              ...(change && { change }),
            };
          }),
        ),
        gone: goneOf(project),
        rules: measured.flatMap(toldRule),
        samples: await samplesOf(tables, counting, opened, measured),
        ...otherwise,
        profiles: await profilesOf(tables, counting, opened),
      },
      subject: opened.flatMap(filesOf),
      materials: [...project.files],
    };
  },
  document,
};

/** The rules of all columns, with every pattern tried in the engine that will match it. */
async function spelledIn(tables: Tables, rules: Ruleset, now: Date): Promise<ReturnType<typeof spelledOf>> {
  const spelled = spelledOf(rules, now);
  for (const [column, { pattern }] of Object.entries(rules.section.columns))
    if (pattern !== undefined)
      await refusePattern(tables, pattern, rules.place(["data", "columns", column, "pattern"]));
  return spelled;
}

async function openAll(
  tables: Tables,
  { data }: Project<Section>,
  of: readonly ("train" | "test")[],
  types: Readonly<Record<string, "string">>,
): Promise<Opened[]> {
  const opened: Opened[] = [];
  for (const name of of) {
    const source = data[name];
    if (source === undefined) continue;
    const table = await tables.open(name, { ...source, types: { ...types, ...source.types } });
    opened.push({ of: name, label: source.label, table });
  }
  return opened;
}

/** One file that is both tables overlaps with itself: of cross-validation nothing else is meant. */
function isOneFile({ data: { train, test } }: Project<Section>): boolean {
  return train !== undefined && test !== undefined && train.files.join("\n") === test.files.join("\n");
}

/** These rows by the rules that do not count: the columns of the base, the checks of the change. */
async function judgedOtherwise(
  tables: Tables,
  other: Ruleset,
  project: Project<Section>,
  { opened, of, now }: { opened: readonly Opened[]; of: readonly ("train" | "test")[]; now: Date },
): Promise<Pick<Details, "baseColumns" | "proposedChecks">> {
  const changed = (...keys: string[]) =>
    project.policy.changedHere.some((path) => keys.some((key) => path === key || path.startsWith(`${key}.`)));
  const spelled = async () => {
    const columns = columnRulesOf(other, await spelledIn(tables, other, now), opened);
    return judgeRules(tables, other, { checks: [], columns, opened, now });
  };
  const checked = async () => {
    const checks = checksOf(other, of, isOneFile(project));
    return judgeRules(tables, other, { checks, columns: [], opened, now });
  };
  return {
    ...(changed("data.columns") && { baseColumns: await outcomeOf(spelled) }),
    ...(changed("data.checks", "data.key", "data.label") && { proposedChecks: await outcomeOf(checked) }),
  };
}

async function outcomeOf(judging: () => Promise<readonly Measured[]>): Promise<Otherwise> {
  try {
    const measured = (await judging()).map(({ judged }) => judged);
    return {
      kind: "judged",
      verdict: combine(measured.map(({ verdict }) => verdict)),
      broken: measured.flatMap(({ verdict, condition }) => (verdict === "pass" ? [] : [condition])),
    };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { kind: "error", message: `${error.message}; ${error.remedy}` };
  }
}

// A change that brings its own rules was judged by nobody, and one that loosens them so that its rows fit is for people to read.
function capped({ policy }: Project<Section>, verdict: Verdict, base: Otherwise | undefined): Verdict {
  const isRefused =
    base !== undefined && (base.kind === "error" || !["pass", "not_applicable"].includes(base.verdict));
  return verdict === "pass" && (isRefused || policy.from === "new-here") ? "inconclusive" : verdict;
}

function toldRule({ judged, rule }: Measured): Details["rules"] {
  if (rule === undefined || judged.estimate?.kind !== "exact") return [];
  return [
    {
      condition: judged.condition,
      table: rule.of.of,
      column: rule.column,
      key: rule.key,
      rule: rule.rule,
      rows: rule.of.table.rows,
      broken: judged.estimate.value,
      allowed: rule.allowed,
      words: rule.broken,
      verdict: judged.verdict,
    },
  ];
}

// What names rows has no distribution.
async function profilesOf(
  tables: Tables,
  { key, section: { columns } }: Ruleset,
  opened: readonly Opened[],
): Promise<Details["profiles"]> {
  const unique = Object.keys(columns).filter((name) => columns[name]?.unique);
  const without = [...key, ...unique];
  const profiles: Details["profiles"] = [];
  for (const { of, table } of opened)
    profiles.push(await profileOf(tables, { reference: { of, table, without } }));
  return profiles;
}

function filesOf({ table: { files }, label }: Opened): Subject[] {
  return files.map((file) => ({ ...file, name: files.length === 1 ? label : file.name }));
}
