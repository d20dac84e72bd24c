import { expect, test } from "vitest";
import { csv, faultOf, judgeFiles, measured } from "./folder-project.ts";

const LINES = [
  "model: tiny", // 1
  "task: binary",
  "data:",
  "  test: test.csv",
  "  key: id", // 5
  "  label: { column: income, positive: rich }",
  "evaluate:",
  "  candidate: { predictions: new.csv, score: score }",
  "  baseline: { predictions: old.csv, score: score }",
  "  primary: accuracy - baseline.accuracy > -0.05", // 10
  "  guardrails:",
  "    - accuracy >= 0.5",
  "  slices: [region]",
];

const people = Array.from({ length: 200 }, (_, i) => ({
  id: i,
  income: i % 3 === 0 ? "rich" : "poor",
  region: i % 2 === 0 ? "North" : "South",
  score: i % 10 === 0 ? 0.5 : i % 3 === 0 ? 0.9 : 0.2,
}));
const TEST = csv(
  ["id", "income", "region"],
  people.map(({ id, income, region }) => [id, income, region]),
);
const SCORES = csv(
  ["id", "score"],
  people.map(({ id, score }) => [id, score]),
);

/** The project with some of its lines written otherwise, and some of its files. */
function changed(lines: Readonly<Record<number, string>>, files: Readonly<Record<string, string>> = {}) {
  return judgeFiles({
    "mlops.yml": `${LINES.map((line, i) => lines[i + 1] ?? line).join("\n")}\n`,
    "test.csv": TEST,
    "new.csv": SCORES,
    "old.csv": SCORES,
    ...files,
  });
}

test("the project itself is judged", async () => {
  expect((await changed({})).verdict).toBe("pass");
});

const faults: {
  about: string;
  lines?: Record<number, string>;
  files?: Record<string, string>;
  expected: object;
}[] = [
  {
    about: "a misspelt label column",
    lines: { 6: "  label: { column: incme, positive: rich }" },
    expected: {
      code: "unknown-column",
      message: 'column "incme" is not in test.csv',
      remedy: expect.stringContaining('did you mean "income"?'),
      at: { file: "mlops.yml", line: 6, column: 20 },
    },
  },
  {
    about: "a misspelt key",
    lines: { 5: "  key: idd" },
    expected: {
      code: "unknown-column",
      remedy: expect.stringContaining('did you mean "id"?'),
      at: { file: "mlops.yml", line: 5, column: 8 },
    },
  },
  {
    about: "a misspelt score",
    lines: { 8: "  candidate: { predictions: new.csv, score: scores }" },
    expected: {
      code: "unknown-column",
      message: 'column "scores" is not in new.csv',
      remedy: expect.stringContaining('did you mean "score"?'),
      at: { file: "mlops.yml", line: 8, column: 45 },
    },
  },
  {
    about: "a misspelt decision",
    lines: { 9: "  baseline: { predictions: old.csv, decision: scor }" },
    expected: { code: "unknown-column", at: { file: "mlops.yml", line: 9, column: 47 } },
  },
  {
    about: "a positive label that is nowhere",
    lines: { 6: "  label: { column: income, positive: rch }" },
    expected: {
      code: "unknown-label",
      message: 'no test row has the label "rch"',
      remedy: expect.stringMatching(/did you mean "rich"\?.*"poor", "rich"/),
      at: { file: "mlops.yml", line: 6, column: 38 },
    },
  },
  {
    about: "a third label",
    files: { "test.csv": TEST.replace("poor", "poor.") },
    expected: {
      code: "too-many-labels",
      remedy: expect.stringContaining('"poor", "rich", "poor."'),
      at: { file: "mlops.yml", line: 6, column: 10 },
    },
  },
  {
    about: "an unknown metric",
    lines: { 10: "  primary: acuracy - baseline.acuracy > -0.05" },
    expected: {
      code: expect.stringMatching(/metric/),
      remedy: expect.stringContaining("accuracy"),
      at: { file: "mlops.yml", line: 10, column: 12 },
    },
  },
  {
    about: "a metric of another task",
    lines: { 12: "    - rmse <= 3" },
    expected: { message: expect.stringContaining("rmse"), at: { file: "mlops.yml", line: 12, column: 7 } },
  },
  {
    about: "a misspelt column of a slice",
    lines: { 12: '    - accuracy[regin = "North"] >= 0.5' },
    expected: {
      code: "unknown-column",
      remedy: expect.stringContaining('did you mean "region"?'),
      at: { file: "mlops.yml", line: 12, column: 7 },
    },
  },
  {
    about: "a value that no row of a slice has",
    lines: { 12: '    - accuracy[region = "north"] >= 0.5' },
    expected: {
      code: "empty-slice",
      message: 'no judged row has region = "north"',
      remedy: expect.stringContaining('did you mean "North"?'),
      at: { file: "mlops.yml", line: 12, column: 7 },
    },
  },
  {
    about: "a misspelt column of groups",
    lines: { 12: "    - gap(accuracy by regin) <= 0.9" },
    expected: { code: "unknown-column", at: { file: "mlops.yml", line: 12, column: 7 } },
  },
  {
    about: "a misspelt slice of the report",
    lines: { 13: "  slices: [region, regin]" },
    expected: {
      code: "unknown-column",
      remedy: expect.stringContaining('did you mean "region"?'),
      at: { file: "mlops.yml", line: 13, column: 20 },
    },
  },
  {
    about: "a slice of which every row is one",
    lines: { 13: "  slices: [big]" },
    files: {
      "test.csv": csv(
        ["id", "income", "big"],
        Array.from({ length: 300 }, (_, i) => [i, i % 2 ? "rich" : "poor", i]),
      ),
      "new.csv": csv(
        ["id", "score"],
        Array.from({ length: 300 }, (_, i) => [i, (i % 10) / 10]),
      ),
      "old.csv": csv(
        ["id", "score"],
        Array.from({ length: 300 }, (_, i) => [i, (i % 10) / 10]),
      ),
    },
    expected: { code: "too-many-groups", at: { file: "mlops.yml", line: 13, column: 12 } },
  },
  {
    about: "metrics of which no method compares the sum",
    lines: { 10: "  primary: accuracy - baseline.auc > -0.05" },
    expected: { code: "no-method", at: { file: "mlops.yml", line: 10, column: 12 } },
  },
  {
    about: "a calibration error against the baseline's",
    lines: { 10: "  primary: ece - baseline.ece < 1%" },
    expected: {
      code: "no-method",
      remedy: "write ece <= 0.05; brier and log_loss can be compared with the baseline",
      at: { file: "mlops.yml", line: 10, column: 12 },
    },
  },
  {
    about: "a calibration error as a ratio to the baseline's",
    lines: { 10: "  primary: mce / baseline.mce < 1.1" },
    expected: { code: "no-method", remedy: expect.stringContaining("write mce <= ") },
  },
  {
    about: "the worst calibration error of groups",
    lines: { 10: "  primary: worst(ece by region) <= 0.2" },
    expected: { code: "no-method", remedy: expect.stringContaining('ece[region = "…"] <=') },
  },
  {
    about: "half a calibration bin",
    lines: { 10: "  primary: ece(2.5) <= 0.2" },
    expected: { code: "no-method", message: expect.stringContaining("whole number of bins from 1 to 100") },
  },
  {
    about: "scores that are words",
    files: { "new.csv": SCORES.replace(/^(3),.*$/m, "$1,high") },
    expected: {
      code: "not-a-number",
      message: 'column "score" of new.csv holds text, not numbers',
      at: { file: "mlops.yml", line: 8 },
    },
  },
  {
    about: "scores that are missing",
    files: { "new.csv": SCORES.replace(/^(3),.*$/m, "$1,") },
    expected: {
      code: "bad-prediction",
      message: expect.stringContaining("no value"),
      remedy: expect.stringContaining("3"),
    },
  },
  {
    about: "scores that are NaN",
    files: { "new.csv": SCORES.replace(/^(3),.*$/m, "$1,NaN") },
    expected: {
      code: "bad-prediction",
      message: expect.stringContaining("NaN"),
      remedy: expect.stringContaining("3"),
    },
  },
  {
    about: "scores that are infinite",
    files: { "old.csv": SCORES.replace(/^(3),.*$/m, "$1,inf") },
    expected: { code: "bad-prediction", message: expect.stringContaining("old.csv has an infinite value") },
  },
  {
    about: "a key that two rows have",
    files: { "new.csv": SCORES.replace(/^4,/m, "3,") },
    expected: { code: "key-duplicate", message: expect.stringContaining("3") },
  },
  {
    about: "answers of which none is a class",
    lines: { 8: "  candidate: { predictions: new.csv, decision: said }" },
    files: {
      "new.csv": csv(
        ["id", "said"],
        people.map(({ id, income }) => [id, `${income}.`]),
      ),
    },
    expected: {
      code: "unknown-label",
      message: 'no answer in "said" of new.csv is one of the labels "poor", "rich"',
      remedy: expect.stringContaining('"poor."'),
      at: { file: "mlops.yml", line: 8 },
    },
  },
  {
    about: "too few rows in common",
    files: {
      "new.csv": csv(
        ["id", "score"],
        people.slice(0, 179).map(({ id, score }) => [id, score]),
      ),
    },
    expected: {
      code: "too-few-in-common",
      message: expect.stringContaining("179 of 200"),
      remedy: expect.stringContaining("179"),
    },
  },
  {
    about: "a condition with the baseline where there shall be none",
    lines: { 9: "  baseline: none" },
    expected: { code: "no-baseline", at: { file: "mlops.yml", line: 10, column: 12 } },
  },
];

for (const { about, lines = {}, files = {}, expected } of faults)
  test(`${about}: an error with its place and what to do`, async () => {
    const said = await changed(lines, files);
    const fault = faultOf(said);
    expect(fault).toMatchObject(expected);
    expect(fault.remedy).not.toBe("");
    expect(said.document).toMatchObject({
      verdict: "error",
      title: expect.stringMatching(/^could not judge: /),
    });
    expect(said.document.title.length).toBeLessThanOrEqual(80);
    expect(said.document.blocks.slice(0, 2).map(({ kind }) => kind)).toEqual(["headline", "fault"]);
  });

test("a label of a regression that is text is an error, not a crash", async () => {
  const rows = Array.from({ length: 120 }, (_, i): (string | number)[] => [i, i === 7 ? "many" : i, i + 1]);
  const said = await judgeFiles({
    "mlops.yml": `model: tiny
task: regression
data: { test: test.csv, label: { column: y } }
evaluate: { candidate: { predictions: test.csv, prediction: q }, primary: mae <= 3 }
`,
    "test.csv": csv(["id", "y", "q"], rows),
  });
  expect(faultOf(said)).toMatchObject({ code: "not-a-number", at: { file: "mlops.yml", line: 3 } });
});

test("a label of a regression that is NaN is an error: it would be every metric's", async () => {
  const rows = Array.from({ length: 120 }, (_, i): (string | number)[] => [
    i,
    i === 7 ? "NaN" : i + 0.5,
    i + 1,
  ]);
  const said = await judgeFiles({
    "mlops.yml": `model: tiny
task: regression
data: { test: test.csv, label: { column: y } }
evaluate: { candidate: { predictions: test.csv, prediction: q }, primary: mae <= 3 }
`,
    "test.csv": csv(["id", "y", "q"], rows),
  });
  expect(faultOf(said)).toMatchObject({ code: "bad-label", message: expect.stringContaining("1 test rows") });
});

test("a label of many classes that is not declared is an error", async () => {
  const said = await judgeFiles({
    "mlops.yml": `model: tiny
task: multiclass
data: { test: test.csv, label: { column: y, classes: [a, b, c] } }
evaluate: { candidate: { predictions: test.csv, decision: said }, primary: accuracy >= 0.1 }
`,
    "test.csv": csv(
      ["y", "said"],
      Array.from({ length: 120 }, (_, i) => ["abcd"[i % 4] ?? "", "a"]),
    ),
  });
  expect(faultOf(said)).toMatchObject({ code: "unknown-label", message: expect.stringContaining('"d"') });
});

test("a fault in a rule that cannot be judged yet is found with the first version", async () => {
  const said = await changed({
    9: "  inconclusive: review",
    10: '  primary: accuracy[regin = "North"] - baseline.accuracy[regin = "North"] > -0.05',
  });
  expect(faultOf(said)).toMatchObject({ code: "unknown-column", at: { file: "mlops.yml", line: 10 } });
});

test("a calibration error is asked of a slice and of one model, and its value is that slice's", async () => {
  const said = measured(
    await changed({ 10: '  primary: ece(1)[region = "North"] <= 0.2', 12: "    - baseline.ece <= 0.9" }),
  );
  const north = people.filter(({ region }) => region === "North");
  const rich = north.filter(({ income }) => income === "rich").length;
  const off = Math.abs(rich - north.reduce((sum, { score }) => sum + score, 0)) / north.length;
  expect(said.judged[0]?.estimate).toMatchObject({ n: 100, value: expect.closeTo(off, 12) });
  expect(said.judged[1]?.estimate).toMatchObject({ n: 200, kind: "sampled" });
  const shown = said.details.metrics.filter(({ metric }) => metric === "ece" || metric === "mce");
  expect(shown.map((row) => Object.keys(row))).toEqual([
    ["metric", "own"],
    ["metric", "own"],
  ]);
  // One of them is no difference: slices have nothing to tell.
  expect(said.details.slices).toEqual([]);
});

test("answers that are no class are wrong, and counted", async () => {
  const said = measured(
    await changed(
      { 8: "  candidate: { predictions: new.csv, decision: said }" },
      {
        "new.csv": csv(
          ["id", "said"],
          people.map(({ id, income }) => [id, id < 12 ? "rich." : income]),
        ),
      },
    ),
  );
  expect(said.details.rows.unknownAnswers).toEqual({ candidate: 12, baseline: 0 });
  expect(said.details.metrics.find(({ metric }) => metric === "accuracy")?.own).toMatchObject({
    value: 188 / 200,
  });
});
