import { existsSync } from "node:fs";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folderOf, mlops, REPOSITORY } from "../terminal/command.ts";
import { broken, judgeFiles, measured } from "./scene.ts";

const RULES = `model: m
task: regression
data:
  train: t.csv
  key: id
  show: [id, x, word]
  columns:
    x: { type: number, min: 0, max: 900, max_missing: 1%, max_outside: 1% }
    word: { type: string, values: [a, b], max_missing: 5% }
  checks:
    - mean(x) > 0
    - quantile(x, 0.25) > 0
    - duplicates(x) = 0
    - distinct(word) = 3
    - missing(word)[x > 500] <= 1%
`;

// More than one row group, which is what threads share; numbers whose sum depends on the order in which doubles are added.
const ROWS = Array.from({ length: 130_000 }, (_, i) => {
  const x = i % 97 === 0 ? "" : String(((i * 7919) % 1_000_003) * 1.0000001e-3 - 20);
  return `${i},${x},${["a", "b", "c", ""][(i * 31) % 400 < 3 ? (i * 31) % 400 : 3 - (i % 3)] ?? ""}`;
});
const files = (rows: readonly string[]) => ({
  "mlops.yml": RULES,
  "t.csv": `id,x,word\n${rows.join("\n")}\n`,
});

test("the same evidence on any number of threads, and the same verdicts, counts and rows in any order", async () => {
  const said = async (rows: readonly string[], threads: number) =>
    measured(await judgeFiles(files(rows), threads));
  const one = await said(ROWS, 1);
  const four = await said(ROWS, 4);
  expect(four.judged).toEqual(one.judged);
  expect(four.details).toEqual(one.details);
  expect(Object.keys(broken(one)).length).toBeGreaterThan(3);
  expect(one.details.samples.length).toBeGreaterThan(2);
  const turned = await said(ROWS.toReversed(), 4);
  expect(turned.judged).toEqual(one.judged);
  expect(turned.details.rules).toEqual(one.details.rules);
  const named = ({ details }: typeof one) =>
    details.samples.map(({ condition, sample: { keys, values } }) => ({
      condition,
      keys: keys?.toSorted(),
      values,
    }));
  expect(named(turned)).toEqual(named(one));
});

const SHARED = join(REPOSITORY, "../shared/data");
const ADULT =
  "age workclass fnlwgt education education_num marital_status occupation relationship race sex capital_gain capital_loss hours_per_week native_country income".split(
    " ",
  );
const census = (rules: string) => `model: census-income
task: binary
data:
  train: { files: adult-train.csv, names: [${ADULT.join(", ")}], missing: ["?"] }
  test: { files: adult-test.csv, names: [${ADULT.join(", ")}], missing: ["?"] }
${rules}`;

test.skipIf(!existsSync(SHARED))("the census as its source publishes it", async () => {
  await using folder = await folderOf({
    "mlops.yml": census(`  columns:
    age: { type: integer, min: 17, max: 90 }
    workclass: { type: string, max_missing: 6% }
    education_num: { type: integer, values: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16] }
    income: { type: string, pattern: "[<>]=?50K" }
  checks:
    - rows(train) = 32561
    - rows(test) = 16281
    - missing(occupation) <= 5.67%
    - duplicates(train) = 24
    - distinct(native_country) = 41
    - quantile(age, 0.5) = 37
`),
  });
  for (const name of ["adult-train.csv", "adult-test.csv"])
    await cp(join(SHARED, name), join(folder.path, name));
  const done = await mlops(["validate", "--project", folder.path]);
  expect([done.exit, done.stderr]).toEqual([1, ""]);
  // Its test labels end in a full stop, and 1,843 of 32,561 occupations are missing: 5.66 %.
  expect(done.stdout).toMatch(/^FAIL {2}income in adult-test\.csv: 16,281 rows not of the pattern$/m);
  expect(done.stdout.match(/FAIL/g)).toHaveLength(1);
  const tighter = await mlops(["validate", "--quiet", "--project", folder.path]);
  expect(tighter.stdout).toBe("data fail: income in adult-test.csv: 16,281 rows not of the pattern\n");
});
