import type { Finding, Source } from "./source.ts";

const STAGES = ["validation", "training", "evaluation", "registration", "rollout", "drift"];
const STAGE_FILES = ["section.ts", "stage.ts", "details.ts", "document.ts"];
const SAYS_NOTHING = /^(utils?|helpers?|types?|constants?|common|misc|lib)$/i;

/** Every stage has the same four files: whoever knows one knows all. */
export function stageFiles(sources: readonly Source[]): Finding[] {
  const paths = new Set(sources.map(({ path }) => path));
  const stages = STAGES.filter((stage) => sources.some(({ path }) => path.startsWith(`packages/${stage}/`)));
  return stages.flatMap((stage) =>
    STAGE_FILES.filter((file) => !paths.has(`packages/${stage}/${file}`)).map((file) => ({
      path: `packages/${stage}`,
      what: `has no ${file}`,
    })),
  );
}

/** Files are called after their subject, in lower case, at most one folder deep in their room. */
export function names(sources: readonly Source[]): Finding[] {
  return sources.flatMap(({ path }) => {
    const parts = path.split("/");
    const words = parts.map((part) => part.replace(/(\.test)?\.ts$/, ""));
    const empty = words
      .filter((word) => SAYS_NOTHING.test(word))
      .map((word) => `\`${word}\` says nothing about its subject`);
    const odd = words
      .filter((word) => !/^[a-z0-9.-]+$/.test(word))
      .map((word) => `\`${word}\` is not in kebab-case`);
    const deep = parts[0] === "packages" && parts.length > 4 ? ["lies deeper than room and subject"] : [];
    const src = parts[0] === "packages" && parts.includes("src") ? ["rooms have no src folder"] : [];
    return [...empty, ...odd, ...deep, ...src].map((what) => ({ path, what }));
  });
}

/** An index lists what it exports one by one, so that nothing is public by accident. */
export function exportsByName(sources: readonly Source[]): Finding[] {
  return sources
    .filter(({ text }) => /^\s*export\s+\*/m.test(text))
    .map(({ path }) => ({ path, what: "exports with `*`" }));
}
