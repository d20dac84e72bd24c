// Five million rows of fifteen columns held against 42 rules: the stage `validate` as a user runs it, from the Parquet file to the verdict, against
// one hand-written scan of the same engine and, with MLOPS_PYTHON, against pandera on polars and Great Expectations.
// Run: MLOPS_PYTHON=… node test/benchmarks/validation/million.ts [rows]
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { execute } from "@mlops-actions/core";
import { workingTree } from "@mlops-actions/git";
import { loadProject } from "@mlops-actions/project";
import { openDuckdb } from "@mlops-actions/tables";
import { validate } from "@mlops-actions/validation";

const ROUNDS = 2;
const rows = Number(process.argv[2] ?? 5_000_000);
const python = process.env.MLOPS_PYTHON;
const threads = availableParallelism();
const root = mkdtempSync(join(tmpdir(), "validation-"));
const file = join(root, "rows.parquet");

const COUNTRIES = Array.from({ length: 20 }, (_, i) => `c${i}`);
/** Pseudo-random whole numbers below `n`, the same on every machine. */
const draw = (n: number, salt: number) => `(((i * 2654435761 + ${salt * 40503}) % 1000003) % ${n})`;
const MAKE = `COPY (SELECT i AS id,
  CASE WHEN ${draw(100, 1)} > 0 THEN 16 + ${draw(70, 2)} END AS age, 1 + ${draw(99, 3)} AS hours, ${draw(10, 4)} AS code,
  ${draw(100_000, 5)} / 7.0::DOUBLE AS amount, 0.01 + ${draw(10_000, 6)}::DOUBLE AS price, ${draw(1000, 7)} / 1000.0::DOUBLE AS score,
  ${draw(1000, 8)} / 500.0::DOUBLE - 1 AS ratio, ['free', 'pro', 'team'][1 + ${draw(3, 9)}] AS plan,
  'c' || ${draw(20, 10)} AS country, lpad(CAST(${draw(100_000, 11)} AS VARCHAR), 5, '0') AS zip,
  'user' || i || '@example.org' AS email, DATE '2020-01-01' + CAST(${draw(1500, 12)} AS INTEGER) AS day,
  TIMESTAMP '2020-01-01' + to_seconds(${draw(100_000_000, 13)}) AS at, ${draw(2, 14)} = 1 AS flag
  FROM range(${rows}) t(i)) TO '${file}' (FORMAT parquet)`;

const RULES = `model: m
task: regression
data:
  train: rows.parquet
  key: id
  columns:
    id: { unique: true }
    age: { min: 16, max: 90, max_missing: 2% }
    hours: { min: 1, max: 99 }
    code: { values: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] }
    amount: { min: 0, max: 20000 }
    price: { min: 0 }
    score: { min: 0, max: 1 }
    ratio: { min: -1, max: 1 }
    plan: { values: [free, pro, team] }
    country: { values: [${COUNTRIES.join(", ")}] }
    zip: { pattern: "[0-9]{5}", min_length: 5, max_length: 5 }
    email: { pattern: "[a-z0-9]+@[a-z]+[.]org", max_length: 40 }
    day: { type: date, min: 2019-01-01, max: now }
    at: { type: timestamp, min: 2019-01-01, max: now }
    flag: {}
  checks:
    - mean(amount) > 1
`;

const NAMES = "id age hours code amount price score ratio plan country zip email day at flag".split(" ");
const quoted = (values: readonly string[]) => values.map((value) => `'${value}'`).join(", ");
const BY_HAND = `SELECT count(*) AS n, ${[
  ...NAMES.map((name) => `"${name}" IS NULL`),
  "age < 16",
  "age > 90",
  "hours < 1",
  "hours > 99",
  "code NOT IN (0, 1, 2, 3, 4, 5, 6, 7, 8, 9)",
  "amount < 0",
  "amount > 20000",
  "price < 0",
  "score < 0",
  "score > 1",
  "ratio < -1",
  "ratio > 1",
  "plan NOT IN ('free', 'pro', 'team')",
  `country NOT IN (${quoted(COUNTRIES)})`,
  "NOT regexp_full_match(zip, '[0-9]{5}')",
  "length(zip) < 5",
  "length(zip) > 5",
  "NOT regexp_full_match(email, '[a-z0-9]+@[a-z]+[.]org')",
  "length(email) > 40",
  "day < DATE '2019-01-01'",
  "day > now()",
  "\"at\" < TIMESTAMP '2019-01-01'",
  '"at" > now()',
]
  .map((broken, i) => `count(*) FILTER (WHERE ${broken}) AS b${i}`)
  .join(", ")}, avg(amount) AS mean, count(DISTINCT id) AS different FROM read_parquet('${file}')`;

const PANDERA = `
import sys, time
import polars as pl, pandera.polars as pa
start, cpu = time.time(), time.process_time()
C, K = pa.Column, pa.Check
frame = pl.read_parquet(sys.argv[1])
schema = pa.DataFrameSchema({
  "id": C(pl.Int64, unique=True), "age": C(None, [K.ge(16), K.le(90)], nullable=True), "hours": C(None, [K.ge(1), K.le(99)]),
  "code": C(None, K.isin(list(range(10)))), "amount": C(pl.Float64, [K.ge(0), K.le(20000)]), "price": C(pl.Float64, K.ge(0)),
  "score": C(pl.Float64, [K.ge(0), K.le(1)]), "ratio": C(pl.Float64, [K.ge(-1), K.le(1)]), "plan": C(pl.String, K.isin(["free", "pro", "team"])),
  "country": C(pl.String, K.isin([f"c{i}" for i in range(20)])), "zip": C(pl.String, [K.str_matches("^[0-9]{5}$"), K.str_length(5, 5)]),
  "email": C(pl.String, [K.str_matches("^[a-z0-9]+@[a-z]+[.]org$"), K.str_length(max_value=40)]),
  "day": C(pl.Date, [K.ge(__import__("datetime").date(2019, 1, 1)), K.le(__import__("datetime").date(2100, 1, 1))]),
  "at": C(None, [K.ge(__import__("datetime").datetime(2019, 1, 1)), K.le(__import__("datetime").datetime(2100, 1, 1))]),
  "flag": C(pl.Boolean),
}, checks=[K(lambda data: data.lazyframe.select(pl.col("amount").mean() > 1)), K(lambda data: data.lazyframe.select(pl.col("age").is_null().mean() <= 0.02))])
schema.validate(frame, lazy=True)
print(time.time() - start, time.process_time() - cpu)
`;

const GREAT_EXPECTATIONS = `
import sys, time, datetime, logging
import pandas as pd, great_expectations as gx, great_expectations.expectations as e
start, cpu = time.time(), time.process_time()
logging.disable(logging.CRITICAL)
frame = pd.read_parquet(sys.argv[1])
context = gx.get_context(mode="ephemeral")
context.variables.progress_bars = {"globally": False}
batch = context.data_sources.add_pandas("p").add_dataframe_asset("a").add_batch_definition_whole_dataframe("b").get_batch({"dataframe": frame})
between = lambda column, low, high: e.ExpectColumnValuesToBeBetween(column=column, min_value=low, max_value=high)
suite = gx.ExpectationSuite("s", expectations=[
  *[e.ExpectColumnValuesToNotBeNull(column=name, mostly=0.98 if name == "age" else 1.0) for name in frame.columns],
  e.ExpectColumnValuesToBeUnique(column="id"), between("age", 16, None), between("age", None, 90), between("hours", 1, None), between("hours", None, 99),
  e.ExpectColumnValuesToBeInSet(column="code", value_set=list(range(10))), between("amount", 0, None), between("amount", None, 20000), between("price", 0, None),
  between("score", 0, None), between("score", None, 1), between("ratio", -1, None), between("ratio", None, 1),
  e.ExpectColumnValuesToBeInSet(column="plan", value_set=["free", "pro", "team"]), e.ExpectColumnValuesToBeInSet(column="country", value_set=[f"c{i}" for i in range(20)]),
  e.ExpectColumnValuesToMatchRegex(column="zip", regex="^[0-9]{5}$"), e.ExpectColumnValueLengthsToEqual(column="zip", value=5),
  e.ExpectColumnValuesToMatchRegex(column="email", regex="^[a-z0-9]+@[a-z]+[.]org$"), e.ExpectColumnValueLengthsToBeBetween(column="email", max_value=40),
  between("day", datetime.date(2019, 1, 1), None), between("day", None, datetime.date(2100, 1, 1)),
  between("at", datetime.datetime(2019, 1, 1), None), between("at", None, datetime.datetime(2100, 1, 1)), e.ExpectColumnMeanToBeBetween(column="amount", min_value=1),
])
result = batch.validate(suite)
assert result.success, [r for r in result.results if not r.success][:2]
print(time.time() - start, time.process_time() - cpu)
`;

/** Seconds by the clock, and of the processors: on a machine that others use as well only these can be compared. */
interface Took {
  wall: number;
  cpu: number;
}

function stopwatch(): () => Took {
  const [wall, cpu] = [performance.now(), process.cpuUsage()];
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    return { wall: (performance.now() - wall) / 1000, cpu: (user + system) / 1e6 };
  };
}

/** From the project file to the evidence, and each part of it. */
async function ours(): Promise<{ took: Took; parts: [string, Took][] }> {
  const watch = stopwatch();
  const tables = await openDuckdb({ memoryMb: 8192, threads, tempDirectory: root });
  try {
    const marks: [string, Took][] = [];
    const loaded = await loadProject({ stage: validate, head: workingTree(root), path: ".", root });
    const evidence = await execute(
      validate,
      loaded,
      [],
      {
        tables,
        progress: { step: (label) => void marks.push([label, watch()]) },
        clock: { now: () => new Date() },
      },
      { commit: null, clean: true, tool: "benchmark" },
      new AbortController().signal,
    );
    const { outcome } = evidence.predicate;
    if (outcome.kind === "error" || outcome.verdict !== "pass" || outcome.judged.length !== 42)
      throw new Error(JSON.stringify(outcome).slice(0, 600));
    const took = watch();
    const parts = marks.map(([label, from], i): [string, Took] => {
      const to = marks[i + 1]?.[1] ?? took;
      return [label.replace(/ \d+/, ""), { wall: to.wall - from.wall, cpu: to.cpu - from.cpu }];
    });
    return { took, parts };
  } finally {
    await tables.close();
  }
}

async function byHand(): Promise<Took> {
  const watch = stopwatch();
  const instance = await DuckDBInstance.create(":memory:", { threads: String(threads) });
  const connection = await instance.connect();
  await (await connection.runAndReadAll(BY_HAND)).getRows();
  connection.closeSync();
  instance.closeSync();
  return watch();
}

function peer(script: string): Took | string {
  if (python === undefined) return "skipped: MLOPS_PYTHON names no Python";
  const { stdout, stderr, status } = spawnSync(python, ["-c", script, file], { encoding: "utf8" });
  if (status !== 0) return `failed: ${stderr.trim().split("\n").at(-1)}`;
  const [wall = 0, cpu = 0] = (stdout.trim().split("\n").at(-1) ?? "").split(" ").map(Number);
  return { wall, cpu };
}

const least = (all: readonly Took[]) => all.toSorted((a, b) => a.cpu - b.cpu)[0] as Took;

try {
  writeFileSync(join(root, "mlops.yml"), RULES);
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run(MAKE);
  connection.closeSync();
  instance.closeSync();
  const own: Awaited<ReturnType<typeof ours>>[] = [];
  const hand: Took[] = [];
  // In turn, so that a busy machine slows both alike.
  for (let round = 0; round < ROUNDS; round++) {
    own.push(await ours());
    hand.push(await byHand());
  }
  const best = own.toSorted((a, b) => a.took.cpu - b.took.cpu)[0] as (typeof own)[number];
  const told = (name: string, took: Took | string) =>
    console.log(
      `  ${name.padEnd(32)}${
        typeof took === "string"
          ? took
          : [took.cpu, took.wall, took.cpu / best.took.cpu]
              .map((value) => value.toFixed(2).padStart(9))
              .join("")
      }`,
    );
  console.log(
    `${rows.toLocaleString("en-US")} rows × 15 columns, 42 rules, ${threads} threads, best of ${ROUNDS}`,
  );
  console.log(`  ${"".padEnd(32)}    CPU s   wall s  CPU ratio`);
  told("validate, file to evidence", best.took);
  for (const [label, took] of best.parts) told(`  ${label}`, took);
  told("one hand-written scan", least(hand));
  told("pandera on polars", peer(PANDERA));
  told("Great Expectations on pandas", peer(GREAT_EXPECTATIONS));
} finally {
  rmSync(root, { recursive: true, force: true });
}
