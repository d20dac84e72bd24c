import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { listed, UserError } from "@mlops-actions/core";

/** A workflow to start from. */
export interface Starter {
  name: string;
  text: string;
}

/**
 * The starter workflows that were asked for, with the reusable ones that they call.
 * @param asked names without `.yml`, separated by commas; empty for none
 * @param folder where the templates lie
 * @throws UserError `no-starter`
 */
export async function starters(asked: string, folder: string): Promise<Starter[]> {
  const names = asked.split(",").flatMap((one) => one.trim() || []);
  const all = (await readdir(folder)).filter((file) => file.endsWith(".yml"));
  const files = names.flatMap((name) => {
    const own = all.filter((file) => file === `${name}.yml` || file === `${name}-project.yml`);
    if (own.length === 0)
      throw new UserError("no-starter", `There is no starter workflow ${JSON.stringify(name)}`, {
        remedy: `name some of ${listed(all.filter((file) => !file.endsWith("-project.yml")).map((file) => file.replace(/\.yml$/, "")))}`,
      });
    return own;
  });
  return Promise.all(
    [...new Set(files)].map(async (name) => ({ name, text: await readFile(join(folder, name), "utf8") })),
  );
}
