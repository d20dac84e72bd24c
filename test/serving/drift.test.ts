import { cp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder } from "@mlops-actions/testkit";
import { expect, test } from "vitest";
import { checkFolder } from "../drift/checked.ts";
import { adults, columnsOf, NUMERIC, type Row, serving } from "./scene.ts";

const CENSUS = join(import.meta.dirname, "../../examples/census-income/data/test.csv");
const PROJECT = `model: census-income
task: binary
data: { key: id, label: { column: income, positive: ">50K" } }
drift:
  reference: { files: reference.csv }
  current: { files: log/*.jsonl, time: time, version: version, window: 1 d }
  columns: [${NUMERIC.join(", ")}, sex, race]
`;

/** What a drift check finds in the log of a server that has answered these rows. */
async function drifted(rows: readonly Row[]) {
  await using folder = await temporaryFolder("watched");
  await writeFile(join(folder.path, "mlops.yml"), PROJECT);
  await cp(CENSUS, join(folder.path, "reference.csv"));
  const log = {
    folder: join(folder.path, "log"),
    inputs: "all" as const,
    fileBytes: 10_000_000,
    fileMs: 60_000,
  };
  await using at = await serving({ log, now: () => new Date("2026-11-21T03:00:00Z") });
  for (let from = 0; from < rows.length; from += 100)
    expect((await at.infer(columnsOf(rows.slice(from, from + 100)))).status).toBe(200);
  await at.end();
  return (await checkFolder(folder.path)).details;
}

test("what the reference server logs is what the drift check reads", async () => {
  const rows = await adults(1000);
  const quiet = await drifted(rows);
  expect([quiet.current.rows, quiet.columns.length]).toEqual([1000, 7]);
  expect(quiet.columns.filter(({ severity }) => severity === "severe")).toEqual([]);

  const older = rows.map((row) => ({ ...row, age: Number(row.age) + 20 }));
  const found = (await drifted(older)).columns.filter(({ severity }) => severity === "severe");
  expect(found.map(({ name }) => name)).toEqual(["age"]);
}, 60_000);
