// Brings what tests need and npm does not have: `act` and `actionlint`, Python's libraries, HAProxy, nginx and Prometheus. Everything goes into
// `.tools/`, which Git ignores; what is there already is not touched. Run: node scripts/tools.ts, then put .tools/bin first on PATH and
// .tools/python/bin/python into MLOPS_PYTHON, as `.ci/run` does.
import { resolve } from "node:path";
import { debian } from "./tools/debian.ts";
import { go } from "./tools/go.ts";
import { install } from "./tools/install.ts";
import { python } from "./tools/python.ts";
import type { Source } from "./tools/source.ts";

const tools = resolve(import.meta.dirname, "../.tools");
// A registry may have a bad moment.
const ATTEMPTS = 2;

async function told(source: Source): Promise<boolean> {
  const begun = performance.now();
  const say = (what: string) => console.log(`${source.name}: ${source.programs.join(", ")}: ${what}`);
  for (let attempt = 1; ; attempt++)
    try {
      const isNew = await install(tools, source);
      say(isNew ? `installed in ${((performance.now() - begun) / 1000).toFixed(0)} s` : "there");
      return true;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      if (attempt === ATTEMPTS) {
        say(`NOT INSTALLED, tests that need them are skipped: ${why}`);
        return false;
      }
      say(`once more, after: ${why}`);
    }
}

const done = await Promise.all([go, python, debian].map(told));
process.exitCode = done.every((one) => one) ? 0 : 1;
