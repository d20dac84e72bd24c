import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { lstat, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import {
  canonicalText,
  type Evidence,
  evidenceOf,
  type Files,
  type Manifest,
  type Subject,
  UserError,
} from "@mlops-actions/core";
import { type Details, details } from "./details.ts";

export const MANIFEST = "manifest.json";
export const EVIDENCE = "train.intoto.json";
const NAMES = new Set([MANIFEST, EVIDENCE, "predictions.parquet", "predictions.csv"]);
const MAX_JSON_BYTES = 16 * 1024 * 1024;
const MAX_BYTES = 100e9;

/** What travels from training to evaluation and registration: the model, its answers, and how we know them. */
export interface Candidate {
  evidence: Evidence<Details>;
  details: Details;
  manifest: Manifest;
  /** SHA-256 of `train.intoto.json`: what crosses jobs by their outputs. */
  digest: string;
  /** The manifest, the model and the predictions by their digests, the latter checked at each look. */
  files: Files;
}

/** The digest of the evidence of a candidate as it is written. */
export interface Written {
  digest: string;
  manifestDigest: string;
}

/** The folder beside the place of a candidate that a stage fills. @throws UserError `not-a-candidate` */
export async function beginCandidate(into: string): Promise<string> {
  await mayReplace(into);
  const part = `${into}.part`;
  await rm(part, { recursive: true, force: true });
  return part;
}

/**
 * Puts the evidence beside what the stage has made and moves the whole to its place, so that a candidate that is there is whole. After
 * an error there is none, not even an older one.
 * @returns `undefined` after an error
 */
export async function writeCandidate(
  part: string,
  into: string,
  evidence: Evidence<Details>,
): Promise<Written | undefined> {
  await mayReplace(into);
  await rm(into, { recursive: true, force: true });
  if (evidence.predicate.outcome.kind === "error") {
    await rm(part, { recursive: true, force: true });
    return undefined;
  }
  const text = `${JSON.stringify(evidence, null, 2)}\n`;
  await writeFile(join(part, EVIDENCE), text);
  await mkdir(dirname(into), { recursive: true });
  await rename(part, into);
  const { manifest } = evidence.predicate.outcome.details;
  return { digest: digestOf(text), manifestDigest: digestOf(canonicalText(manifest)) };
}

/** The file of a manifest, the same bytes wherever it is written. */
export function manifestFile(manifest: Manifest): { text: string; subject: Subject } {
  const text = canonicalText(manifest);
  return { text, subject: { name: MANIFEST, digest: { sha256: digestOf(text) } } };
}

/** @throws UserError `not-a-candidate` for a folder that somebody uses for something else */
async function mayReplace(into: string): Promise<void> {
  const names = await readdir(into).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === "ENOENT") return [];
    throw new UserError("not-a-candidate", `${into} is not a folder`, {
      remedy: "Name a new or empty folder for the candidate.",
      cause: error,
    });
  });
  if (names.length === 0 || names.includes(EVIDENCE)) return;
  throw new UserError("not-a-candidate", `${into} has files that are no candidate's`, {
    remedy: "Name a new or empty folder for the candidate: what is in it is replaced.",
  });
}

/**
 * Reads a candidate that another job has made, strictly: everything that its evidence names is there with those bytes, and nothing else.
 * @param expected the digest of its evidence, as the output of that job says it. Without it, nothing vouches for who made it.
 * @throws UserError `candidate-refused`
 */
export async function openCandidate(folder: string, expected?: string): Promise<Candidate> {
  const present = new Map<string, number>();
  for (const entry of await entriesOf(folder)) {
    const found = await lstat(join(folder, entry));
    if (!found.isFile() || found.nlink > 1) throw refused(`\`${entry}\` is a link or no file`);
    present.set(entry, found.size);
  }
  const text = await small(folder, EVIDENCE, present);
  const digest = digestOf(text);
  if (expected !== undefined && digest !== expected)
    throw refused(`its evidence is ${digest} and not the ${expected} that was expected`);
  const evidence = parsed(text);
  const { outcome } = evidence.predicate;
  if (outcome.kind === "error") throw refused(`its training has failed: ${outcome.fault.message}`);
  const { manifest, predictions, train } = outcome.details;
  // The files of a registered model that was asked again are in the registry.
  const models = train === undefined ? [] : manifest.files;
  const files = [...models, ...(predictions === null ? [] : [predictions])];
  const total = files.reduce((sum, { size }) => sum + size, 0);
  if (total > MAX_BYTES) throw refused(`it has ${total} bytes`);
  if (files.some(({ name }, i) => NAMES.has(name) !== i >= models.length))
    throw refused("a file of it has a name that means something else");
  const known = [MANIFEST, EVIDENCE, ...files.map(({ name }) => name)];
  const extra = [...present.keys()].find((name) => !known.includes(name));
  if (extra !== undefined)
    throw refused(`it has a file that its evidence does not know: \`${extra.slice(0, 80)}\``);
  if (new Set(known).size !== known.length) throw refused("two files of it have one name");

  const own = manifestFile(manifest);
  if ((await small(folder, MANIFEST, present)) !== own.text)
    throw refused("its manifest is not the one in its evidence");
  const wanted = new Map([[own.subject.digest.sha256, MANIFEST]]);
  for (const { name, size, sha256 } of files) {
    if (present.get(name) !== size) throw refused(`\`${name}\` is missing or has another size`);
    if ((await sha256Of(join(folder, name))) !== sha256) throw refused(`\`${name}\` has other bytes`);
    wanted.set(sha256, name);
  }
  const subjects = new Set(evidence.subject.map((one) => one.digest.sha256));
  if ([...wanted.keys()].some((one) => !subjects.has(one)) || subjects.size !== wanted.size)
    throw refused("its evidence is about other files");
  return {
    evidence,
    details: outcome.details,
    manifest,
    digest,
    files: {
      async find(one) {
        const name = wanted.get(one.digest.sha256);
        if (name === undefined) return undefined;
        const file = join(folder, name);
        if ((await sha256Of(file)) !== one.digest.sha256) throw refused(`\`${name}\` has changed meanwhile`);
        return file;
      },
    },
  };
}

async function entriesOf(folder: string): Promise<string[]> {
  try {
    if (!(await lstat(folder)).isDirectory()) throw refused("it is not a folder");
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new UserError("no-candidate", `There is no candidate in ${folder}`, {
      remedy: "Train first, or name the folder in which the candidate was put.",
      cause: error,
    });
  }
}

async function small(folder: string, name: string, present: ReadonlyMap<string, number>): Promise<string> {
  const size = present.get(name);
  if (size === undefined) throw refused(`it has no \`${name}\``);
  if (size > MAX_JSON_BYTES) throw refused(`\`${name}\` has ${size} bytes`);
  return readFile(join(folder, name), "utf8");
}

function parsed(text: string): Evidence<Details> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refused("its evidence is not JSON");
  }
  const read = evidenceOf("train", details).safeParse(value);
  if (!read.success) {
    const issue = read.error.issues[0];
    throw refused(
      `its evidence cannot be read: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`.trim(),
    );
  }
  return read.data;
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function refused(why: string): UserError {
  return new UserError("candidate-refused", `The candidate is not as its training left it: ${why}`, {
    remedy: "Take it from the job that has trained it, unchanged; train again where it is lost.",
  });
}
