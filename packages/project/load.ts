import { posix, resolve } from "node:path";
import {
  type Before,
  canonicalJson,
  type Judge,
  type Loaded,
  MODEL_NAME,
  type Place,
  type Policy,
  type Project,
  type Snapshot,
  type Subject,
  type TableReference,
  type TableSource,
  UserError,
} from "@mlops-actions/core";
import { type FoundTable, findTable } from "./files.ts";
import { LEAST } from "./least.ts";
import { pathsOf } from "./paths.ts";
import { changedFiles, differing, digestOf, isJudging, judgingKeys } from "./policy.ts";
import {
  folderOf,
  projectFile,
  type ReadProject,
  readProject,
  type SectionOf,
  sectionKey,
} from "./read-project.ts";
import { tablePaths } from "./schema.ts";
import { modelNamed, projectsOf, refuseTwins } from "./siblings.ts";
import type { Path } from "./source.ts";

export interface ProjectToLoad<Section> {
  stage: SectionOf<Section>;
  head: Snapshot;
  /** The commit whose rules judge; absent where nothing is proposed: at a terminal, on a push. */
  base?: Snapshot | undefined;
  /** The project's folder from the repository's root, `.` for the root itself. */
  path: string;
  /** Absolute path of the repository's root. */
  root: string;
  /** Runs `data.fetch` before a table is looked for. Absent: the tables are here, or they are not. */
  fetch?: ((command: string, place: Place) => Promise<void>) | undefined;
}

/**
 * Reads a project as one stage sees it. What judges a change (`task`, `data.key`, `data.label`, `data.test`, the section's
 * policy keys, and the bytes of the files these name) comes from the base where there is one; the rest from the head.
 */
export async function loadProject<Section>(asked: ProjectToLoad<Section>): Promise<Loaded<Section>> {
  const path = folderOf(asked.path);
  try {
    return { kind: "project", project: await load({ ...asked, path }) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { kind: "fault", error, project: { path, model: await named(asked.head, path) } };
  }
}

// Tells which comment and check the fault belongs to; a file too broken to say so is known by its folder.
async function named(head: Snapshot, path: string): Promise<string> {
  try {
    return (await modelNamed(head, projectFile(path))) ?? fallbackName(path);
  } catch (error) {
    if (error instanceof UserError) return fallbackName(path);
    throw error;
  }
}

/** A folder's name where it could be a model's, so that comment and check of a broken file have a name of their own. */
function fallbackName(path: string): string {
  const name = posix.basename(path);
  return MODEL_NAME.test(name) ? name : "project";
}

async function load<Section>({
  stage,
  head,
  base,
  path,
  root,
  fetch,
}: ProjectToLoad<Section>): Promise<Project<Section>> {
  const own = await readProject(head, path, stage);
  if (own === undefined) throw await noProject(head, base, path);
  const proposed = withSection(own, stage);
  const { model } = proposed.shared;
  await refuseTwins(head, { folder: path, model });
  const { predict } = proposed.shared;
  const paths = pathsOf(path, proposed.shared, proposed.source);
  const project = { root: resolve(root, path), path, model, paths, ownPredict: predict };
  for (const { command, at } of fetchesOf(proposed, stage)) await fetch?.(command, proposed.source.place(at));

  const tables = await findTables(proposed, stage, [head]);
  const mine = judgeOf(proposed, tables);
  const rules = base && (await rulesOf(base, proposed, stage));
  if (base === undefined || rules === undefined) {
    const policy: Policy = {
      commit: base?.commit ?? null,
      from: base === undefined ? "working-tree" : "new-here",
      digest: digestOf(judgingKeys(proposed, stage)),
      changedHere: base === undefined ? [] : [projectFile(path)],
    };
    return { ...project, ...mine, files: [proposed.subject], policy };
  }

  const judging = await findTables(rules, stage, [base, head], (at) => isJudging(at, stage));
  const policy = await comparePolicy({ rules, proposed, judging, base, head, stage });
  const effective = judgeOf(merged(rules, proposed, stage), new Map([...tables, ...judging]));
  return {
    ...project,
    ...effective,
    files: filesOf(rules.subject, proposed.subject),
    place: (at, offset) => (isJudging(at, stage) ? rules : proposed).source.place(at, offset),
    policy,
    ...(policy.changedHere.length > 0 && { proposed: mine }),
    ...(stage.name === "validate" && { before: await beforeOf({ rules, proposed, tables, base, head }) }),
  };
}

/** The tables of the base beside those of the head. */
async function beforeOf<Section>(of: {
  rules: Whole<Section>;
  proposed: Whole<Section>;
  tables: Tables;
  base: Snapshot;
  head: Snapshot;
}): Promise<Record<"train" | "test", Before>> {
  const { rules, proposed, tables, base, head } = of;
  const one = async (name: "train" | "test"): Promise<Before> => {
    const reference = rules.shared.data[name];
    if (reference === undefined) return { kind: "none" };
    const at = rules.source.place(["data", name]);
    const found = await findTable(reference, rules.folder, [base], at).catch((error: unknown) => {
      // The base's own fault, which this change may just be mending.
      if (error instanceof UserError) return undefined;
      throw error;
    });
    if (found === undefined) return { kind: "unknown" };
    const folders = { base: rules.folder, head: proposed.folder };
    const isSame =
      canonicalJson(reference) === canonicalJson(proposed.shared.data[name] ?? null) &&
      (await changedFiles(found, folders, base, head)).length === 0 &&
      found.files.length === tables.get(`data.${name}`)?.files.length;
    return isSame ? { kind: "same" } : { kind: "other", source: found.source };
  };
  return { train: await one("train"), test: await one("test") };
}

function filesOf(judging: Subject, proposed: Subject): Subject[] {
  if (judging.digest.sha256 === proposed.digest.sha256) return [judging];
  return [judging, { ...proposed, name: `${proposed.name} (as proposed)` }];
}

type Whole<Section> = ReadProject<Section> & { section: Section };
type Tables = ReadonlyMap<string, FoundTable>;

function withSection<Section>(read: ReadProject<Section>, stage: SectionOf<Section>): Whole<Section> {
  if (read.section !== undefined) return read as Whole<Section>;
  throw new UserError("missing-key", `\`${stage.name}\` is missing`, {
    remedy: `Add it, for instance \`${LEAST[stage.name]}\`.`,
    at: read.source.place([stage.name]),
  });
}

/** The base's project that judges this one: by the model's name first, so that moving a folder escapes nothing. */
async function rulesOf<Section>(
  base: Snapshot,
  proposed: Whole<Section>,
  stage: SectionOf<Section>,
): Promise<Whole<Section> | undefined> {
  const { folder, shared } = proposed;
  const isHere = (await modelNamed(base, projectFile(folder))) === shared.model;
  const elsewhere = isHere ? undefined : (await projectsOf(base)).find(({ model }) => model === shared.model);
  try {
    const rules = await readProject(base, elsewhere?.folder ?? folder, stage);
    return rules?.section === undefined ? undefined : (rules as Whole<Section>);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(
      "base-unreadable",
      `In the base commit ${base.commit?.slice(0, 12)}: ${error.message}`,
      {
        remedy: `Repair it on the base branch first, a change cannot be judged by it. ${error.remedy}`,
        at: error.at,
        cause: error,
      },
    );
  }
}

async function findTables<Section>(
  read: Whole<Section>,
  stage: SectionOf<Section>,
  snapshots: readonly Snapshot[],
  wanted: (path: Path) => boolean = () => true,
): Promise<Tables> {
  const value = { data: read.shared.data, [stage.name]: read.section };
  const found = new Map<string, FoundTable>();
  for (const path of tablePaths(value, read.schema).filter(wanted)) {
    const reference = path.reduce<unknown>((below, step) => (below as Record<string, unknown>)[step], value);
    try {
      const at = read.source.place(path);
      found.set(path.join("."), await findTable(reference as TableReference, read.folder, snapshots, at));
    } catch (error) {
      if (!(error instanceof UserError && isOptional(path, stage) && error.code !== "path-outside"))
        throw error;
    }
  }
  return found;
}

/** The commands that bring tables here: the data's, unless the stage asks for none of them, and those beside its own tables. */
function fetchesOf<Section>(
  { shared, section, schema }: Whole<Section>,
  { name }: SectionOf<Section>,
): { command: string; at: Path }[] {
  const value = { [name]: section };
  const own = tablePaths(value, schema).flatMap((path) => {
    const { fetch } = path.reduce<{ fetch?: unknown }>(
      (below, step) => (below as Record<string, { fetch?: unknown }>)[step] ?? {},
      value,
    );
    return typeof fetch === "string" ? [{ command: fetch, at: [...path, "fetch"] }] : [];
  });
  const { reference } = section as { reference?: unknown };
  const isAsked = name !== "drift" || reference === "train" || reference === "test";
  const data = shared.data.fetch;
  return data === undefined || !isAsked ? own : [{ command: data, at: ["data", "fetch"] }, ...own];
}

// A machine that only judges need not have the training data, and one that trains had better not have the test rows.
function isOptional<Section>(path: Path, { name }: SectionOf<Section>): boolean {
  const table = path.join(".");
  if (table === "data.test") return name === "train" || name === "drift";
  return table === "data.train" && name !== "train" && name !== "validate";
}

function judgeOf<Section>({ shared, section, source }: Whole<Section>, tables: Tables): Judge<Section> {
  const tableAt = (path: Path): TableSource | undefined => tables.get(path.join("."))?.source;
  const { key, label, columns } = shared.data;
  return {
    task: shared.task,
    data: {
      train: tableAt(["data", "train"]),
      test: tableAt(["data", "test"]),
      key,
      label,
      ruled: Object.keys(columns),
    },
    section,
    predict: shared.predict,
    place: (path: Path, offset?: number): Place => source.place(path, offset),
    table(path) {
      const found = tableAt(path);
      if (found === undefined) throw new Error(`${path.join(".")} names no table`);
      return found;
    },
  };
}

function merged<Section>(
  rules: Whole<Section>,
  proposed: Whole<Section>,
  stage: SectionOf<Section>,
): Whole<Section> {
  const pick = (section: Section, wanted: boolean) =>
    Object.entries(section as object).filter(
      ([key]) => isJudging([sectionKey(stage), key], stage) === wanted,
    );
  const section = Object.fromEntries([
    ...pick(proposed.section, false),
    ...pick(rules.section, true),
  ]) as Section;
  return { ...rules, section };
}

async function comparePolicy<Section>(of: {
  rules: Whole<Section>;
  proposed: Whole<Section>;
  judging: Tables;
  base: Snapshot;
  head: Snapshot;
  stage: SectionOf<Section>;
}): Promise<Policy> {
  const { rules, proposed, judging, base, head, stage } = of;
  const folders = { base: rules.folder, head: proposed.folder };
  const keys = judgingKeys(rules, stage);
  const changed = differing(keys, judgingKeys(proposed, stage));
  if (rules.shared.model !== proposed.shared.model) changed.push("model");
  if (folders.base !== folders.head) changed.push(projectFile(folders.base));
  for (const table of judging.values()) changed.push(...(await changedFiles(table, folders, base, head)));
  const unpinned = [...judging.values()].flatMap(({ files }) =>
    files.filter(({ snapshot }) => snapshot !== base).map((file) => file.path),
  );
  return {
    commit: base.commit,
    from: "base",
    digest: digestOf(keys),
    changedHere: [...new Set(changed)],
    ...(unpinned.length > 0 && { unpinned }),
  };
}

async function noProject(head: Snapshot, base: Snapshot | undefined, path: string): Promise<UserError> {
  const file = projectFile(path);
  const fault = (code: string, message: string, remedy: string) =>
    new UserError(code, message, { remedy, at: { file } });
  if ((await base?.read(file)) !== undefined)
    return fault(
      "project-removed",
      `This change removes \`${file}\`, and with it the rules by which it would be judged`,
      "Keep the file. To retire the model, take its workflow out first, in a change of its own.",
    );
  const other = file.replace(/yml$/, "yaml");
  if ((await head.read(other)) !== undefined)
    return fault("no-project", `There is no \`${file}\``, `Rename \`${other}\`.`);
  const all = (await projectsOf(head)).map(({ folder }) => `\`${folder}\``);
  return fault(
    "no-project",
    `There is no \`${file}\``,
    all.length === 0
      ? "`npx mlops-actions init` proposes one; by hand it begins with `model: NAME`."
      : `Projects are in ${all.slice(0, 5).join(", ")}.`,
  );
}
