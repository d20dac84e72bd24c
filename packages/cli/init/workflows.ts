import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { listed, UserError } from "@mlops-actions/core";

/** A workflow to start from. */
export interface Starter {
  name: string;
  text: string;
}

const CALLED = /uses: \.\/\.github\/workflows\/([\w-]+)\.yml/g;

/**
 * The starter workflows that were asked for, with those that they call.
 * @param asked names without `.yml`, separated by commas; empty for none
 * @param folder where the templates lie
 * @throws UserError `no-starter`
 */
export async function starters(asked: string, folder: string): Promise<Starter[]> {
  const files = await readdir(folder);
  const has = (name: string) => files.includes(`${name}.yml`);
  const found = new Map<string, string>();
  const wanted = asked.split(",").flatMap((one) => one.trim() || []);
  for (const name of wanted)
    if (!has(name)) {
      const offered = files.flatMap((file) => /^([\w-]+)\.properties\.json$/.exec(file)?.[1] ?? []);
      throw new UserError("no-starter", `There is no starter workflow ${JSON.stringify(name)}`, {
        remedy: `name some of ${listed(offered)}`,
      });
    }
  // Grows while it is read: what is called may call another.
  for (const name of wanted) {
    if (found.has(name)) continue;
    const text = await readFile(join(folder, `${name}.yml`), "utf8");
    found.set(name, text);
    wanted.push(...[...text.matchAll(CALLED)].map(([, called = ""]) => called));
  }
  return [...found].map(([name, text]) => ({ name: `${name}.yml`, text }));
}
