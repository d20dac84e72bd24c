import { type Finding, importsOf, isTest, roomOf, type Source, target } from "./source.ts";

// From the bottom up; a room may import only rooms of lower floors.
const FLOORS: readonly (readonly string[])[] = [
  ["core"],
  ["statistics"],
  ["registry", "tables", "models", "report"],
  ["validation", "training", "evaluation", "registration", "rollout", "drift"],
  ["project", "runner", "github", "git", "natives"],
  ["serving"],
  ["actions", "cli"],
];

// Rooms that are not part of the product: they may use all of it, and nothing of it may use them.
const OUTSIDE = new Set(["testkit", "scripts", "test", "demo"]);

/** Imports only go down, types included, and cross rooms by package name alone. Tests may use everything. */
export function directions(sources: readonly Source[]): Finding[] {
  return sources
    .filter(({ path }) => !isTest(path) && !OUTSIDE.has(roomOf(path)))
    .flatMap((source) =>
      importsOf(source).flatMap((specifier) =>
        wrong(source.path, specifier).map((what) => ({ path: source.path, what })),
      ),
    );
}

function wrong(path: string, specifier: string): string[] {
  const own = roomOf(path);
  const floor = floorOf(own);
  if (floor === -1) return [`\`${own}\` is not a room of the map`];
  const file = target(path, specifier);
  // The version stands in the manifest of the whole.
  if (file === "package.json") return [];
  if (file !== undefined) {
    const other = roomOf(file);
    if (other === own) return [];
    return [`leaves its room by path: ${specifier}`];
  }
  const match = /^@mlops-actions\/([^/]+)(\/.+)?$/.exec(specifier);
  if (match === null) return [];
  const other = match[1] as string;
  if (match[2] !== undefined) return [`reaches past the index of \`${other}\`: ${specifier}`];
  if (OUTSIDE.has(other)) return [`\`${other}\` is for tests and the demo`];
  if (floorOf(other) === -1) return [`\`${other}\` is not a room of the map`];
  return floorOf(other) < floor ? [] : [`\`${own}\` may not import \`${other}\``];
}

function floorOf(room: string): number {
  return FLOORS.findIndex((rooms) => rooms.includes(room));
}
