import { readFile } from "node:fs/promises";
import {
  evidenceOf,
  type OpenedTable,
  type Project,
  type Resolved,
  type Subject,
  type Tables,
  UserError,
  type Versions,
} from "@mlops-actions/core";
import {
  type ColumnProfile,
  identifier,
  presenceOf,
  profile,
  profileOf,
  rowDigest,
} from "@mlops-actions/tables";
import { z } from "zod";
import type { Details } from "../details.ts";
import { type Section, WORD } from "../section.ts";

/** What the current rows are compared with. */
export interface Reference {
  told: Details["reference"];
  version: Details["version"];
  columns: readonly ColumnProfile[];
  /** The model's answers to the rows it was judged on; empty where nobody has kept them. */
  answers: readonly ColumnProfile[];
  /** What the model takes, where its manifest says. */
  inputs: readonly string[] | undefined;
  released: ReadonlyMap<string, Released>;
  threshold: number | undefined;
  classes: readonly string[] | undefined;
  materials: readonly Subject[];
}

/** A metric as the version was evaluated. */
export interface Released {
  value: number;
  low: number | null;
  high: number | null;
}

type Ports = { tables: Tables; versions: Versions };

/** @throws UserError `no-version`, `no-profile`, `no-reference`, and what the registry says */
export async function referenceOf(project: Project<Section>, ports: Ports): Promise<Reference> {
  const { reference } = project.section;
  if (typeof reference !== "string" || !WORD.test(reference))
    return ofRows(project, ports.tables, project.table(["drift", "reference"]));
  if (reference === "train" || reference === "test") {
    const source = project.data[reference];
    if (source !== undefined) return ofRows(project, ports.tables, source);
    throw new UserError("no-reference", `\`data.${reference}\` is not here`, {
      remedy: `fetch it (\`data.fetch\`), or write \`reference: production\` to compare with the version's profile`,
      at: project.place(["drift", "reference"]),
    });
  }
  return ofVersion(project, reference, ports.versions);
}

async function ofRows(
  project: Project<Section>,
  tables: Tables,
  source: Parameters<Tables["open"]>[1],
): Promise<Reference> {
  const { cluster, output = [] } = project.section;
  const opened = await tables.open("drift reference", source);
  const table = await oneOfEach(tables, opened, cluster);
  const { reference } = await profileOf(tables, {
    reference: { of: "train", table, without: project.data.key },
  });
  const isAnswer = ({ name }: ColumnProfile) => output.includes(name);
  return {
    told: { kind: "rows", name: source.label, of: null, rows: table.rows },
    version: null,
    columns: reference.columns.filter((one) => !isAnswer(one)),
    answers: reference.columns.filter(isAnswer),
    inputs: undefined,
    released: new Map(),
    threshold: undefined,
    classes: undefined,
    materials: opened.files,
  };
}

// Both sides must count users, or the reference would look surer than it is.
async function oneOfEach(
  tables: Tables,
  table: OpenedTable,
  cluster: string | undefined,
): Promise<OpenedTable> {
  if (cluster === undefined || !table.columns.some(({ name }) => name === cluster)) return table;
  const name = "drift reference of clusters";
  const column = identifier(cluster);
  await tables.query(
    `CREATE TABLE ${identifier(name)} AS SELECT * FROM ${identifier(table.name)} WHERE ${column} IS NOT NULL
     QUALIFY row_number() OVER (PARTITION BY ${column} ORDER BY ${rowDigest(table.columns)}) = 1`,
    z.unknown(),
  );
  const columns = await presenceOf(tables, name, table.columns);
  return { ...table, name, columns, rows: columns[0]?.presence.rows ?? 0 };
}

async function ofVersion(project: Project<Section>, word: string, versions: Versions): Promise<Reference> {
  const at = project.place(["drift", "reference"]);
  const number = /^v?(\d+\.\d+\.\d+)$/.exec(word)?.[1];
  const found = await versions.resolve(
    project.model,
    number !== undefined ? { version: number } : word === "latest" ? { newest: true } : { environment: word },
  );
  if (found === undefined)
    throw new UserError("no-version", `there is no version of ${project.model} yet`, {
      remedy: "register one first, or compare with rows: `reference: data/reference.parquet`",
      at,
    });
  const { version } = found;
  const text = await assetOf(found, "profile.json", versions);
  const read = text === undefined ? undefined : profile.safeParse(jsonOf(text)).data;
  if (read === undefined)
    throw new UserError("no-profile", `${version.tag} has no profile that could be read`, {
      remedy: "register the model again, or compare with rows: `reference: data/reference.parquet`",
      at,
    });
  const { inputs, features, classes, threshold } = version.manifest.interface;
  const isEnvironment = number === undefined && word !== "latest";
  return {
    told: { kind: "version", name: version.tag, of: read.reference.of, rows: read.reference.rows },
    version: { number: version.number, tag: version.tag, environment: isEnvironment ? word : null },
    columns: read.reference.columns,
    answers: read.predictions?.columns ?? [],
    inputs: features ?? inputs?.map(({ name }) => name),
    released: await releasedOf(found, versions),
    threshold,
    classes,
    materials: version.assets
      .filter(({ name }) => name === "profile.json")
      .map(({ name, sha256 }) => ({ name, digest: { sha256 } })),
  };
}

const METRICS = z.looseObject({
  metrics: z.array(z.looseObject({ metric: z.string(), own: z.unknown() })),
});
const SAMPLED = z.looseObject({
  kind: z.enum(["sampled", "exact"]),
  value: z.number(),
  interval: z.looseObject({ low: z.number().nullable(), high: z.number().nullable() }).optional(),
});

/** What was measured when the version was judged, by the statement that is published with it. */
async function releasedOf(found: Resolved, versions: Versions): Promise<ReadonlyMap<string, Released>> {
  const text = await assetOf(found, "evaluate.intoto.jsonl", versions);
  const read = evidenceOf("evaluate", METRICS).safeParse(text === undefined ? undefined : jsonOf(text)).data;
  if (read?.predicate.outcome.kind !== "measured") return new Map();
  return new Map(
    read.predicate.outcome.details.metrics.flatMap(({ metric, own }) => {
      const { data } = SAMPLED.safeParse(own);
      if (data === undefined) return [];
      const { value, interval } = data;
      return [[metric, { value, low: interval?.low ?? value, high: interval?.high ?? value }] as const];
    }),
  );
}

async function assetOf({ version }: Resolved, name: string, versions: Versions): Promise<string | undefined> {
  const asset = version.assets.find((one) => one.name === name);
  if (asset === undefined) return undefined;
  const path = await versions.files(version).find({ name, digest: { sha256: asset.sha256 } });
  return path === undefined ? undefined : readFile(path, "utf8");
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
