// One million rows of twenty columns against one million: ours by rows and by a profile, against Evidently's and NannyML's defaults. CPU time of each, as a ratio.
// Run: MLOPS_PYTHON=… node test/benchmarks/drift/million.ts [rows, default 1000000]
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compareColumns } from "@mlops-actions/drift";
import { xoshiro256 } from "@mlops-actions/statistics";
import { openDuckdb, type Profile, profileOf } from "@mlops-actions/tables";

const rows = Number(process.argv[2] ?? 1_000_000);
const root = mkdtempSync(join(tmpdir(), "drift-"));
mkdirSync(join(root, "spill"));
const tablesOf = () => openDuckdb({ memoryMb: 4096, threads: 2, tempDirectory: join(root, "spill") });

/** Fourteen numbers, some of them whole or skewed, and six texts; three of them differ in the second table. */
async function generate(): Promise<void> {
  const tables = await tablesOf();
  for (const [at, name] of ["reference", "current"].entries()) {
    const uniform = (column: number) =>
      `((hash(i * 64 + ${column + 32 * at}) % 1000000007 + 0.5) / 1000000007)`;
    const normal = (column: number) =>
      `sqrt(-2 * ln(${uniform(column)})) * cos(2 * pi() * ${uniform(column + 20)})`;
    const numbers = Array.from(
      { length: 10 },
      (_, column) => `${normal(column)} + ${at === 1 && column < 2 ? 0.1 : 0} AS n${column}`,
    );
    const others = [
      `CAST(floor(exp(${normal(10)})) AS BIGINT) AS i0`,
      `CAST(floor(100 * ${uniform(11)}) AS BIGINT) AS i1`,
      `exp(${normal(4)}) AS e0`,
      `round(10 * ${normal(5)}, 1) AS r0`,
      ...Array.from(
        { length: 6 },
        (_, column) =>
          `'v' || CAST(floor(pow(${uniform(12 + column)}, ${at === 1 && column === 0 ? 1.6 : 2}) * ${4 + 6 * column}) AS INTEGER) AS c${column}`,
      ),
    ];
    await tables.save(
      `SELECT ${[...numbers, ...others].join(", ")} FROM range(${rows}) r(i)`,
      "parquet",
      join(root, `${name}.parquet`),
    );
  }
  await tables.close();
}

async function timed<Result>(
  what: string,
  work: () => Promise<Result>,
): Promise<{ result: Result; cpu: number }> {
  const [before, start] = [process.cpuUsage(), performance.now()];
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  const cpu = (user + system) / 1e6;
  console.log(
    `${what.padEnd(46)} ${cpu.toFixed(1).padStart(7)} s CPU, ${((performance.now() - start) / 1000).toFixed(1).padStart(6)} s`,
  );
  return { result, cpu };
}

const open = async (tables: Awaited<ReturnType<typeof tablesOf>>, name: string) =>
  tables.open(name, { files: [join(root, `${name}.parquet`)], label: name });

async function profiled(): Promise<Profile> {
  const tables = await tablesOf();
  const table = await open(tables, "reference");
  const profile = await profileOf(tables, { reference: { of: "train", table, without: [] } });
  await tables.close();
  return profile;
}

async function compared({ reference }: Profile): Promise<string[]> {
  const tables = await tablesOf();
  const table = await open(tables, "current");
  const types = Object.fromEntries(table.columns.map(({ name, type }) => [name, type]));
  const found = await compareColumns(tables, {
    columns: reference.columns,
    answers: [],
    important: () => true,
    from: table.name,
    types,
    random: xoshiro256(1n),
  });
  await tables.close();
  return found.columns
    .filter(({ severity }) => severity === "warn" || severity === "severe")
    .map(({ name }) => name);
}

const PEERS: Readonly<Record<string, string>> = {
  Evidently: `
import pandas as pd, time, warnings
warnings.filterwarnings("ignore")
from evidently import Report
from evidently.presets import DataDriftPreset
start, cpu = time.time(), time.process_time()
reference, current = pd.read_parquet("reference.parquet"), pd.read_parquet("current.parquet")
Report([DataDriftPreset()]).run(current, reference).dict()
print(time.process_time() - cpu, time.time() - start)
`,
  NannyML: `
import pandas as pd, time, warnings
warnings.filterwarnings("ignore")
import nannyml
start, cpu = time.time(), time.process_time()
reference, current = pd.read_parquet("reference.parquet"), pd.read_parquet("current.parquet")
calculator = nannyml.UnivariateDriftCalculator(column_names=list(reference.columns), chunk_number=10)
calculator.fit(reference)
calculator.calculate(current)
print(time.process_time() - cpu, time.time() - start)
`,
};

await generate();
console.log(`${rows} rows × 20 columns against as many`);
const before = await timed("ours: profile of the reference", profiled);
const after = await timed("ours: current rows against a profile", () => compared(before.result));
console.log(`  drift in ${after.result.join(", ")}`);
const python = process.env.MLOPS_PYTHON;
for (const [name, script] of Object.entries(PEERS)) {
  const isThere =
    python !== undefined && spawnSync(python, ["-c", `import ${name.toLowerCase()}`]).status === 0;
  if (!isThere) {
    console.log(`${name}: not compared, ${python ?? "MLOPS_PYTHON"} has no ${name.toLowerCase()}`);
    continue;
  }
  const { stdout, stderr, status } = spawnSync(python, ["-c", script], { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  const [cpu = Number.NaN, wall = Number.NaN] = (stdout.trim().split("\n").at(-1) ?? "")
    .split(" ")
    .map(Number);
  console.log(
    `${name.padEnd(46)} ${cpu.toFixed(1).padStart(7)} s CPU, ${wall.toFixed(1).padStart(6)} s; ours takes ${(after.cpu / cpu).toFixed(3)} of it by profile, ${((before.cpu + after.cpu) / cpu).toFixed(3)} by rows`,
  );
}
rmSync(root, { recursive: true });
