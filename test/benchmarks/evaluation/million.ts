// One million rows of two models with all binary metrics and paired intervals, against scikit-learn's points, MLstatkit's DeLong (NumPy's where it is not installed) and a 2,000-fold
// bootstrap of the same metrics. Run: MLOPS_PYTHON=… node test/benchmarks/evaluation/million.ts [rows, default 1000000]
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execute, type Tables } from "@mlops-actions/core";
import { evaluate } from "@mlops-actions/evaluation";
import { workingTree } from "@mlops-actions/git";
import { loadProject } from "@mlops-actions/project";
import { xoshiro256 } from "@mlops-actions/statistics";
import { openDuckdb } from "@mlops-actions/tables";

const rows = Number(process.argv[2] ?? 1_000_000);
const root = mkdtempSync(join(tmpdir(), "million-"));

function generate() {
  const random = xoshiro256(7n);
  const files = ["test.csv", "new.csv", "old.csv"].map((name) => openSync(join(root, name), "w"));
  const parts: [string[], string[], string[]] = [["id,y,group\n"], ["id,score\n"], ["id,score\n"]];
  const flush = () =>
    parts.forEach((part, i) => {
      writeSync(files[i] ?? 0, part.join(""));
      part.length = 0;
    });
  const expit = (value: number) => 1 / (1 + Math.exp(-value));
  for (let id = 0; id < rows; id++) {
    const signal = 3 * (random() + random() + random() - 1.5);
    const y = random() < expit(signal - 1);
    const score = (spread: number) => expit(signal - 1 + spread * (random() - 0.5)).toFixed(6);
    parts[0].push(`${id},${y ? "yes" : "no"},${random() < 0.3 ? "a" : "b"}\n`);
    parts[1].push(`${id},${score(1)}\n`);
    parts[2].push(`${id},${score(2)}\n`);
    if (id % 50_000 === 0) flush();
  }
  flush();
  writeFileSync(
    join(root, "mlops.yml"),
    `model: million
task: binary
data: { test: test.csv, key: id, label: { column: y, positive: "yes" } }
evaluate:
  candidate: { predictions: new.csv }
  baseline: { predictions: old.csv }
  primary: auc - baseline.auc > -0.005
  guardrails:
    - gap(recall by group) - baseline.gap(recall by group) <= 5%
  slices: [group]
`,
  );
}

/** What takes time: opening, and queries by what they are about. */
function timed(tables: Tables, spent: Map<string, number>): Tables {
  const of = async <Result>(name: string, work: Promise<Result>) => {
    const start = performance.now();
    try {
      return await work;
    } finally {
      spent.set(name, (spent.get(name) ?? 0) + performance.now() - start);
    }
  };
  // One at a time, so that nobody is charged for waiting for another.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <Result>(name: string, work: () => Promise<Result>): Promise<Result> => {
    const turn = last.then(() => of(name, work()));
    last = turn.catch(() => undefined);
    return turn;
  };
  return {
    open: (name, source) => inTurn(`open ${name}`, () => tables.open(name, source)),
    query: (sql, row) => inTurn(kindOf(sql), () => tables.query(sql, row)),
    save: (sql, format, file) => inTurn("save", () => tables.save(sql, format, file)),
    close: () => tables.close(),
  };
}

function kindOf(sql: string): string {
  if (/CREATE .*TABLE "?pairs/.test(sql)) return "pair";
  if (/CREATE .*"judged"/.test(sql)) return "judged rows";
  if (/k0_k|q0_0/.test(sql) || /AS lo0/.test(sql)) return "moments (log loss, Brier)";
  if (/AS f0|AS y, .* AS a, .* AS b, count/.test(sql)) return "cells";
  if (/AS sa\b|qaa/.test(sql)) return "DeLong";
  if (/average|precision/i.test(sql)) return "average precision";
  if (/pairs: all|"pairs/.test(sql)) return "pair: counts";
  return sql.replace(/\s+/g, " ").slice(0, 60);
}

const unasked = () => Promise.reject(new Error("predictions only"));

async function ours(): Promise<number> {
  const loaded = await loadProject({ stage: evaluate, head: workingTree(root), path: ".", root });
  mkdirSync(join(root, "spill"));
  const spent = new Map<string, number>();
  const start = performance.now();
  const tables = await openDuckdb({ memoryMb: 4096, threads: 2, tempDirectory: join(root, "spill") });
  const evidence = await execute(
    evaluate,
    loaded,
    [],
    {
      tables: timed(tables, spent),
      models: { inspect: unasked, predict: unasked, latency: unasked },
      files: { find: async () => undefined },
      versions: { resolve: async () => undefined, files: () => ({ find: async () => undefined }) },
      remade: undefined,
      progress: { step: () => undefined },
      clock: { now: () => new Date() },
    },
    { commit: null, clean: true, tool: "benchmark" },
    new AbortController().signal,
  );
  const seconds = (performance.now() - start) / 1000;
  await tables.close();
  const { outcome } = evidence.predicate;
  if (outcome.kind === "error") throw new Error(outcome.fault.message);
  console.log(
    `${rows} rows, ${outcome.details.metrics.length} metrics, ${outcome.verdict}: ${seconds.toFixed(1)} s`,
  );
  const inTables = [...spent.values()].reduce((sum, ms) => sum + ms, 0) / 1000;
  for (const [name, ms] of [...spent].sort(([, a], [, b]) => b - a).slice(0, 14))
    console.log(`  ${(ms / 1000).toFixed(2).padStart(7)} s  ${name}`);
  console.log(`  ${(seconds - inTables).toFixed(2).padStart(7)} s  outside the engine`);
  return seconds;
}

const SCRIPT = `
import csv, sys, time, numpy as np
from sklearn import metrics as sk
start = time.time()
def column(path, name):
    with open(path, newline="") as file:
        return [row[name] for row in csv.DictReader(file)]
y = np.array(column("test.csv", "y")) == "yes"
models = [np.array(column(path, "score"), float) for path in ("new.csv", "old.csv")]
read = time.time() - start
def points(y, s):
    said = s >= 0.5
    return [sk.accuracy_score(y, said), sk.balanced_accuracy_score(y, said), sk.precision_score(y, said), sk.recall_score(y, said),
            sk.f1_score(y, said), sk.matthews_corrcoef(y, said), sk.cohen_kappa_score(y, said), sk.roc_auc_score(y, s),
            sk.average_precision_score(y, s), sk.log_loss(y, s), sk.brier_score_loss(y, s)]
start = time.time()
for s in models: points(y, s)
point = time.time() - start
try:
    from MLstatkit import Delong_test
except ImportError:
    Delong_test = None
start = time.time()
def placements(of, against):
    order = np.sort(against)
    return (np.searchsorted(order, of, "left") + np.searchsorted(order, of, "right")) / 2 / len(order)
if Delong_test:
    Delong_test(y.astype(int), *models, return_ci=False, return_auc=False)
else:
    v10 = [placements(s[y], s[~y]) for s in models]
    v01 = [1 - placements(s[~y], s[y]) for s in models]
    np.cov(v10) / y.sum() + np.cov(v01) / (~y).sum()
delong = time.time() - start
folds = 4
random = np.random.default_rng(1)
start = time.time()
for _ in range(folds):
    take = random.integers(0, len(y), len(y))
    for s in models: points(y[take], s[take])
bootstrap = (time.time() - start) / folds * 2000
print(read, point, delong, bootstrap, "MLstatkit" if Delong_test else "NumPy")
`;

generate();
const seconds = await ours();
const python = process.env.MLOPS_PYTHON ?? "python3";
if (spawnSync(python, ["-c", "import sklearn"]).status !== 0)
  console.log(`compared with nothing: ${python} has no scikit-learn (set MLOPS_PYTHON)`);
else {
  const { stdout, stderr, status } = spawnSync(python, ["-c", SCRIPT], { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  const [peer = "", ...numbers] = stdout.trim().split(" ").reverse();
  const [bootstrap = 0, delong = 0, point = 0, read = 0] = numbers.map(Number);
  const whole = read + point + delong + bootstrap;
  console.log(
    `scikit-learn: reading ${read.toFixed(1)} s, points ${point.toFixed(1)} s, DeLong (${peer}) ${delong.toFixed(1)} s, bootstrap ${bootstrap.toFixed(0)} s (4 folds measured, told for 2,000)`,
  );
  console.log(
    `ours takes ${(seconds / (read + point + delong)).toFixed(2)} of reading, points and DeLong; ${(seconds / whole).toFixed(4)} of all with the bootstrap`,
  );
}
rmSync(root, { recursive: true });
