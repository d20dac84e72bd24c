import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** The licences of everything that is inside the bundle, by package; made from the modules that the bundler has used. */
export async function thirdParty(modules: readonly string[]): Promise<string> {
  const folders = new Set(modules.map(packageFolder).filter((folder) => folder !== undefined));
  const entries = await Promise.all([...folders].map(entry));
  // One version can lie in several folders.
  return `Third-party software in this folder.\n\n${[...new Set(entries)].sort().join(`\n${"-".repeat(80)}\n\n`)}`;
}

/** The folder of the innermost package that a module lies in. */
export function packageFolder(module: string): string | undefined {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(module.replaceAll("\\", "/").replace(/^\0/, ""))?.[0];
}

async function entry(folder: string): Promise<string> {
  const manifest = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const files = (await readdir(folder)).filter((name) => /^(licen[cs]e|copying|notice)/i.test(name)).sort();
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), "utf8")));
  const text =
    texts.join("\n").replaceAll("\r\n", "\n").trim() || `Licence: ${manifest.license ?? "not stated"}`;
  return `${manifest.name} ${manifest.version} (${manifest.license ?? "see below"})\n\n${text}\n`;
}
