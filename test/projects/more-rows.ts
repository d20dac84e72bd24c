import { cp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { openDuckdb } from "@mlops-actions/tables";
import { type Folder, temporaryFolder } from "@mlops-actions/testkit";
import { HERE, RECORDED } from "./scene.ts";

/** New ids, away from those of the project's own rows. */
const FROM = 1_000_000;
const RUNS = ["churn-main", "churn-change"];

/** Test rows of `churn` with this many more, and machines whose recorded models answer for them: older rows under new ids. */
export interface MoreRows extends Folder {
  test: string;
  /** The folder of their `python`. */
  python: string;
}

export async function moreRows(count: number): Promise<MoreRows> {
  const test = await readFile(join(HERE, "churn/data/test.csv"), "utf8");
  const again = test
    .trimEnd()
    .split("\n")
    .slice(1, 1 + count)
    .map((row) => row.split(","));
  const ids = again.map(([id]) => Number(id));
  const folder = await temporaryFolder("recorded");
  const isOurs = (path: string) => !RUNS.some((run) => path === join(RECORDED, run, "answers.parquet"));
  await cp(RECORDED, folder.path, { recursive: true, filter: isOurs });
  const tables = await openDuckdb({ memoryMb: 256, threads: 1, tempDirectory: folder.path });
  try {
    for (const run of RUNS) {
      const recorded = join(RECORDED, run, "answers.parquet");
      await tables.open(run, { files: [recorded], label: run });
      await tables.save(
        `SELECT id, score FROM "${run}" UNION ALL SELECT id + ${FROM}, score FROM "${run}" WHERE id IN (${ids})`,
        "parquet",
        join(folder.path, run, "answers.parquet"),
      );
    }
  } finally {
    await tables.close();
  }
  return {
    ...folder,
    test: `${test}${again.map(([id, ...rest]) => `${[Number(id) + FROM, ...rest]}\n`).join("")}`,
    python: join(folder.path, "bin"),
  };
}
