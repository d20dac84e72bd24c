import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Tables } from "@mlops-actions/core";
import { openDuckdb, profileOf } from "@mlops-actions/tables";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const python = process.env.MLOPS_PYTHON;
const missing = reasonToSkip();
if (missing !== undefined) console.warn(`profiles against Python: skipped, ${missing}`);

function reasonToSkip(): string | undefined {
  if (python === undefined) return "MLOPS_PYTHON names no Python with pandas";
  return spawnSync(python, ["-c", "import pandas"]).status === 0 ? undefined : `${python} lacks pandas`;
}

const examples = join(import.meta.dirname, "../../examples");
const files = readdirSync(examples, { recursive: true, encoding: "utf8" }).filter((name) =>
  /(data|predictions)\/\w+\.csv$/.test(name),
);

interface Counted {
  counts: number[];
  present: number;
  mean: number;
  sd: number;
  outside: [number, number];
  commonest: number;
  values: Record<string, number>;
  distinct: number;
  common: number;
  other: { count: number; distinct: number; singletons: number };
}

describe.skipIf(missing !== undefined)(
  `columns of real data counted by pandas${missing ? ` (${missing})` : ""}`,
  () => {
    let tables: Tables;
    beforeAll(async () => {
      const tempDirectory = mkdtempSync(join(tmpdir(), "profile-"));
      tables = await openDuckdb({ memoryMb: 800, threads: 2, tempDirectory });
    });
    afterAll(() => tables.close());

    it("has data to count", () => expect(files.length).toBeGreaterThan(3));

    it.each(files)("%s", async (name) => {
      const file = join(examples, name);
      const table = await tables.open(name, { files: [file], label: name });
      const { reference } = await profileOf(tables, { reference: { of: "test", table, without: [] } });
      const said = execFileSync(python ?? "", [join(import.meta.dirname, "profile_reference.py")], {
        input: JSON.stringify({ file, columns: reference.columns }),
        encoding: "utf8",
      });
      const theirs: Record<string, Counted> = JSON.parse(said);
      for (const column of reference.columns) {
        const counted = theirs[column.name] ?? expect.fail(column.name);
        if (column.kind === "category") {
          const isHidden = counted.distinct > 50;
          expect(Object.fromEntries(column.values.map(({ value, count }) => [value, count]))).toEqual(
            counted.values,
          );
          expect(column.values).toHaveLength(isHidden ? 0 : counted.common);
          expect(column.other).toEqual(counted.other);
          continue;
        }
        expect(column.counts, column.name).toEqual(counted.counts);
        expect(column.presence.present).toBe(counted.present);
        if (counted.present < 10) continue;
        expect(Math.max(...column.counts)).toBeLessThanOrEqual(
          counted.present / 100 + counted.commonest + 20,
        );
        if (column.kind === "date") continue;
        expect(Math.abs((column.mean ?? Number.NaN) - counted.mean)).toBeLessThan(
          1e-12 * (Math.abs(counted.mean) + counted.sd),
        );
        expect(Math.abs((column.sd ?? Number.NaN) - counted.sd)).toBeLessThan(1e-11 * counted.sd + 1e-300);
        if (column.ends !== null)
          expect(Math.min(...counted.outside)).toBeGreaterThanOrEqual(Math.max(10, counted.present * 0.005));
      }
    });
  },
);
