import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type Evidence,
  evidenceOf,
  type FoundArtifact,
  type StageName,
  UserError,
} from "@mlops-actions/core";
import { githubArtifacts } from "@mlops-actions/github";
import { z } from "zod";
import { folderIn, type Job } from "./job.ts";

/** A stage whose evidence another job of this run hands over, in the words of its users. */
export interface Handing<Details> {
  stage: StageName;
  /** `evaluation` */
  called: string;
  /** The input that names its digest. */
  input: string;
  details: z.ZodType<Details>;
}

export const EVALUATION: Handing<unknown> = {
  stage: "evaluate",
  called: "evaluation",
  input: "evidence-digest",
  details: z.unknown(),
};

/** @throws UserError `input` for what is no digest */
export function readDigest({ stage, called, input }: Handing<unknown>, text: string): string {
  if (/^[0-9a-f]{64}$/.test(text)) return text;
  throw new UserError("input", `The input \`${input}\` is \`${text.slice(0, 80)}\`, not a SHA-256`, {
    remedy: `pass on what the ${called} has put out: \`needs.${stage}.outputs.evidence-digest\``,
  });
}

/**
 * The evidence of a stage, where its bytes are those that its job has vouched for by its output. Its artifact is only a
 * place to look: any job of the run can write one of that name.
 *
 * @throws UserError `other-evidence` naming both digests, `unreadable-evidence`
 */
export function readEvidence<Details>(
  { stage, called, details }: Handing<Details>,
  bytes: Uint8Array,
  digest: string,
): Evidence<Details> {
  const found = createHash("sha256").update(bytes).digest("hex");
  if (found !== digest)
    throw new UserError(
      "other-evidence",
      `The evidence of the ${called} is ${found}, its job has put out ${digest}`,
      {
        remedy: `run the ${called} again; where it stays so, find out which job writes an artifact of this name: nothing of it is believed`,
      },
    );
  const read = evidenceOf(stage, details).safeParse(jsonOf(bytes));
  // A schema of any details leaves the type of its parts open.
  if (read.success) return read.data as Evidence<Details>;
  throw new UserError(
    "unreadable-evidence",
    `The evidence of the ${called} cannot be read as a statement of \`${stage}\``,
    { remedy: "run all jobs with one version of mlops-actions", cause: read.error },
  );
}

/** The evidence that another job of this run has made: looked for under every attempt's name, believed by its digest alone. */
export async function evidenceFrom<Details>(
  job: Job,
  handing: Handing<Details>,
  model: string,
  digest: string,
): Promise<Evidence<Details>> {
  const { order } = job;
  const { stage, called } = handing;
  let why: UserError | undefined;
  for (let attempt = order.attempt; attempt >= 1; attempt--) {
    const name = `mlops-${stage}-${model}${attempt > 1 ? `-${attempt}` : ""}`;
    try {
      const bytes = await keptEvidence(job, { name });
      if (bytes === undefined)
        throw new UserError("no-evidence", `The artifact ${name} holds no evidence.json`, {
          remedy: `run the ${called} again`,
        });
      return readEvidence(handing, bytes, digest);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      // An artifact that is there and is not the one wanted says more than one of another attempt that is not there.
      if (why === undefined || why.code === "artifact-missing") why = error;
    }
  }
  throw why;
}

/** The bytes of the evidence that an artifact holds; `undefined` where it holds none. @throws UserError where it cannot be downloaded */
export async function keptEvidence(
  job: Job,
  artifact: { name: string } | FoundArtifact,
): Promise<Uint8Array | undefined> {
  const { octokit, repo, links } = job;
  const into = join(await folderIn(job, "evidence"), "id" in artifact ? String(artifact.id) : artifact.name);
  const files = await githubArtifacts({ octokit, repo, runUrl: links.run }).download(artifact, into);
  const file = files.get("evidence.json");
  return file === undefined ? undefined : readFile(file);
}

/** What bytes say as JSON; `undefined` where they say nothing. */
export function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
