import { existsSync } from "node:fs";
import { chmod, cp, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type Plugin, rolldown } from "rolldown";
import { beside, bundles } from "./bundles.ts";
import { thirdParty } from "./third-party.ts";

// Native libraries cannot be bundled: `natives` finds them on the user's machine.
const EXTERNAL = [/^@duckdb\//, /^onnxruntime-node/, /\.node$/];

/** Builds every entry into `out`: ESM, split, minified, the same bytes in any folder on any day. `beside`: folders that go along as they are. */
export async function build(
  root: string,
  out: string,
  entries: Readonly<Record<string, string>>,
  beside: readonly string[] = [],
): Promise<void> {
  const absent = Object.values(entries).filter((file) => !existsSync(join(root, file)));
  if (absent.length > 0) throw new Error(`no such entry: ${absent.join(", ")}`);
  const bundle = await rolldown({
    cwd: root,
    input: Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, join(root, file)])),
    platform: "node",
    external: EXTERNAL,
    plugins: [manifest(root)],
    // A warning is a broken bundle that nobody has run yet.
    onwarn: (warning) => {
      if (!ACCEPTED.has(warning.code ?? "")) throw new Error(`rolldown: ${warning.message}`);
    },
  });
  await rm(out, { recursive: true, force: true });
  const { output } = await bundle.write({
    dir: out,
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "chunks/[name]-[hash].js",
    minify: true,
    comments: false,
  });
  await bundle.close();
  const modules = output.flatMap((file) => (file.type === "chunk" ? file.moduleIds : []));
  await writeFile(join(out, "THIRD-PARTY.txt"), await thirdParty(modules));
  // A program of npm's must be executable in the checkout too, where nothing installs it.
  for (const { fileName } of output) if (fileName === "cli.js") await chmod(join(out, fileName), 0o755);
  for (const folder of beside) await cp(join(root, folder), join(out, folder), { recursive: true });
  // Files here are modules wherever they are put; nothing above them says so on a runner.
  await writeFile(join(out, "package.json"), `${JSON.stringify({ type: "module" })}\n`);
}

// Of the manifest only name and version go along: another script in it is not another build.
function manifest(root: string): Plugin {
  return {
    name: "manifest",
    async load(id) {
      if (id !== join(root, "package.json")) return null;
      const { name, version } = JSON.parse(await readFile(id, "utf8"));
      return { code: `export default ${JSON.stringify({ name, version })};`, moduleType: "js" };
    },
  };
}

// Dependencies use these knowingly; the built actions are run by tests.
const ACCEPTED = new Set([
  "EVAL",
  "CIRCULAR_DEPENDENCY",
  "COMMONJS_VARIABLE_IN_ESM",
  "MISSING_NAME_OPTION_FOR_IIFE_EXPORT",
]);

/** The files of a folder with their bytes, for comparing two builds. */
export async function filesOf(folder: string): Promise<Map<string, Buffer>> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = names
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return new Map(
    await Promise.all(
      files.map(async (file) => [file.slice(folder.length + 1), await readFile(file)] as const),
    ),
  );
}

if (import.meta.main) {
  const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
  const out = resolve(process.argv[2] ?? join(root, "dist"));
  // Built beside and moved, so that a build that fails leaves the old one.
  const fresh = `${out}.building`;
  await build(root, fresh, bundles, beside);
  await rm(out, { recursive: true, force: true });
  await mkdir(dirname(out), { recursive: true });
  await rename(fresh, out);
  const files = await filesOf(out);
  const bytes = [...files.values()].reduce((sum, file) => sum + file.length, 0);
  console.log(`${files.size} files, ${Math.round(bytes / 1024)} KiB in ${out}`);
}
