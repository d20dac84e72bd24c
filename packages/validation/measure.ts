import {
  type Contrast,
  type Estimate,
  type Judged,
  judge,
  printQuantity,
  type Quantity,
  type Tables,
  UserError,
} from "@mlops-actions/core";
import type { Breakable, Told } from "@mlops-actions/tables";
import { answersTo, askedOf } from "./answers.ts";
import { type Asked, askedBy } from "./asked.ts";
import type { Check } from "./checks.ts";
import { type ColumnRule, requireFit } from "./column-rules.ts";
import { columnOf, type Opened } from "./opened.ts";
import type { Ruleset } from "./ruleset.ts";

/** One rule with its verdict, and the rows that break it where these can be named. */
export interface Measured {
  judged: Judged;
  of: Opened;
  rule: ColumnRule | undefined;
  breaking: Breakable | undefined;
}

/** Binds every rule before anything is counted, counts for all of them together, and judges each. */
export async function judgeRules(
  tables: Tables,
  rules: Ruleset,
  {
    checks: written,
    columns,
    opened,
    now,
  }: {
    checks: readonly Check[];
    columns: readonly ColumnRule[];
    opened: readonly Opened[];
    now: Date;
  },
): Promise<Measured[]> {
  const training = opened.find(({ of }) => of === "train");
  const isKeyed = training !== undefined && rules.key.every((name) => columnOf(training, name));
  const checks = written.filter(({ ofKeyedTraining }) => isKeyed || !ofKeyedTraining);
  for (const rule of columns) requireFit(rule, rules.place(rule.path));
  const ofChecks = checks.map((check) => bound(check, rules, opened, now));
  const ofColumns = columns.map((rule) => boundColumn(rule));
  const asked = [...ofChecks.flat(), ...ofColumns.flatMap((one) => one ?? [])];
  const told = await answersTo(tables, opened, asked);
  const answers = new Map(asked.map((one, i) => [one, told[i] as Told]));
  const answer = (one: Asked) => answers.get(one) as Told;
  return [
    ...checks.map((check, i): Measured => {
      const own = ofChecks[i] as Asked[];
      const [first] = own as [Asked];
      const estimate = combined(check.contrast, own.map(answer), now);
      return {
        judged: judgedBy(rules, check, estimate, sidesOf(check.contrast, own.map(answer), now)),
        of: first.of,
        rule: undefined,
        breaking: own.length === 1 ? first.breaking : undefined,
      };
    }),
    ...columns.map((rule, i): Measured => {
      const own = ofColumns[i];
      const { value, n } =
        own === undefined ? { value: rule.of.table.rows, n: rule.of.table.rows } : answer(own);
      const estimate: Estimate = { kind: "exact", value: value ?? 0, unit: "count", n };
      const check = { condition: conditionOf(rule), contrast: contrastOf(rule), path: rule.path };
      const judged = judgedBy(rules, check, estimate, []);
      return { judged: { ...judged, ...toldOf(rule, judged) }, of: rule.of, rule, breaking: own?.breaking };
    }),
  ];
}

function judgedBy(rules: Ruleset, check: Check, estimate: Estimate, sides: Judged["sides"]): Judged {
  return {
    condition: check.condition,
    role: "check",
    contrast: check.contrast,
    place: rules.place(check.path),
    ...judge(check.contrast, estimate),
    estimate,
    sides,
  };
}

function bound(check: Check, rules: Ruleset, opened: readonly Opened[], now: Date): Asked[] {
  try {
    return quantitiesOf(check.contrast).map((quantity) => askedBy(quantity, rules, opened, now));
  } catch (error) {
    if (!(error instanceof UserError) || error.at !== undefined) throw error;
    throw new UserError(error.code, error.message, {
      remedy: error.remedy,
      at: rules.place(check.path),
      cause: error,
    });
  }
}

function boundColumn(rule: ColumnRule): Asked | undefined {
  const column = columnOf(rule.of, rule.column);
  const { is } = rule;
  return is === "absent" || column === undefined ? undefined : askedOf({ ...rule, is }, column);
}

function quantitiesOf({ ratio, terms }: Contrast): Quantity[] {
  return ratio === undefined ? terms.map(({ quantity }) => quantity) : [ratio.numerator, ratio.denominator];
}

/** A metric from what was counted for it: a share of what was looked at, an age, or the count itself. */
function metricValue({ name }: Quantity, { value, n }: Told, now: Date): number | null {
  if (value === null) return null;
  if (name === "missing") return n === 0 ? null : value / n;
  return name === "freshness" ? now.getTime() / 1000 - value / 1e6 : value;
}

function combined(contrast: Contrast, told: readonly Told[], now: Date): Estimate {
  const quantities = quantitiesOf(contrast);
  const values = quantities.map((quantity, i) => metricValue(quantity, told[i] as Told, now));
  const n = Math.min(...told.map((one) => one.n));
  const none = values.indexOf(null);
  if (none !== -1)
    return {
      kind: "missing",
      reason: "no-rows",
      detail: `no row has what ${printQuantity(quantities[none] as Quantity)} is counted of`,
      n: 0,
    };
  const known = values as number[];
  const [first = 0, second = 0] = known;
  if (contrast.ratio !== undefined) {
    if (second === 0)
      return {
        kind: "missing",
        reason: "undefined",
        detail: `${printQuantity(contrast.ratio.denominator)} is 0`,
        n,
      };
    return { kind: "exact", value: first / second, unit: "ratio", n };
  }
  const value = contrast.terms.reduce((sum, { weight }, i) => sum + weight * (known[i] ?? 0), 0);
  return { kind: "exact", value, unit: contrast.unit, n };
}

function sidesOf(contrast: Contrast, told: readonly Told[], now: Date): Judged["sides"] {
  const quantities = quantitiesOf(contrast);
  if (quantities.length === 1) return [];
  return quantities.map((quantity, i) => {
    const { n } = told[i] as Told;
    const value = metricValue(quantity, told[i] as Told, now);
    const label = printQuantity(quantity);
    return {
      label,
      source: quantity.source,
      estimate:
        value === null
          ? { kind: "missing", reason: "no-rows", detail: `no row has a value for ${label}`, n }
          : { kind: "exact", value, unit: contrast.unit, n },
    };
  });
}

/** `age in train: at least 16` */
function conditionOf({ column, of, rule }: ColumnRule): string {
  return `${column} in ${of.of}: ${rule}`;
}

/** Rows that break a rule, against how many may: evidence that can be judged again like that of any condition. */
function contrastOf({ column, key, of, allowed }: ColumnRule): Contrast {
  const args = [{ column }, { column: of.of }, { quoted: key }];
  const quantity: Quantity = { source: "own", name: "broken", args, where: [] };
  return {
    id: printQuantity(quantity),
    terms: [{ weight: 1, quantity }],
    op: "<=",
    limit: allowed,
    unit: "count",
    neutral: null,
  };
}

function toldOf({ is, broken, allowed, hint, of, column }: ColumnRule, { verdict, estimate }: Judged) {
  if (verdict !== "fail" || estimate?.kind !== "exact") return {};
  if (is === "absent")
    return { detail: `${of.label} has no column ${column}${hint === undefined ? "" : `. ${hint}`}` };
  const few = allowed === 0 ? "" : `, ${allowed} allowed`;
  return { detail: `${estimate.value} of ${of.table.rows} rows ${broken}${few}` };
}
