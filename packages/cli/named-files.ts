import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { UserError } from "@mlops-actions/core";

/** Files that somebody has named at the terminal, each there. @returns their absolute paths @throws UserError `no-file` */
export async function namedFiles(named: readonly string[]): Promise<string[]> {
  for (const one of named) {
    const found = await stat(one).catch(() => undefined);
    if (found === undefined) throw await absent(one);
    if (found.isDirectory())
      throw new UserError("no-file", `${one} is a folder`, { remedy: "name the files that are meant" });
  }
  return named.map((one) => resolve(one));
}

async function absent(named: string): Promise<UserError> {
  const isDvc = await stat(`${named}.dvc`).catch(() => undefined);
  return new UserError("no-file", `there is no file ${named}`, {
    remedy: isDvc
      ? `${named}.dvc is here: run \`dvc pull\` first`
      : `check the path; it is taken from ${process.cwd()}`,
  });
}

/** What an option lists, separated by commas. */
export function listOf(text: string | undefined): string[] | undefined {
  return text === undefined ? undefined : text.split(",").map((one) => one.trim());
}
