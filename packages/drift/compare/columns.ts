import type { ColumnType, Tables } from "@mlops-actions/core";
import { benjaminiHochberg, type Random } from "@mlops-actions/statistics";
import { type CellCounts, type ColumnProfile, cellCounts, moments, mostFar } from "@mlops-actions/tables";
import type { Details, Finding, Severity } from "../details.ts";
import { distributionOf, type Measured, severityOf } from "./distribution.ts";
import { type MissingMeasured, missingOf, missingSeverity } from "./missing.ts";
import { ratioOf } from "./ratio.ts";
import { unseenOf } from "./unseen.ts";

export interface Compared {
  columns: Finding[];
  answers: Finding[];
}

/** Which columns are compared, and with what. */
export interface Comparing {
  columns: readonly ColumnProfile[];
  /** The model's answers, under the names that they have in the current rows. */
  answers: readonly ColumnProfile[];
  important: (column: string) => boolean;
  from: string;
  types: Readonly<Record<string, ColumnType>>;
  random: Random;
}

/** What was counted and tested of one column, before all tests of the run are corrected together. */
interface Tested {
  profile: ColumnProfile;
  cells: CellCounts;
  distribution: Measured | undefined;
  missing: MissingMeasured[];
}

const ORDER: readonly Severity[] = ["quiet", "unclear", "warn", "severe"];

export function worst(severities: readonly Severity[]): Severity {
  return severities.reduce((a, b) => (ORDER.indexOf(b) > ORDER.indexOf(a) ? b : a), "quiet");
}

/** Every column against its profile: one scan, all p-values corrected together. */
export async function compareColumns(tables: Tables, asked: Comparing): Promise<Compared> {
  const { columns, answers, from, types, random } = asked;
  const all = [...columns, ...answers];
  const counted = await cellCounts(tables, from, { columns: all, types });
  const absent = all.map(({ presence }, at) => missingOf(presence, (counted[at] as CellCounts).presence));
  const tests = all.length + absent.flat().length;
  const tested = all.map((profile, at): Tested => {
    const cells = counted[at] as CellCounts;
    return {
      profile,
      cells,
      distribution: distributionIn(profile, cells, { tests, random }),
      missing: absent[at] as MissingMeasured[],
    };
  });
  const p = tested.flatMap(({ distribution, missing }) => [
    ...(distribution === undefined ? [] : [distribution.p]),
    ...missing.map((one) => one.p),
  ]);
  const q = benjaminiHochberg(p);
  let next = 0;
  const findings: Finding[] = [];
  for (const one of tested) {
    const own = one.distribution === undefined ? undefined : { ...one.distribution, q: q[next++] ?? 1 };
    const missing = one.missing.map((kind) => {
      const adjusted = { ...kind, q: q[next++] ?? 1 };
      return { ...adjusted, severity: missingSeverity(adjusted) };
    });
    findings.push(await findingOf(tables, asked, one, own, missing));
  }
  return { columns: findings.slice(0, columns.length), answers: findings.slice(columns.length) };
}

function distributionIn(
  profile: ColumnProfile,
  { counts }: CellCounts,
  of: { tests: number; random: Random },
): Measured | undefined {
  if (counts === null) return undefined;
  switch (profile.kind) {
    case "number": {
      const both = { reference: profile.counts, current: counts };
      return distributionOf({ counts: both, ordered: true, of: "values", edges: profile.edges, ...of });
    }
    case "date":
      return distributionOf({
        counts: { reference: profile.counts, current: counts },
        ordered: true,
        of: "values",
        ...of,
      });
    case "category": {
      if (profile.lengths !== null) {
        const both = { reference: profile.lengths.counts, current: counts };
        return distributionOf({
          counts: both,
          ordered: true,
          of: "lengths",
          edges: profile.lengths.edges,
          ...of,
        });
      }
      const both = {
        reference: [...profile.values.map(({ count }) => count), profile.other.count],
        current: counts,
      };
      return distributionOf({ counts: both, ordered: false, of: "values", ...of });
    }
  }
}

async function findingOf(
  tables: Tables,
  { from, types, important }: Comparing,
  { profile, cells }: Tested,
  distribution: Finding["distribution"],
  missing: Finding["missing"],
): Promise<Finding> {
  const { name } = profile;
  const schema =
    cells.counts === null ? `${article(profile.type)} in the reference, ${article(types[name])} now` : null;
  const unseen = unseenIn(profile, cells);
  const moved = distribution === undefined ? "quiet" : severityOf(distribution);
  const severity = worst([
    schema === null ? "quiet" : "severe",
    moved,
    ...missing.map((one) => one.severity),
    unseen?.severity ?? "quiet",
  ]);
  const isMoved = moved === "warn" || moved === "severe";
  const means =
    isMoved && profile.kind === "number" && profile.mean !== null
      ? { reference: profile.mean, ...(await meanOf(tables, from, name)) }
      : null;
  const ratio =
    isMoved && profile.kind === "number" && means !== null && distribution !== undefined
      ? await ratioOf(tables, { from, types, profile, mean: means.current, distribution })
      : null;
  return {
    name,
    important: important(name),
    rows: cells.presence.rows,
    severity,
    since: null,
    cause: causeOf({ schema, missing, ratio, moved, unseen }),
    ...(distribution && { distribution }),
    missing,
    ...(unseen && { unseen }),
    ratio,
    means: means === null ? null : { reference: means.reference, current: means.current },
    schema,
  };
}

/** Values that the reference does not have: text that it would have named, numbers far from all of its own. */
function unseenIn(profile: ColumnProfile, { counts, far, presence }: CellCounts): Finding["unseen"] {
  if (counts === null) return undefined;
  if (profile.kind === "number" && far !== null) {
    const reference = { n: profile.presence.present, unnamed: 0, singletons: 0 };
    return unseenOf(reference, { m: presence.present, unnamed: far }, mostFar(profile));
  }
  if (profile.kind !== "category" || profile.values.length === 0) return undefined;
  const n = profile.values.reduce((sum, { count }) => sum + count, profile.other.count);
  return unseenOf(
    { n, unnamed: profile.other.count, singletons: profile.other.singletons },
    { m: presence.present, unnamed: counts.at(-1) ?? 0 },
  );
}

/** What explains it, faults of the data first: they make shifts of their own. */
function causeOf(of: {
  schema: string | null;
  missing: Finding["missing"];
  ratio: number | null;
  moved: Severity;
  unseen: Finding["unseen"];
}): Finding["cause"] {
  const isFound = (severity: Severity | undefined) => severity === "warn" || severity === "severe";
  if (of.schema !== null) return "schema";
  if (of.ratio !== null) return "unit";
  const absent = worst(of.missing.map(({ severity }) => severity));
  if (isFound(absent) && (absent === "severe" || of.moved !== "severe")) return "missing";
  if (isFound(of.unseen?.severity)) return "new-values";
  return isFound(of.moved) ? "shift" : null;
}

async function meanOf(tables: Tables, from: string, name: string): Promise<{ current: number }> {
  const [found] = await moments(tables, { from, expressions: [`"${name.replaceAll('"', '""')}"`] });
  return { current: found?.means[0] ?? Number.NaN };
}

function article(type: ColumnType | undefined): string {
  return type === "integer" ? "an integer" : `a ${type ?? "column that is not there"}`;
}

/** What this run says, from all of its columns and answers. Few values of one column do not make the others unclear. */
export function severityOfRun({ columns, answers }: Compared, quality: Details["quality"]): Severity {
  const all = [...columns, ...answers].map(({ severity }) => severity);
  const found = worst([...all, quality?.lost === true ? "severe" : "quiet"]);
  if (found !== "unclear") return found;
  return all.includes("quiet") ? "quiet" : "unclear";
}
