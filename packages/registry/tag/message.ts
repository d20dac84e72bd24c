import { ASSET_NAME } from "@mlops-actions/core";
import type { ClaimedRun } from "../witness.ts";

/** A file by its bytes. */
export interface Listed {
  name: string;
  size: number;
  sha256: string;
}

/** What the tag of a version says besides the record that it names. */
export interface Claim {
  /** The release that holds the bytes. */
  release: string;
  run?: ClaimedRun | undefined;
  /** What is published beside the manifest's files: profile, card, predictions, statements. */
  beside: readonly Listed[];
  /** Pieces of files that are too large for one asset, in order: `<file>.part-001` … */
  parts: readonly Listed[];
}

/** What the tag of an assignment says. */
export interface Assignment {
  /** `1.4.0`. */
  number: string;
  run?: ClaimedRun | undefined;
}

const RELEASE = /^[A-Za-z0-9-]{1,64}$/;
const NUMBER = /^(?:0|[1-9]\d{0,8})(?:\.(?:0|[1-9]\d{0,8})){2}$/;
const FILE = /^([0-9a-f]{64}) (0|[1-9]\d{0,15}) (\S+)$/;
const RUN = /^(\d{1,15})\/(\d{1,15})\/(\d{1,6})$/;

type Lines = ReadonlyMap<string, readonly string[]>;

/** The message of a version's tag: a line for people, then lines of `Key: value`. */
export function printClaim(title: string, { release, run, beside, parts }: Claim): string {
  return printed(title, [
    ["Release", release],
    ...runLine(run),
    ...beside.map((file) => ["Asset", fileLine(file)] as const),
    ...parts.map((file) => ["Part", fileLine(file)] as const),
  ]);
}

/** Reads what `printClaim` writes; `undefined` for anything else, which was not written by us. */
export function parseClaim(message: string): Claim | undefined {
  const lines = linesOf(message, ["Release", "Run", "Asset", "Part"]);
  const release = only(lines, "Release");
  const run = runOf(lines);
  const beside = filesOf(lines, "Asset");
  const parts = filesOf(lines, "Part");
  if (release === undefined || !RELEASE.test(release)) return undefined;
  if (run === "odd" || beside === undefined || parts === undefined) return undefined;
  return { release, ...(run && { run }), beside, parts };
}

/** The message of an assignment's tag. */
export function printAssignment(title: string, { number, run }: Assignment): string {
  return printed(title, [["Version", number], ...runLine(run)]);
}

/** Reads what `printAssignment` writes; `undefined` for anything else. */
export function parseAssignment(message: string): Assignment | undefined {
  const lines = linesOf(message, ["Version", "Run"]);
  const number = only(lines, "Version");
  const run = runOf(lines);
  if (number === undefined || !NUMBER.test(number) || run === "odd") return undefined;
  return { number, ...(run && { run }) };
}

/** A message that names a run and nothing else that we read. */
export function printRemark(title: string, run: ClaimedRun | undefined): string {
  return printed(title, runLine(run));
}

/** The run that a remark names, if it names one. */
export function parseRemark(message: string): ClaimedRun | undefined {
  const run = runOf(linesOf(message, ["Run"]));
  return run === "odd" ? undefined : run;
}

// A title is one line whatever it is made of: no text can bring lines of its own.
function printed(title: string, lines: readonly (readonly [string, string])[]): string {
  const line = title.replaceAll(/[\s\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").trim();
  return [line, "", ...lines.map(([key, value]) => `${key}: ${value}`)].join("\n").trimEnd();
}

function linesOf(message: string, keys: readonly string[]): Lines | undefined {
  const [title, blank, ...rest] = message.split("\n");
  if (title === undefined || blank !== "" || rest.length === 0) return undefined;
  const lines = new Map<string, string[]>();
  for (const line of rest) {
    const [, key = "", value = ""] = /^([A-Z][a-z]+): (.+)$/.exec(line) ?? [];
    if (!keys.includes(key)) return undefined;
    lines.set(key, [...(lines.get(key) ?? []), value]);
  }
  return lines;
}

function only(lines: Lines | undefined, key: string): string | undefined {
  const values = lines?.get(key) ?? [];
  return values.length === 1 ? values[0] : undefined;
}

function runOf(lines: Lines | undefined): ClaimedRun | undefined | "odd" {
  if (!lines?.has("Run")) return undefined;
  const found = RUN.exec(only(lines, "Run") ?? "");
  if (found === null) return "odd";
  const [repositoryId = 0, runId = 0, attempt = 0] = found.slice(1).map(Number);
  return { repositoryId, runId, attempt };
}

function filesOf(lines: Lines | undefined, key: string): Listed[] | undefined {
  const files = (lines?.get(key) ?? []).map((value) => {
    const [, sha256 = "", size, name = ""] = FILE.exec(value) ?? [];
    return ASSET_NAME.test(name) ? { name, size: Number(size), sha256 } : undefined;
  });
  const known = files.filter((file) => file !== undefined);
  const names = new Set(known.map(({ name }) => name));
  return known.length === files.length && names.size === files.length ? known : undefined;
}

function fileLine({ sha256, size, name }: Listed): string {
  return `${sha256} ${size} ${name}`;
}

function runLine(run: ClaimedRun | undefined): (readonly [string, string])[] {
  return run === undefined ? [] : [["Run", printRun(run)]];
}

/** A run in one word: repository, run, attempt. */
export function printRun({ repositoryId, runId, attempt }: ClaimedRun): string {
  return `${repositoryId}/${runId}/${attempt}`;
}

/** The inverse of `printRun`. */
export function parseRun(text: string): ClaimedRun | undefined {
  const run = runOf(new Map([["Run", [text]]]));
  return run === "odd" ? undefined : run;
}
