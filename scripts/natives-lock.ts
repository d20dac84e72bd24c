import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { isOmitted, type LockedPackage } from "../packages/natives/lock.ts";
import { treeDigest } from "../packages/natives/tree.ts";

const run = promisify(execFile);

interface Entry {
  version: string;
  integrity: string;
  os?: string[];
  cpu?: string[];
  libc?: string[];
}

interface Library {
  lock: string;
  isPart(name: string): boolean;
  /** The packages of one platform or of all; a package of several platforms is there once for each. */
  variants(name: string, entry: Entry): Pick<LockedPackage, "os" | "cpu" | "libc" | "omit">[];
}

const BINARIES = "bin/napi-v6";
const WINDOWS_EXTRAS = ["DirectML.dll", "dxcompiler.dll", "dxil.dll"];
// What onnxruntime's one package holds for each platform, and of that what a session on the CPU never loads.
const ONNXRUNTIME: readonly (Pick<LockedPackage, "os" | "cpu" | "libc"> & { unused?: readonly string[] })[] =
  [
    // The same bytes once more; the binding is linked against the shorter name.
    { os: "darwin", cpu: "arm64", unused: ["libonnxruntime.1.30.0.dylib"] },
    { os: "linux", cpu: "arm64", libc: "glibc" },
    { os: "linux", cpu: "x64", libc: "glibc" },
    { os: "win32", cpu: "arm64", unused: WINDOWS_EXTRAS },
    { os: "win32", cpu: "x64", unused: WINDOWS_EXTRAS },
  ];

export const libraries: readonly Library[] = [
  {
    lock: "duckdb",
    isPart: (name) => /^@duckdb\/node-(api|bindings)/.test(name) || name === "detect-libc",
    variants: (_, { os, cpu, libc }) => [
      { os: os?.[0], cpu: cpu?.[0], libc: libc?.[0] as LockedPackage["libc"] },
    ],
  },
  {
    lock: "onnxruntime",
    // Its other dependencies serve its install script, which is never run.
    isPart: (name) => name === "onnxruntime-node" || name === "onnxruntime-common",
    variants: (name) =>
      name === "onnxruntime-node"
        ? ONNXRUNTIME.map(({ unused = [], ...platform }) => ({
            ...platform,
            omit: omitted(platform, unused),
          }))
        : [{}],
  },
];

function omitted({ os, cpu }: Pick<LockedPackage, "os" | "cpu">, unused: readonly string[]): string[] {
  const others = ONNXRUNTIME.filter((other) => other.os !== os || other.cpu !== cpu);
  return [
    ...others.map((other) => `${BINARIES}/${other.os}/${other.cpu}/`),
    ...unused.map((file) => `${BINARIES}/${os}/${cpu}/${file}`),
  ];
}

/** The packages of a library as npm's lock file has them; the one that is loaded comes first. */
export function lockedByNpm({ isPart }: Library, packageLock: string): { name: string; entry: Entry }[] {
  const { packages } = JSON.parse(packageLock) as { packages: Record<string, Entry> };
  return Object.entries(packages)
    .map(([path, entry]) => ({ name: path.replace(/^node_modules\//, ""), entry }))
    .filter(({ name }) => isPart(name))
    .sort((a, b) => Number(b.name === "onnxruntime-node") - Number(a.name === "onnxruntime-node"));
}

async function archive(name: string, version: string, into: string): Promise<Buffer> {
  const { stdout } = await run("npm", ["pack", "--json", "--ignore-scripts", `${name}@${version}`], {
    cwd: into,
  });
  const [packed] = JSON.parse(stdout) as { filename: string }[];
  return readFile(join(into, packed?.filename ?? ""));
}

async function lockOf(library: Library, packageLock: string, work: string): Promise<LockedPackage[]> {
  const lock: LockedPackage[] = [];
  for (const { name, entry } of lockedByNpm(library, packageLock)) {
    const bytes = await archive(name, entry.version, work);
    const integrity = `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
    if (integrity !== entry.integrity)
      throw new Error(`${name}: the registry's bytes are not those of package-lock.json`);
    const folder = join(work, name.replace("/", "-"));
    await mkdir(folder);
    await writeFile(`${folder}.tgz`, bytes);
    await run("tar", ["xzf", `${folder}.tgz`, "--strip-components=1", "-C", folder]);
    for (const variant of library.variants(name, entry)) {
      const tree = await treeDigest(folder, (path) => isOmitted(variant, path));
      lock.push({ name, version: entry.version, integrity, tree, ...variant });
    }
  }
  return lock;
}

// Downloads every platform's package once, so that an action can check files that were unpacked long ago.
if (import.meta.main) {
  const root = resolve(import.meta.dirname, "..");
  const packageLock = await readFile(join(root, "package-lock.json"), "utf8");
  for (const library of libraries) {
    const work = await mkdtemp(join(tmpdir(), "natives-lock-"));
    const lock = await lockOf(library, packageLock, work);
    await rm(work, { recursive: true });
    await writeFile(
      join(root, `packages/natives/${library.lock}-lock.ts`),
      `import type { NativesLock } from "./lock.ts";

/** Made by \`npm run natives\` from package-lock.json and the packages themselves. */
export const ${library.lock}Lock: NativesLock = ${JSON.stringify(lock, null, 2)};
`,
    );
  }
}
