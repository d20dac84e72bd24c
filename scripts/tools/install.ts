import { mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Program, Source } from "./source.ts";

/**
 * Brings a source's programs into `<tools>/bin`.
 * @returns whether anything had to be done
 */
export async function install(tools: string, source: Source): Promise<boolean> {
  const folder = join(tools, source.name.toLowerCase());
  const stamp = join(folder, "installed");
  const pins = `${source.pins.join("\n")}\n`;
  if ((await readFile(stamp, "utf8").catch(() => undefined)) === pins) return false;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const programs = await source.install(folder);
  await mkdir(join(tools, "bin"), { recursive: true });
  for (const name of source.programs) {
    const program = programs[name];
    if (program === undefined) throw new Error(`${source.name} has brought no ${name}`);
    await place(join(tools, "bin", name), program);
  }
  // Last, so that what was cut off is done again.
  await writeFile(stamp, pins);
  return true;
}

async function place(at: string, { path, libraries = [] }: Program): Promise<void> {
  await rm(at, { force: true });
  if (libraries.length === 0) return symlink(path, at);
  const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
  const script = `#!/bin/sh\nLD_LIBRARY_PATH=${quoted(libraries.join(":"))} exec ${quoted(path)} "$@"\n`;
  await writeFile(at, script, { mode: 0o755 });
}
