import { type Finding, importsOf, isTest, roomOf, type Source } from "./source.ts";

// Who may import a library of the outside world: a room, or the one file.
const ALLOWED: readonly { library: RegExp; by: string; may: (path: string) => boolean }[] = [
  { library: /^@octokit\/|^@actions\/(github|artifact)$/, by: "packages/github", may: inRoom("github") },
  { library: /^@actions\/(cache|tool-cache)$/, by: "packages/natives", may: inRoom("natives") },
  {
    library: /^@actions\/(?!github$|artifact$|cache$|tool-cache$)/,
    by: "packages/runner",
    may: inRoom("runner"),
  },
  {
    library: /^@duckdb\//,
    by: "packages/tables/duckdb.ts",
    may: (path) => path === "packages/tables/duckdb.ts",
  },
  {
    library: /^onnxruntime-/,
    by: "packages/models/onnxruntime.ts",
    may: (path) => path === "packages/models/onnxruntime.ts",
  },
];

/** Each library of the outside world is known in one place. Tests and scripts may use all. */
export function knowledge(sources: readonly Source[]): Finding[] {
  return sources
    .filter(
      ({ path }) => /^(packages|actions|main)/.test(path) && !isTest(path) && roomOf(path) !== "testkit",
    )
    .flatMap((source) =>
      importsOf(source).flatMap((specifier) =>
        ALLOWED.filter(({ library, may }) => library.test(specifier) && !may(source.path)).map(({ by }) => ({
          path: source.path,
          what: `imports ${specifier}, which only ${by} knows`,
        })),
      ),
    );
}

function inRoom(room: string): (path: string) => boolean {
  return (path) => roomOf(path) === room;
}
