import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { listed, UserError } from "@mlops-actions/core";

/** A workflow to start from. */
export interface Starter {
  name: string;
  text: string;
}

/** A starter workflow as it is for one project. */
export interface OwnStarter extends Starter {
  /** Whether it names the projects that it is about, and so has to name each. */
  namesProjects: boolean;
}

/** Where a template names the project in the root. */
const ROOT_PROJECT = /(?<=\bproject: \[?)"\."|(?<=\bproject:\n.*\n.*\n +default: |\bPROJECT: )\.(?=\s)/g;

const CALLED = /uses: \.\/\.github\/workflows\/([\w-]+)\.yml/g;

/**
 * The starter workflows that were asked for, with those that they call, for one project.
 * @param project its folder from the repository's root
 * @param asked names without `.yml`, separated by commas; empty for none
 * @param folder where the templates lie
 * @throws UserError `no-starter`
 */
export async function starters(project: string, asked: string, folder: string): Promise<OwnStarter[]> {
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
  return [...found].map(([name, text]) => ({
    name: `${name}.yml`,
    text: project === "." ? text : text.replaceAll(ROOT_PROJECT, () => JSON.stringify(project)),
    namesProjects: text.match(ROOT_PROJECT) !== null,
  }));
}
