import { globSync, readFileSync } from "node:fs";
import { posix } from "node:path";

/** One file of the repository as the checks see it. */
export interface Source {
  /** From the repository's root, with forward slashes. */
  path: string;
  text: string;
}

/** Something that is not as the map says: where, and what. */
export interface Finding {
  path: string;
  what: string;
}

/** All TypeScript of the repository. */
export function readSources(root: string): Source[] {
  return globSync("{packages,actions,scripts,test,demo}/**/*.ts", {
    cwd: root,
    exclude: ["**/node_modules/**"],
  })

    .map((path) => path.replaceAll("\\", "/"))
    .sort()
    .map((path) => ({ path, text: readFileSync(posix.join(root, path), "utf8") }));
}

export function isTest(path: string): boolean {
  return path.endsWith(".test.ts") || path.startsWith("test/") || path.includes("/testdata/");
}

/** What a file imports or re-exports, types included, as it is written there. */
export function importsOf({ text }: Source): string[] {
  const code = text.replaceAll(/^\s*\/\/.*$|\/\*[\s\S]*?\*\//gm, "");
  const found = code.matchAll(/\b(?:from|import)\s*\(?\s*(["'])([^"'\n]+)\1/g);
  return [...new Set([...found].map((match) => match[2] as string))];
}

/** The file that a relative import names, from the repository's root. */
export function target(path: string, specifier: string): string | undefined {
  return specifier.startsWith(".") ? posix.normalize(posix.join(posix.dirname(path), specifier)) : undefined;
}

/** `packages/core/x.ts` is in `core`; `actions/…`, `demo/…` are rooms of their own. */
export function roomOf(path: string): string {
  const [first = "", second = ""] = path.split("/");
  return first === "packages" ? second : first;
}
