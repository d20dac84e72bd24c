import { type Finding, importsOf, roomOf, type Source, target } from "./source.ts";

/** Files of the product that import each other in a circle, types included: none can be understood first. */
export function cycles(sources: readonly Source[]): Finding[] {
  const graph = new Map(
    sources
      .filter(({ path }) => roomOf(path) !== "testkit")
      .map((source) => [
        source.path,
        importsOf(source)
          .map((specifier) => target(source.path, specifier))
          .filter((file) => file !== undefined),
      ]),
  );
  const done = new Set<string>();
  const found: Finding[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const from = trail.indexOf(path);
    if (from !== -1) {
      found.push({ path, what: `imports itself: ${[...trail.slice(from), path].join(" → ")}` });
      return;
    }
    if (done.has(path)) return;
    for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
  return found;
}
