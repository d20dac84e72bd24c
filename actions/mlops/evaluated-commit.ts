import { readFile } from "node:fs/promises";
import { evidenceOf, type Files, type Version } from "@mlops-actions/core";
import { z } from "zod";

const statement = evidenceOf("evaluate", z.unknown());

/** The commit that the evaluation of a version has judged, as the statement beside it says. */
export async function evaluatedCommit({ assets }: Version, files: Files): Promise<string | undefined> {
  const asset = assets.find(({ name }) => name === "evaluate.intoto.jsonl");
  const file = asset && (await files.find({ name: asset.name, digest: { sha256: asset.sha256 } }));
  if (file === undefined) return undefined;
  const read = statement.safeParse(JSON.parse(await readFile(file, "utf8")));
  return read.success ? (read.data.predicate.run.commit ?? undefined) : undefined;
}
