import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * The licences of everything that is inside the bundle, made from the modules that the bundler has used. Packages with the same text
 * share it: some hundred small packages carry the same long licence.
 */
export async function thirdParty(modules: readonly string[]): Promise<string> {
  const folders = new Set(modules.map(packageFolder).filter((folder) => folder !== undefined));
  const found = await Promise.all([...folders].map(licence));
  const byText = Map.groupBy(found, ({ text }) => text);
  const sections = [...byText].map(([text, packages]) => {
    // One version can lie in several folders.
    const names = [...new Set(packages.map(({ name }) => name))].sort();
    return `${names.join("\n")}\n\n${text}\n`;
  });
  return `Third-party software in this folder.\n\n${sections.sort().join(`\n${"-".repeat(80)}\n\n`)}`;
}

/** The folder of the innermost package that a module lies in. */
export function packageFolder(module: string): string | undefined {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(module.replaceAll("\\", "/").replace(/^\0/, ""))?.[0];
}

async function licence(folder: string): Promise<{ name: string; text: string }> {
  const { name, version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
  const text = texts.join("\n").replaceAll("\r\n", "\n").trim();
  return {
    name: `${name} ${version} (${license ?? "see below"})`,
    text: text || `Licence: ${license ?? "not stated"}`,
  };
}
