import { resolve } from "node:path";
import { adapters } from "./adapters.ts";
import { cycles } from "./cycles.ts";
import { directions } from "./directions.ts";
import { knowledge } from "./knowledge.ts";
import { purity } from "./purity.ts";
import { exportsByName, names, stageFiles } from "./shape.ts";
import { type Finding, readSources, type Source } from "./source.ts";

const CHECKS: readonly ((sources: readonly Source[]) => Finding[])[] = [
  directions,
  cycles,
  knowledge,
  purity,
  stageFiles,
  names,
  exportsByName,
  adapters,
];

/** Everything that is not as the map says. */
export function structure(sources: readonly Source[]): Finding[] {
  return CHECKS.flatMap((check) => check(sources));
}

if (import.meta.main) {
  const findings = structure(readSources(resolve(import.meta.dirname, "../..")));
  for (const { path, what } of findings) console.error(`${path}: ${what}`);
  if (findings.length > 0) process.exitCode = 1;
}
