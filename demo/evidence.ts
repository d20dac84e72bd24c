import { readFile } from "node:fs/promises";
import { type Evidence, evidenceOf, type StageName } from "@mlops-actions/core";
import type { z } from "zod";

/** What is known of an action that has ended. */
export interface Ended {
  outputs: Readonly<Record<string, string>>;
  stdout: string;
  stderr: string;
}

/** The evidence that an action has left. @throws Error where it left none, or this demo cannot read it */
export async function evidenceIn<Details>(
  stage: StageName,
  details: z.ZodType<Details>,
  { outputs, stdout, stderr }: Ended,
): Promise<Evidence<Details>> {
  if (outputs.evidence === undefined) throw new Error(`the action left no evidence:\n${stdout}${stderr}`);
  const read = evidenceOf(stage, details).safeParse(JSON.parse(await readFile(outputs.evidence, "utf8")));
  if (!read.success)
    throw new Error(`dist/ is not built from these sources: run npm run build\n${read.error.message}`);
  // A schema of any details leaves the type of its parts open.
  return read.data as Evidence<Details>;
}
