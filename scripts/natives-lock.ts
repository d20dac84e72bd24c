import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { treeDigest } from "../packages/natives/tree.ts";

const run = promisify(execFile);

interface Entry {
  version: string;
  integrity: string;
  os?: string[];
  cpu?: string[];
  libc?: string[];
}

/** The packages of DuckDB as npm's lock file has them; the one that is loaded comes first. */
export function lockedByNpm(packageLock: string): { name: string; entry: Entry }[] {
  const { packages } = JSON.parse(packageLock) as { packages: Record<string, Entry> };
  return Object.entries(packages)
    .map(([path, entry]) => ({ name: path.replace(/^node_modules\//, ""), entry }))
    .filter(({ name }) => /^@duckdb\/node-(api|bindings)/.test(name) || name === "detect-libc");
}

async function archive(name: string, version: string, into: string): Promise<Buffer> {
  const { stdout } = await run("npm", ["pack", "--json", "--ignore-scripts", `${name}@${version}`], {
    cwd: into,
  });
  const [packed] = JSON.parse(stdout) as { filename: string }[];
  return readFile(join(into, packed?.filename ?? ""));
}

// Downloads every platform's package once, so that an action can check files that were unpacked long ago.
if (import.meta.main) {
  const root = resolve(import.meta.dirname, "..");
  const work = await mkdtemp(join(tmpdir(), "natives-lock-"));
  const lock = [];
  for (const { name, entry } of lockedByNpm(await readFile(join(root, "package-lock.json"), "utf8"))) {
    const bytes = await archive(name, entry.version, work);
    const integrity = `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
    if (integrity !== entry.integrity)
      throw new Error(`${name}: the registry's bytes are not those of package-lock.json`);
    const folder = join(work, name.replace("/", "-"));
    await mkdir(folder);
    await writeFile(`${folder}.tgz`, bytes);
    await run("tar", ["xzf", `${folder}.tgz`, "--strip-components=1", "-C", folder]);
    const { version, os, cpu, libc } = entry;
    lock.push({
      name,
      version,
      integrity,
      tree: await treeDigest(folder),
      os: os?.[0],
      cpu: cpu?.[0],
      libc: libc?.[0],
    });
  }
  await rm(work, { recursive: true });
  await writeFile(
    join(root, "packages/natives/duckdb-lock.ts"),
    `import type { NativesLock } from "./lock.ts";

/** Made by \`npm run natives\` from package-lock.json and the packages themselves. */
export const duckdbLock: NativesLock = ${JSON.stringify(lock, null, 2)};
`,
  );
}
