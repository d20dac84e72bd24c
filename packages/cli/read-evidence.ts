import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { type Evidence, evidenceOf, type StageName, UserError } from "@mlops-actions/core";
import { z } from "zod";

/** The evidence that a stage has written to a file. @throws UserError `usage`, with the option that names the file */
export async function readEvidence(option: string, file: string, stage: StageName): Promise<Evidence> {
  const refused = (why: string, cause?: unknown) =>
    new UserError("usage", `--${option} ${file} ${why}`, {
      remedy: `name the file that \`mlops-actions ${stage} --evidence FILE\` has written`,
      cause,
    });
  const text = await readFile(resolve(file), "utf8").catch((cause) => {
    throw refused("cannot be read", cause);
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw refused("is not JSON", cause);
  }
  const read = evidenceOf(stage, z.unknown()).safeParse(value);
  if (!read.success) throw refused(`is no evidence of \`${stage}\``, read.error);
  return read.data;
}
