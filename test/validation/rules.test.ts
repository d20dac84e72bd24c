import { expect, test } from "vitest";
import { broken, COLUMNS, faultOf, judgeFiles, measured, project, swap, TEST, TRAIN } from "./scene.ts";

const row = (line: string) => `${TRAIN}${line}\n`;

test("rows that no rule refuses pass, and the evidence says what was asked of them", async () => {
  const said = measured(await judgeFiles(project()));
  expect([said.verdict, broken(said)]).toEqual(["pass", {}]);
  expect(said.document.title).toBe("data pass: 42 rules hold on 12 rows");
  expect(said.details.rules).toHaveLength(38);
  expect(said.evidence.subject.map(({ name }) => name)).toEqual(["train.csv", "test.csv"]);
  expect(said.details.profiles.map(({ reference }) => [reference.of, reference.rows])).toEqual([
    ["train", 10],
    ["test", 2],
  ]);
  // The key names rows, and ten rows of values are not enough to show one.
  expect(JSON.stringify(said.details.profiles)).not.toMatch(/"id"|10115|"pro"/);
});

test.each<[string, string, string]>([
  ["13,15,pro,01067,2025-12-01,0", "age in train: at least 16", "1 of 11 rows below 16"],
  ["13,101,pro,01067,2025-12-01,0", "age in train: at most 100", "1 of 11 rows above 100"],
  ["13,,pro,01067,2025-12-01,0", "age in train: not missing", "1 of 11 rows without a value"],
  ["13,4x,pro,01067,2025-12-01,0", "age in train: integer", "1 of 11 rows no integer"],
  ["13,40,basic,01067,2025-12-01,0", "plan in train: one of free, pro", "1 of 11 rows none of the 2 values"],
  ["13,40,pro,0106A,2025-12-01,0", "zip in train: matches [0-9]{5}", "1 of 11 rows not of the pattern"],
  ["13,40,pro,01067,2024-12-31,0", "since in train: at least 2025-01-01", "1 of 11 rows below 2025-01-01"],
  ["13,40,pro,01067,2026-01-02,0", "since in train: at most now", "1 of 11 rows in the future"],
  ["13,40,pro,01067,2025-02-29,0", "since in train: date", "1 of 11 rows no date"],
])("a rule of a column fails: %s", async (line, condition, detail) => {
  const said = measured(await judgeFiles(project(COLUMNS, { "train.csv": row(line) })));
  expect([said.verdict, broken(said)]).toEqual(["fail", { [condition]: "fail" }]);
  expect(said.judged.find(({ verdict }) => verdict === "fail")).toMatchObject({
    detail,
    place: { file: "mlops.yml" },
  });
  expect(said.details.samples).toEqual([{ condition, table: "train", sample: { rows: [11] } }]);
});

test("lengths, uniqueness and a column that is gone fail as well", async () => {
  const long = row("13,40,pro,010678,2025-12-01,0");
  expect(broken(measured(await judgeFiles(project(COLUMNS, { "train.csv": long }))))).toEqual({
    "zip in train: at most 5 characters": "fail",
    "zip in train: matches [0-9]{5}": "fail",
  });
  const twice = row("10,40,pro,01067,2025-12-01,0");
  const repeated = measured(await judgeFiles(project(COLUMNS, { "train.csv": twice })));
  expect(broken(repeated)).toEqual({ "id in train: unique": "fail", "duplicates(key, train) = 0": "fail" });
  // Named from both sides: nobody knows which of the two is the wrong one.
  expect(repeated.details.samples.map(({ sample }) => sample.rows)).toEqual([
    [10, 11],
    [10, 11],
  ]);
  const gone = TEST.split("\n")
    .map((line) => line.split(",").toSpliced(3, 1).join(","))
    .join("\n");
  const absent = measured(
    await judgeFiles(project(COLUMNS, { "test.csv": swap(gone, "plan,since", "plan,since") })),
  );
  expect(broken(absent)).toEqual({ "zip in test: is there": "fail" });
  expect(absent.document.title).toBe("data fail: column zip is missing in test.csv");
  const one = COLUMNS.replace("max_length: 5", "max_length: 5, table: train");
  expect(measured(await judgeFiles(project(one, { "test.csv": gone }))).verdict).toBe("pass");
});

test("a tolerance is counted in whole rows, and what is missing is no value outside", async () => {
  // 29 % of 100 rows are 29 of them, though 0.29 · 100 is 28.999999999999996 to a computer.
  const rows = (bad: number, by: string) =>
    `id,age\n${Array.from({ length: 100 }, (_, i) => `${i},${i < bad ? by : 50}`).join("\n")}\n`;
  const files = (rule: string, bad: number, by: string) => ({
    "mlops.yml": `model: m\ntask: regression\ndata:\n  train: t.csv\n  columns: { age: { ${rule} } }\n`,
    "t.csv": rows(bad, by),
  });
  const verdict = async (rule: string, bad: number, by: string) =>
    measured(await judgeFiles(files(rule, bad, by))).verdict;
  for (const share of ["29%", "0.29"]) {
    expect(await verdict(`max_missing: ${share}`, 29, "")).toBe("pass");
    expect(await verdict(`max_missing: ${share}`, 30, "")).toBe("fail");
    expect(await verdict(`max: 60, max_outside: ${share}`, 29, "70")).toBe("pass");
    expect(await verdict(`max: 60, max_outside: ${share}`, 30, "70")).toBe("fail");
  }
  expect(await verdict("max: 60, max_missing: 100%", 99, "")).toBe("pass");
  expect(await verdict("max: 60, max_missing: 5%", 1, "70")).toBe("fail");
});

const CHECKS: [condition: string, verdict: "pass" | "fail"][] = [
  ["rows(train) >= 10", "pass"],
  ["rows(train) >= 11", "fail"],
  ['rows(train)[plan = "pro"] = 5', "pass"],
  ['rows(train)[plan = "gold"] >= 1', "fail"],
  ["rows(train) / rows(test) >= 5", "pass"],
  ["rows(train) / rows(test) > 5", "fail"],
  ["missing(age) <= 0%", "pass"],
  ['missing(age)[plan = "pro"] < 1%', "pass"],
  ["missing(note) <= 10%", "pass"],
  ["missing(note) <= 9.9%", "fail"],
  ["missing(note, test) >= 100%", "pass"],
  ["distinct(plan) = 2", "pass"],
  ["distinct(plan, test) != 2", "fail"],
  ["distinct(key) = 10", "pass"],
  ["duplicates(key) = 0", "pass"],
  ["duplicates(plan) = 8", "pass"],
  ["duplicates(plan) = 0", "fail"],
  ["duplicates(train) = 0", "pass"],
  ["overlap(train, test) = 0", "pass"],
  ["overlap(train, test, plan) = 0", "fail"],
  ["overlap(train, test, plan, age) = 0", "pass"],
  ["mean(age) >= 45.5", "pass"],
  ["mean(age) > 45.5", "fail"],
  ["mean(age, test) - mean(age) > -20", "pass"],
  ["quantile(age, 0.5) = 45", "pass"],
  ["quantile(age, 1) < 75", "fail"],
  ["freshness(since) <= 22 d", "pass"],
  ["freshness(since) <= 21 d", "fail"],
  ["freshness(since, test) <= 21 d", "pass"],
  ["conflicts(train) = 0", "pass"],
];
test("checks are judged by what is counted, all of them together", async () => {
  const noted = (text: string, note: (i: number) => string) =>
    text
      .trim()
      .split("\n")
      .map((line, i) => `${line},${i === 0 ? "note" : note(i)}\n`)
      .join("");
  const lines = CHECKS.map(([condition]) => `    - '${condition}'\n`).join("");
  const files = project(`  checks:\n${lines}`, {
    "train.csv": noted(TRAIN, (i) => (i === 1 ? "" : "x")),
    "test.csv": noted(TEST, () => ""),
  });
  const { judged } = measured(await judgeFiles(files));
  expect(judged.map(({ condition, verdict }) => [condition, verdict])).toEqual(CHECKS);
  expect(judged.every(({ estimate }) => estimate?.kind === "exact")).toBe(true);
});

test("rows with the same features and another label are conflicts, whatever their key", async () => {
  const more = row("13,59,pro,28195,2025-12-10,0");
  const said = measured(
    await judgeFiles(project("  checks: [conflicts(train) <= 1]\n", { "train.csv": more })),
  );
  expect(said.judged).toMatchObject([{ verdict: "fail", estimate: { value: 2, n: 11 } }]);
});

test("no data is never a pass", async () => {
  const said = measured(
    await judgeFiles(
      project(`  checks:\n    - 'missing(age)[plan = "gold"] <= 1%'\n    - rows(train) = 10\n`),
    ),
  );
  expect([said.verdict, broken(said)]).toEqual([
    "inconclusive",
    { 'missing(age)[plan = "gold"] <= 1%': "inconclusive" },
  ]);
  const empty = `id,age\n1,\n2,\n`;
  const files = (check: string) => ({
    "mlops.yml": `model: m\ntask: regression\ndata:\n  train: t.csv\n  columns: { age: { type: number, max_missing: 100% } }\n  checks: [${check}]\n`,
    "t.csv": empty,
  });
  for (const check of ["mean(age) > -1", "'quantile(age, 0.5) > -1'", "mean(age) != 3"])
    expect(measured(await judgeFiles(files(check))).verdict).toBe("inconclusive");
  expect(
    faultOf(await judgeFiles(project(COLUMNS, { "train.csv": "id,age,plan,zip,since,left\n" }))),
  ).toContain("train.csv has columns, but no rows");
});

test("without checks no key stands twice or in both tables, and no training row lacks its label", async () => {
  const bad = `${TRAIN}11,40,pro,01067,2025-12-01,\n11,41,pro,01067,2025-12-01,1\n`;
  const said = measured(await judgeFiles(project("", { "train.csv": bad })));
  expect(broken(said)).toEqual({
    "duplicates(key, train) = 0": "fail",
    "overlap(train, test) = 0": "fail",
    "missing(left, train) = 0%": "fail",
  });
  expect(said.judged.map(({ place }) => place?.line)).toEqual([6, 6, 6, 7]);
  // Cross-validation: one file is both tables.
  const both = project("");
  const one = swap(both["mlops.yml"] as string, "test: test.csv", "test: train.csv");
  expect(measured(await judgeFiles({ ...both, "mlops.yml": one })).verdict).toBe("pass");
  // Nothing is asked, so nothing is said to be right.
  const least = {
    "mlops.yml": "model: m\ntask: regression\ndata: { train: train.csv }\n",
    "train.csv": TRAIN,
  };
  const silent = measured(await judgeFiles(least));
  expect([silent.verdict, silent.document.title]).toEqual([
    "not_applicable",
    "data not checked: mlops.yml asks nothing of these rows",
  ]);
});

test("values and keys are shown only where they are allowed; places always", async () => {
  const secret = row("77777,40,Meier,01067,2025-12-01,0");
  const hidden = await judgeFiles(project(COLUMNS, { "train.csv": secret }));
  expect(JSON.stringify([hidden.evidence, hidden.document])).not.toMatch(/Meier|77777/);
  const plan = measured(await judgeFiles(project(`${COLUMNS}  show: [plan]\n`, { "train.csv": secret })));
  expect(plan.details.samples).toMatchObject([
    { sample: { rows: [11], values: [{ value: "Meier", rows: 1 }] } },
  ]);
  expect(JSON.stringify(plan.document)).not.toContain("77777");
  const key = measured(await judgeFiles(project(`${COLUMNS}  show: [id]\n`, { "train.csv": secret })));
  expect(key.details.samples).toMatchObject([{ sample: { rows: [11], keys: ["77777"] } }]);
  expect(JSON.stringify(key.document)).not.toContain("Meier");
});

const PLACES: [what: string, rules: string, fault: string][] = [
  ["a condition that cannot be read", "  checks: [rows(train) >=]\n", "mlops.yml:8:26"],
  [
    "a metric that is none",
    "  checks:\n    - row(train) >= 1\n",
    "mlops.yml:9:7 There is no metric `row` here. Did you mean rows?",
  ],
  [
    "a table that is none",
    "  checks:\n    - rows(valid) >= 1\n",
    "mlops.yml:9:7 `valid` is no table. The tables are `train` and `test`.",
  ],
  [
    "a column that is none",
    "  checks:\n    - missing(agee) <= 1%\n",
    "mlops.yml:9:7 `agee` is no column of train.csv. Did you mean `age`?",
  ],
  [
    "a column that is none, in a slice",
    '  checks:\n    - missing(age)[pla = "x"] <= 1%\n',
    "mlops.yml:9:7 `pla` is no column of train.csv. Did you mean `plan`?",
  ],
  [
    "the mean of a text",
    "  checks:\n    - mean(plan) > 1\n",
    "mlops.yml:9:7 `mean` needs numbers, and `plan` of train.csv is of type string",
  ],
  [
    "the age of a number",
    "  checks:\n    - freshness(age) <= 1 d\n",
    "mlops.yml:9:7 `age` of train.csv is of type integer, not a time",
  ],
  ["no quantile", "  checks:\n    - quantile(age, 50) > 1\n", "mlops.yml:9:7 50 is no quantile"],
  [
    "groups",
    "  checks:\n    - gap(missing(age) by plan) <= 1%\n",
    "mlops.yml:9:7 `gap` compares what models do to groups",
  ],
  ["the baseline", "  checks:\n    - rows(train) - baseline.rows(train) > 0\n", "mlops.yml:9:"],
  [
    "a table beside itself",
    "  checks:\n    - overlap(train, train) = 0\n",
    "mlops.yml:9:7 A table is compared with itself",
  ],
  [
    "a pattern that cannot be read",
    '  columns: { zip: { pattern: "[0-9" } }\n',
    "mlops.yml:8:30 The pattern",
  ],
  [
    "a pattern that would look ahead",
    '  columns: { zip: { pattern: "(?=1)2" } }\n',
    "mlops.yml:8:30 The pattern",
  ],
  [
    "bounds the wrong way round",
    "  columns: { age: { min: 5, max: 2 } }\n",
    "mlops.yml:8:26 Nothing is from 5 to 2. Write the smaller bound first.",
  ],
  [
    "a date for a number",
    "  columns: { age: { type: integer, min: 2020-01-01 } }\n",
    '`min` is "2020-01-01": only numbers bound a column of type integer',
  ],
  [
    "a number for a date",
    "  columns: { since: { type: date, min: 2020 } }\n",
    "`min` is 2020: a date is compared with a date",
  ],
  ["no day", "  columns: { since: { type: date, max: 2023-13-01 } }\n", "it is no date"],
  [
    "a length of a number",
    "  columns: { age: { type: integer, max_length: 3 } }\n",
    "`max_length` says nothing of a column of type integer",
  ],
  [
    "a length of what is a number",
    "  columns: { age: { max_length: 3 } }\n",
    "`age` of train.csv is of type integer, and `max_length` says nothing of that",
  ],
  [
    "a bound of what is a text",
    "  columns: { plan: { max: 3 } }\n",
    "`plan` of train.csv is of type string, and `max` says nothing of that",
  ],
  [
    "a key that is none",
    "  columns: { age: { minimum: 3 } }\n",
    "mlops.yml:8:21 Unknown key `minimum` in `data.columns.age`. Write `min: 0`.",
  ],
  ["another word for it", "  columns: { age: { nullable: true } }\n", "Write `max_missing: 6%`"],
  ["a key that is nearly one", "  columns: { age: { max_mising: 3% } }\n", "Did you mean `max_missing`?"],
  [
    "a type that is none",
    "  columns: { age: { type: int } }\n",
    "`data.columns.age.type` cannot be the text `int`",
  ],
  [
    "a share that is none",
    "  columns: { age: { max_missing: 6 percent } }\n",
    "`6 percent` is not a share of the rows. Write a share from 0% to 100%: `6%` or `0.06`.",
  ],
  ["a share above all", "  columns: { age: { max_missing: 6 } }\n", "mlops.yml:8:34"],
  ["a key that stands for a column", "  checks: [duplicates(key) = 0]\n  key: plan\n", "mlops.yml:9:3"],
];
test.each(PLACES)("bad configuration is an error with its place: %s", async (_, rules, fault) => {
  expect(faultOf(await judgeFiles(project(rules)))).toContain(fault);
});

test("training rows need no key: models are compared on the test rows", async () => {
  const files = project("", {
    "train.csv": "age,left\n40,0\n41,1\n",
    "test.csv": "id,age,left\n1,40,0\n2,41,1\n",
  });
  const said = measured(await judgeFiles(files));
  expect([said.verdict, said.judged.map(({ condition }) => condition)]).toEqual([
    "pass",
    ["duplicates(key, test) = 0", "missing(left, train) = 0%"],
  ]);
});
