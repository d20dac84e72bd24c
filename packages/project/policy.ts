import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { posix } from "node:path";
import { pipeline } from "node:stream/promises";
import { canonicalJson, type Snapshot } from "@mlops-actions/core";
import { type FoundTable, isGlob } from "./files.ts";
import { type ReadProject, type SectionOf, sectionKey } from "./read-project.ts";
import type { Path } from "./source.ts";

/** Whether the key at this path says how a change is judged, rather than what the change is. */
export function isJudging<Section>(path: Path, stage: SectionOf<Section>): boolean {
  const [first, second] = path;
  if (first === "data" && (second === "key" || second === "label")) return true;
  // The validation is about the rows that a change brings; its own rules stand beside them.
  if (first === "data" && stage.name !== "validate") return second === "test";
  if (first === sectionKey(stage)) return (stage.policy as readonly unknown[]).includes(second);
  return first === "task";
}

/** The judging keys of a project, with all defaults. */
export function judgingKeys<Section>(
  { shared, section }: Pick<ReadProject<Section>, "shared" | "section">,
  stage: SectionOf<Section>,
): Record<string, unknown> {
  const { task, data } = shared;
  const chosen = Object.fromEntries(
    Object.entries(section ?? {}).filter(([key]) => isJudging([sectionKey(stage), key], stage)),
  );
  const { key, label, test } = data;
  if (stage.name === "validate") return { task, data: { key, label, ...chosen } };
  return { task, data: { key, label, test }, [stage.name]: chosen };
}

/** SHA-256 over JSON with sorted keys and without what is undefined. */
export function digestOf(value: unknown): string {
  return createHash("sha256").update(canonicalJson(value)).digest("hex");
}

/** Where two values differ, as dotted paths; a list differs as a whole, since its order has a meaning. */
export function differing(before: unknown, after: unknown, path = ""): string[] {
  if (isMapping(before) && isMapping(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return keys.flatMap((key) => differing(before[key], after[key], path === "" ? key : `${path}.${key}`));
  }
  return canonicalOrNone(before) === canonicalOrNone(after) ? [] : [path];
}

function canonicalOrNone(value: unknown): string {
  return value === undefined ? "" : canonicalJson(value);
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The judging files whose bytes this change alters, adds or removes, by their path at the head.
 * @param folders the project's folder at the base and at the head
 */
export async function changedFiles(
  { files, written }: FoundTable,
  folders: { base: string; head: string },
  base: Snapshot,
  head: Snapshot,
): Promise<string[]> {
  const pinned = files.filter(({ snapshot }) => snapshot === base);
  const changed: string[] = [];
  const known = new Set<string>();
  for (const { path, file } of pinned) {
    const here = await atHead(path, folders, head);
    known.add(here.path);
    if (here.file === undefined || !(await sameBytes(file, here.file))) changed.push(here.path);
  }
  if (pinned.length === 0) return [];
  for (const pattern of written.filter(isGlob)) {
    const matches = await head.list(moved(posix.join(folders.base, pattern), folders));
    changed.push(...matches.filter((path) => !known.has(path)));
  }
  return changed;
}

// Where the project has moved, its files may have moved along, or have stayed.
async function atHead(
  path: string,
  folders: { base: string; head: string },
  head: Snapshot,
): Promise<{ path: string; file: string | undefined }> {
  const along = moved(path, folders);
  const file = await head.materialise(along);
  if (file !== undefined || along === path) return { path: along, file };
  const stayed = await head.materialise(path);
  return stayed === undefined ? { path: along, file } : { path, file: stayed };
}

function moved(path: string, folders: { base: string; head: string }): string {
  const within = posix.relative(folders.base, path);
  return within.startsWith("../") ? path : posix.join(folders.head, within);
}

async function sameBytes(a: string, b: string): Promise<boolean> {
  if ((await stat(a)).size !== (await stat(b)).size) return false;
  const [left, right] = await Promise.all([sha256(a), sha256(b)]);
  return left === right;
}

async function sha256(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}
