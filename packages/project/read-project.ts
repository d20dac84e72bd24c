import { createHash } from "node:crypto";
import { posix } from "node:path";
import type { StageName } from "@mlops-actions/core";
import { type Snapshot, type Subject, UserError } from "@mlops-actions/core";
import type { z } from "zod";
import { defaultsByTask } from "./defaults.ts";
import { explain } from "./explain.ts";
import { fileSchema, type JsonSchema, jsonSchemaOf, sections } from "./schema.ts";
import { contradiction, type Shared } from "./shared.ts";
import { type Path, readSource, type Source } from "./source.ts";
import { projectText } from "./text.ts";
import { CONDITION_KEYS } from "./words.ts";

export const FILE = "mlops.yml";

/** What a stage says about its part of the project file. */
export interface SectionOf<Section> {
  name: StageName;
  section: z.ZodType<Section>;
  policy: readonly (keyof Section & string)[];
}

/** Where the keys of a stage stand: the rules of the data beside the data. */
export function sectionKey({ name }: Pick<SectionOf<unknown>, "name">): string {
  return name === "validate" ? "data" : name;
}

/** A project file that was read and holds together. */
export interface ReadProject<Section> {
  folder: string;
  /** The file itself, by path and digest. */
  subject: Subject;
  source: Source;
  schema: JsonSchema;
  shared: Shared;
  /** `undefined` where the file has no such section. */
  section: Section | undefined;
}

export function projectFile(folder: string): string {
  return posix.join(folder, FILE);
}

/** A folder as a user names it, from the repository's root: `.` for the root, no slash at its end. */
export function folderOf(named: string): string {
  return posix.join(named.replaceAll("\\", "/"), ".").replace(/(?<=.)\/$/, "");
}

/**
 * Reads the project file of a folder with one stage's section.
 * @returns `undefined` where there is none
 * @throws UserError with line and column
 */
export async function readProject<Section>(
  snapshot: Snapshot,
  folder: string,
  stage: SectionOf<Section>,
): Promise<ReadProject<Section> | undefined> {
  const file = projectFile(folder);
  const bytes = await snapshot.read(file);
  if (bytes === undefined) return undefined;
  const source = readSource(projectText(bytes, file), file);
  if (source.value === null)
    throw new UserError("empty-project", `${file} is empty`, {
      remedy: "Begin with `model: NAME`.",
      at: { file, line: 1, column: 1 },
    });

  const whole = fileSchema(
    stage.name === "validate" ? sections : { ...sections, [stage.name]: stage.section.optional() },
  );
  const schema = jsonSchemaOf(whole);
  const parsed = whole.safeParse(source.value);
  if (!parsed.success) throw explain(parsed.error.issues, source, schema);
  const { model, task, paths, data, predict, ...rest } = parsed.data as Shared & Record<string, unknown>;
  const shared = { model, task, paths, data, predict };
  const against = contradiction(shared);
  if (against !== undefined)
    throw new UserError("contradiction", against.message, {
      remedy: against.remedy,
      at: source.place(against.path),
    });

  const written = stage.name === "validate" ? rulesOf(data) : rest[stage.name];
  if (written !== undefined) refuseCutConditions(source, written, [sectionKey(stage)]);
  // What is trained here needs no word about the stages that follow: each has its defaults.
  const isTrained = rest.train !== undefined;
  const read = written ?? (isTrained ? stage.section.safeParse({}).data : undefined);
  const names = (key: string) => read !== undefined && (read as Record<string, unknown>)[key] !== undefined;
  const defaults = {
    ...defaultsByTask(stage.name, task),
    // Said here, where this file alone is read: a change that names its candidate otherwise must not lose its baseline by that.
    ...(stage.name === "evaluate" && isTrained && !names("candidate") && { baseline: "production" }),
  };
  const section = read === undefined ? undefined : withDefaults(read as object, defaults);
  if (stage.name === "evaluate" && section !== undefined && !isTrained && !names("candidate"))
    throw new UserError("missing-key", "`evaluate.candidate` is missing", {
      remedy: "Add `candidate:` with the predictions or the model of this change, or the section `train:`.",
      at: source.place(["evaluate"]),
    });
  const subject = { name: file, digest: { sha256: createHash("sha256").update(bytes).digest("hex") } };
  return { folder, subject, source, schema, shared, section: section as Section | undefined };
}

function rulesOf({
  columns,
  checks,
  show,
}: Shared["data"]): Pick<Shared["data"], "columns" | "checks" | "show"> {
  return { columns, checks, show };
}

function withDefaults(section: object, defaults: Readonly<Record<string, unknown>>): object {
  const absent = Object.entries(defaults).filter(
    ([key]) => (section as Record<string, unknown>)[key] === undefined,
  );
  return { ...section, ...Object.fromEntries(absent) };
}

// What is left of a condition that YAML has cut would be read as another one, or complained about in the wrong words.
function refuseCutConditions(source: Source, value: unknown, path: Path): void {
  if (typeof value === "string") {
    const cut = source.cutAt(path);
    if (cut === undefined || !path.some((step) => CONDITION_KEYS.includes(String(step)))) return;
    if (isWhole(value) && (cut === "comma" || COMPARED.test(value))) return;
    const message =
      cut === "comment"
        ? "YAML has read the end of this condition as a comment, from ` #` on"
        : "YAML has split this condition at a comma";
    throw new UserError("condition-yaml", message, {
      remedy: "Put the whole line in single quotes: '…'.",
      at: source.place(path, value.length),
    });
  }
  if (typeof value !== "object" || value === null) return;
  for (const [key, below] of Object.entries(value))
    refuseCutConditions(source, below, [...path, Array.isArray(value) ? Number(key) : key]);
}

// A comparison sign, and an operand at the end.
const COMPARED = /[<>=].*[\p{L}\p{N}%"`)\]]\s*$/su;

function isWhole(condition: string): boolean {
  const count = (sign: string) => condition.split(sign).length - 1;
  return count('"') % 2 === 0 && count("(") === count(")") && count("[") === count("]");
}
