import { expect, test } from "vitest";
import { csv, faultOf, judgeFiles, measured, type ProjectFiles, textOf, told } from "./folder-project.ts";

const N = 400;
const ids = Array.from({ length: N }, (_, id) => id);
const labelOf = (id: number) => (id % 2 === 0 ? "up" : "down");
const scoreOf = (id: number): number => (labelOf(id) === "up" ? 0.9 : 0.1);
const TEST = csv(
  ["id", "y"],
  ids.map((id) => [id, labelOf(id)]),
);
const scores = (of: readonly (string | number)[], score = scoreOf) =>
  csv(
    ["id", "score"],
    of.map((id) => [id, score(Number(String(id).replace(/\D/g, "")))]),
  );

const project = (files: ProjectFiles, evaluate = "") =>
  judgeFiles({
    "mlops.yml": `model: tiny
task: binary
data: { test: test.csv, key: id, label: { column: y, positive: up } }
evaluate:
  candidate: { predictions: new.csv }
  baseline: { predictions: old.csv }
  primary: accuracy - baseline.accuracy > -0.05
${evaluate}`,
    "test.csv": TEST,
    "new.csv": scores(ids),
    "old.csv": scores(ids),
    ...files,
  });

test("rows that the baseline lacks are left out of both, and counted", async () => {
  const said = measured(
    await project({ "old.csv": scores(ids.slice(20), (id) => (id % 7 === 0 ? 0.5 : scoreOf(id))) }),
  );
  expect(said.verdict).toBe("pass");
  expect(said.details.rows).toMatchObject({
    test: 400,
    candidate: 400,
    baseline: 380,
    common: 380,
    leftOut: 0,
  });
  expect(said.document.blocks.map(textOf).join()).toContain(
    "380 of 400 test rows, those that both models have",
  );
});

test("rows that the candidate lacks: the same count, and nothing passes", async () => {
  const said = measured(await project({ "new.csv": scores(ids.slice(1)) }));
  expect(said.details.rows).toMatchObject({ common: 399, leftOut: 1 });
  expect(said.judged.map(({ verdict }) => verdict)).toEqual(["pass"]);
  expect(said.verdict).toBe("inconclusive");
  expect(textOf(said.document.blocks[0])).toBe("the candidate left 1 test row unanswered");
});

test("leaving rows out does not soften a fail", async () => {
  const said = await project({ "new.csv": scores(ids.slice(1), (id) => (id % 5 === 0 ? 0.5 : scoreOf(id))) });
  expect(said.verdict).toBe("fail");
});

test("nine tenths in common are judged, fewer are an error with the missing keys", async () => {
  const enough = measured(await project({ "old.csv": scores(ids.slice(40)) }));
  expect(enough.details.rows.common).toBe(360);
  const fault = faultOf(await project({ "old.csv": scores(ids.slice(41)) }));
  expect(fault).toMatchObject({ code: "too-few-in-common", message: expect.stringContaining("359 of 400") });
  expect(fault.remedy).toMatch(/^predict the missing rows: 0; 1; 10/);
});

test("test rows without a label are not judged, and counted", async () => {
  const said = measured(await project({ "test.csv": TEST.replace("3,down", "3,").replace("4,up", "4,") }));
  expect(said.details.rows).toMatchObject({ test: 400, unlabelled: 2, common: 398 });
  expect(said.verdict).toBe("pass");
  expect(said.document.blocks.map(textOf).join()).toContain("that have a label (2 have none)");
});

test("predictions for keys that are no test row are counted", async () => {
  const said = measured(await project({ "new.csv": scores([...ids, 900, 901, 902]) }));
  expect(said.details.rows.unknown).toEqual({ candidate: 3, baseline: 0 });
  expect(said.document.blocks.map(textOf).join()).toContain("3 predictions for keys that are no test row");
});

test("a whole number and the text of it are one key", async () => {
  const said = measured(await project({ "new.csv": scores([...ids, "x7"]) }));
  expect(said.details.rows).toMatchObject({ common: 400, unknown: { candidate: 1 } });
});

test("other kinds of keys are refused, for they would match nothing", async () => {
  const fault = faultOf(await project({ "new.csv": scores(ids.map((id) => `2024-01-01T00:00:${id}`)) }));
  expect(["key-type", "too-few-in-common", "key-missing"]).toContain(fault.code);
});

test("a key of two columns pairs only where both are the same", async () => {
  const rows = ids.flatMap((id) => [`${id},a,${labelOf(id)}`, `${id},b,${labelOf(id + 1)}`]);
  const said = measured(
    await judgeFiles({
      "mlops.yml": `model: tiny
task: binary
data: { test: test.csv, key: [id, part], label: { column: y, positive: up } }
evaluate: { candidate: { predictions: new.csv }, primary: accuracy >= 0.9 }
`,
      "test.csv": `id,part,y\n${rows.join("\n")}\n`,
      "new.csv": `part,id,score\n${ids.flatMap((id) => [`b,${id},${scoreOf(id + 1)}`, `a,${id},${scoreOf(id)}`]).join("\n")}\n`,
    }),
  );
  expect(told(said, "accuracy")).toBe(1);
});

test("two columns of one file need no key", async () => {
  const said = measured(
    await judgeFiles({
      "mlops.yml": `model: tiny
task: binary
data: { test: all.csv, label: { column: y, positive: up } }
evaluate:
  candidate: { predictions: all.csv, score: p_new }
  baseline: { predictions: all.csv, decision: said_old }
  primary: accuracy - baseline.accuracy > -0.05
`,
      "all.csv": csv(
        ["y", "p_new", "said_old"],
        ids.map((id) => [labelOf(id), scoreOf(id), id % 10 === 0 ? "down" : labelOf(id)]),
      ),
    }),
  );
  expect(said.details.rows).toMatchObject({
    test: 400,
    common: 400,
    unknownAnswers: { candidate: 0, baseline: 0 },
  });
  expect(said.judged[0]).toMatchObject({ verdict: "pass", change: "better", estimate: { value: 0.1 } });
});

test("a file of its own without a key is an error", async () => {
  const said = await judgeFiles({
    "mlops.yml": `model: tiny
task: binary
data: { test: test.csv, label: { column: y, positive: up } }
evaluate: { candidate: { predictions: new.csv }, primary: accuracy >= 0.9 }
`,
    "test.csv": TEST,
    "new.csv": scores(ids),
  });
  expect(faultOf(said)).toMatchObject({
    code: "no-key",
    remedy: expect.stringContaining("data.key"),
    at: { line: 3 },
  });
});

test("labels that are numbers are the same text on both sides", async () => {
  const said = measured(
    await judgeFiles({
      "mlops.yml": `model: tiny
task: binary
data: { test: test.csv, key: id, label: { column: y, positive: 1 } }
evaluate:
  candidate: { predictions: both.csv, decision: now }
  baseline: { predictions: both.csv, decision: before }
  primary: accuracy - baseline.accuracy > -0.05
`,
      "test.csv": csv(
        ["id", "y"],
        ids.map((id) => [id, id % 2]),
      ),
      // Without its label column as text, a column with an empty field or with 01 would be read as another thing.
      "both.csv": csv(
        ["id", "now", "before"],
        ids.map((id) => [id, id % 2, id === 0 ? "01" : id % 2]),
      ),
    }),
  );
  expect(said.details.rows.unknownAnswers).toEqual({ candidate: 0, baseline: 1 });
  expect(said.judged[0]).toMatchObject({ verdict: "pass" });
});

test("a label that only ends in a dot is another label", async () => {
  const fault = faultOf(await project({ "test.csv": TEST.replaceAll("up\n", "up.\n") }));
  expect(fault).toMatchObject({
    code: "unknown-label",
    remedy: expect.stringContaining('did you mean "up."?'),
  });
});

test("a score on the threshold decides for the positive class", async () => {
  const said = measured(
    await project(
      { "new.csv": scores(ids, (id) => (labelOf(id) === "up" ? 0.7 : 0.6999)) },
      "  threshold: 0.7\n",
    ),
  );
  expect(told(said, "accuracy")).toBe(1);
  expect(said.details.threshold).toEqual({ candidate: 0.7, baseline: 0.7 });
});

test("scores beyond 0 and 1 rank and decide, but are no probabilities", async () => {
  const said = measured(
    await project({ "new.csv": scores(ids, (id) => scoreOf(id) * 10) }, "  threshold: 0.9\n"),
  );
  const names = said.details.metrics.map(({ metric }) => metric);
  expect(names).toContain("auc");
  expect(names).not.toContain("log_loss");
  const fault = faultOf(
    await project({ "new.csv": scores(ids, (id) => scoreOf(id) * 10) }, "  guardrails: [brier <= 0.2]\n"),
  );
  expect(fault).toMatchObject({ code: "no-method", remedy: expect.stringContaining("between 0 and 1") });
});

test("features may have any name, and a column of the key may be asked about", async () => {
  const said = measured(
    await judgeFiles({
      "mlops.yml": `model: tiny
task: binary
data: { test: test.csv, key: [id, part], label: { column: answer, positive: up } }
evaluate:
  candidate: { predictions: new.csv }
  baseline: { predictions: old.csv }
  primary: 'accuracy[part = "a"] - baseline.accuracy[part = "a"] > -0.05'
  slices: [part]
`,
      "test.csv": csv(
        ["id", "part", "answer", "x", "y", "b_score", "a_score", "own_score"],
        ids.map((id) => [id, id % 3 === 0 ? "a" : "b", labelOf(id), id, -id, id, id, id]),
      ),
      "new.csv": csv(
        ["id", "part", "score"],
        ids.map((id) => [id, id % 3 === 0 ? "a" : "b", scoreOf(id)]),
      ),
      "old.csv": csv(
        ["id", "part", "score"],
        ids.map((id) => [id, id % 3 === 0 ? "a" : "b", id === 0 ? 0.5 : scoreOf(id)]),
      ),
    }),
  );
  expect(said.judged[0]).toMatchObject({ verdict: "pass", estimate: { n: 134 } });
  expect(said.details.slices.map(({ value, n }) => [value, n])).toEqual([
    ["a", 134],
    ["b", 266],
  ]);
});

for (const [about, condition, column] of [
  ["text where the column has numbers", 'accuracy[size = "large"] >= 0.5', "size"],
  ["a number where the column has text", "accuracy[region = 3] >= 0.5", "region"],
  ["a range of a column of text", "accuracy[region < 3] >= 0.5", "region"],
  ["what no row can be, turned round", "accuracy[region != 3] >= 0.5", "region"],
] as const)
  test(`${about}: an error at the condition, not a crash`, async () => {
    const said = await judgeFiles({
      "mlops.yml": `model: tiny
task: binary
data: { test: test.csv, label: { column: y, positive: up } }
evaluate:
  candidate: { predictions: test.csv }
  primary: '${condition}'
`,
      "test.csv": csv(
        ["y", "score", "region", "size"],
        ids.map((id) => [labelOf(id), scoreOf(id), id % 3 === 0 ? "North" : "South", id % 7]),
      ),
    });
    expect(faultOf(said)).toMatchObject({
      code: expect.stringMatching(/empty-slice|filter-type/),
      message: expect.stringContaining(column),
      at: { file: "mlops.yml", line: 6 },
    });
  });

for (const op of ["=", "!=", ">="])
  test(`a filter with ${op} compares numbers as numbers`, async () => {
    const said = measured(
      await judgeFiles({
        "mlops.yml": `model: tiny
task: binary
data: { test: test.csv, label: { column: y, positive: up } }
evaluate:
  candidate: { predictions: test.csv }
  primary: 'accuracy[size ${op} 3] >= 0.5'
`,
        "test.csv": csv(
          ["y", "score", "size"],
          ids.map((id) => [labelOf(id), scoreOf(id), id % 7]),
        ),
      }),
    );
    expect(said.judged[0]?.estimate).toMatchObject({ n: { "=": 57, "!=": 343, ">=": 228 }[op] });
  });
