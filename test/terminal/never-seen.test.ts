import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import type { Files } from "@mlops-actions/testkit";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildInto, folderOf, mlops, REPOSITORY } from "./command.ts";
import { churn, csv, customers, jsonLines, RULES, random, rules } from "./project.ts";

const ajv = new Ajv2020({ strict: false, validateFormats: false });
const isEvidence = ajv.compile(
  JSON.parse(await readFile(join(REPOSITORY, "docs/evidence.schema.json"), "utf8")),
);

let built: Awaited<ReturnType<typeof folderOf>>;
beforeAll(async () => {
  built = await folderOf({});
  await buildInto(built.path);
});
afterAll(() => built[Symbol.asyncDispose]());

/** Judges a folder and reads what it left behind. */
async function judged(files: Files, { prepare, main }: Judging = {}) {
  await using folder = await folderOf(files);
  await prepare?.(folder.path);
  const out = join(folder.path, "left", "out.json");
  const page = join(folder.path, "left", "r.html");
  const args = ["evaluate", "--project", folder.path, "--evidence", out, "--report", page];
  const told = await mlops(args, { main: main ?? join(built.path, "dist/cli.js") });
  const evidence = JSON.parse(await readFile(out, "utf8"));
  expect(isEvidence(evidence), JSON.stringify(isEvidence.errors?.[0])).toBe(true);
  for (const { name, digest } of [...evidence.subject, ...evidence.predicate.materials]) {
    const bytes = await readFile(join(folder.path, name)).catch(() => undefined);
    expect([name, bytes && createHash("sha256").update(bytes).digest("hex")]).toEqual([name, digest.sha256]);
  }
  const names = [...evidence.subject, ...evidence.predicate.materials].map(({ name }) => name).sort();
  return {
    ...told,
    evidence,
    outcome: evidence.predicate.outcome,
    names,
    page: await readFile(page, "utf8"),
  };
}
interface Judging {
  prepare?: (folder: string) => Promise<void>;
  main?: string;
}

describe("a project that nobody has seen before", () => {
  test("is judged from a checkout's sources, in a folder outside any repository", async () => {
    const { exit, stdout, stderr, outcome, evidence, names, page } = await judged(churn(), {
      main: join(REPOSITORY, "packages/cli/main.ts"),
    });
    expect([exit, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^PASS {2}/);
    expect(outcome).toMatchObject({ kind: "measured", verdict: "pass" });
    expect(outcome.judged[0]).toMatchObject({ role: "primary", change: "better", verdict: "pass" });
    expect(evidence.predicate.run).toMatchObject({ commit: null, clean: false });
    expect(names).toEqual(["data/test.csv", "mlops.yml", "new.csv", "old.csv"]);
    expect(page).toMatch(/^<!doctype html>/i);
    expect(page).toContain("churn");
  });

  test("is judged by the bundle with the same numbers", async () => {
    const asked = churn("worse");
    const [bundle, source] = await Promise.all([
      judged(asked),
      judged(asked, { main: join(REPOSITORY, "packages/cli/main.ts") }),
    ]);
    expect([bundle.exit, source.exit]).toEqual([1, 1]);
    expect(bundle.stdout).toMatch(/^FAIL {2}/);
    expect(bundle.outcome).toEqual(source.outcome);
    expect(bundle.stdout).toBe(source.stdout);
  });

  test("may have both models in two columns of one file", async () => {
    const { test: rows, good, poor } = customers(400);
    const both = good.map(({ id, score }, i) => ({
      id: id as number,
      v2: score as number,
      v1: poor[i]?.score as number,
    }));
    const { outcome, exit, names } = await judged({
      "mlops.yml": rules("new.csv, score: score", "both.csv, score: v2").replace(
        "old.csv, score: score",
        "both.csv, score: v1",
      ),
      "data/test.csv": csv(rows),
      "both.csv": csv(both),
    });
    expect([exit, outcome.judged[0].change]).toEqual([0, "better"]);
    expect([...new Set(names)]).toEqual(["both.csv", "data/test.csv", "mlops.yml"]);
  });

  test("has the same numbers in CSV, JSON lines and Parquet", async () => {
    const { test: rows, good, poor } = customers(400);
    const asCsv = await judged(churn());
    const asJson = await judged({
      "mlops.yml": RULES.replaceAll(".csv", ".jsonl"),
      "data/test.jsonl": jsonLines(rows),
      "new.jsonl": jsonLines(good),
      "old.jsonl": jsonLines(poor),
    });
    const asParquet = await judged(
      { ...churn(), "mlops.yml": RULES.replaceAll(".csv", ".parquet") },
      { prepare: (folder) => toParquet(folder, ["data/test", "new", "old"]) },
    );
    const numbers = ({ outcome }: typeof asCsv) =>
      outcome.judged.map(({ condition, estimate, verdict }: Record<string, unknown>) => ({
        condition,
        estimate,
        verdict,
      }));
    expect(asCsv.outcome.judged).toHaveLength(3);
    expect(numbers(asJson)).toEqual(numbers(asCsv));
    expect(numbers(asParquet)).toEqual(numbers(asCsv));
  });

  test("may have three classes", async () => {
    const draw = random(7);
    const classes = ["low", "mid", "top"];
    const rows = Array.from({ length: 500 }, (_, id) => ({
      id,
      grade: classes[Math.floor(draw() * 3)] as string,
    }));
    const predicted = (right: number) =>
      rows.map(({ id, grade }) => {
        const said = draw() < right ? grade : (classes[Math.floor(draw() * 3)] as string);
        return { id, ...Object.fromEntries(classes.map((name) => [`p_${name}`, name === said ? 0.8 : 0.1])) };
      });
    const { exit, outcome } = await judged({
      "mlops.yml": `model: grade\ntask: multiclass\ndata:\n  test: t.csv\n  key: id\n  label: { column: grade, classes: [low, mid, top] }
evaluate:\n  candidate: { predictions: a.csv }\n  baseline: { predictions: b.csv }\n  primary: accuracy - baseline.accuracy > -0.02\n  guardrails:\n    - macro_f1 >= 50%\n`,
      "t.csv": csv(rows),
      "a.csv": csv(predicted(0.9)),
      "b.csv": csv(predicted(0.5)),
    });
    expect([exit, outcome.verdict, outcome.judged[0].change]).toEqual([0, "pass", "better"]);
    const right = outcome.judged[0].sides.map(
      ({ estimate }: { estimate: { value: number } }) => estimate.value,
    );
    expect(Math.max(...right)).toBeGreaterThan(0.88);
  });

  test("may predict a number", async () => {
    const draw = random(8);
    const rows = Array.from({ length: 500 }, (_, id) => ({ id, price: 100 + 50 * draw() }));
    const predicted = (error: number) =>
      rows.map(({ id, price }) => ({ id, prediction: price + error * (draw() - 0.5) }));
    const { exit, outcome, stdout } = await judged({
      "mlops.yml": `model: price\ntask: regression\ndata:\n  test: t.csv\n  key: id\n  label: { column: price }
evaluate:\n  candidate: { predictions: a.csv }\n  baseline: { predictions: b.csv }\n  primary: rmse / baseline.rmse < 1.02\n  guardrails:\n    - mae <= 1\n`,
      "t.csv": csv(rows),
      "a.csv": csv(predicted(20)),
      "b.csv": csv(predicted(4)),
    });
    expect([exit, outcome.verdict]).toEqual([1, "fail"]);
    expect(outcome.judged.map(({ verdict }: { verdict: string }) => verdict)).toEqual(["fail", "fail"]);
    expect(stdout).toContain("rmse");
  });
});

async function toParquet(folder: string, names: readonly string[]): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  for (const name of names)
    await connection.run(
      `COPY (FROM read_csv('${join(folder, name)}.csv')) TO '${join(folder, name)}.parquet' (FORMAT parquet)`,
    );
  connection.closeSync();
  instance.closeSync();
}
