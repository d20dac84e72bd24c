import { expect, test } from "vitest";
import { csv, judgeFiles, type MeasuredSaid, measured, told } from "./folder-project.ts";

// Expected values: methods that are hand-checked and given by scikit-learn 1.7 (`zero_division` aside: 0/0 has no value here).

function near(said: MeasuredSaid, expected: Readonly<Record<string, number>>) {
  for (const [metric, value] of Object.entries(expected))
    expect(told(said, metric), metric).toBeCloseTo(value, 9);
}

const binary = (y: readonly number[], s: readonly number[], more = "") =>
  judgeFiles({
    "mlops.yml": `model: tiny
task: binary
data: { test: test.csv, label: { column: y, positive: 1 } }
evaluate: { candidate: { predictions: test.csv, score: s }, baseline: none, primary: "accuracy >= 0.1"${more} }
`,
    "test.csv": csv(
      ["y", "s"],
      y.map((label, i) => [label, s[i] ?? null]),
    ),
  }).then(measured);

test("every binary metric of ten rows with a tie", async () => {
  const said = await binary(
    [0, 0, 0, 0, 0, 0, 1, 1, 1, 1],
    [0.05, 0.1, 0.2, 0.3, 0.35, 0.6, 0.35, 0.55, 0.8, 0.9],
  );
  near(said, {
    accuracy: 0.8,
    balanced_accuracy: 0.7916666666666667,
    precision: 0.75,
    recall: 0.75,
    f1: 0.75,
    specificity: 0.8333333333333334,
    false_positive_rate: 1 / 6,
    selection_rate: 0.4,
    mcc: 0.5833333333333334,
    kappa: 0.5833333333333334,
    auc: 0.8958333333333334,
    average_precision: 0.8541666666666666,
    log_loss: 0.40597091454912626,
    brier: 0.13,
    brier_skill: 0.4583333333333333,
    jaccard: 0.6,
  });
});

test("calibration errors of ten rows in five bins, ties together", async () => {
  const said = await binary(
    [0, 0, 0, 0, 0, 0, 1, 1, 1, 1],
    [0.05, 0.1, 0.2, 0.3, 0.35, 0.6, 0.35, 0.55, 0.8, 0.9],
    ", guardrails: ['ece(5) <= 0.5', 'mce(5) <= 0.5', '2 * ece(5) <= 1', 'ece(1) <= 0.5']",
  );
  const values = [0.14, 0.25, 0.28, 0.02];
  values.forEach((value, i) => {
    expect(said.judged[i + 1]?.estimate).toMatchObject({
      value: expect.closeTo(value, 12),
      seed: expect.stringMatching(/^[0-9a-f]{16}$/),
      promise: { holds: false },
    });
  });
});

test("average precision is the step sum, not the trapezoid, and equal scores rank nothing", async () => {
  near(await binary([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]), {
    auc: 0.75,
    average_precision: 0.8333333333333333,
  });
  near(await binary([0, 1, 0, 1], [0.5, 0.5, 0.5, 0.5]), { auc: 0.5, average_precision: 0.5 });
});

test("a sure and wrong answer costs 36 nats, not infinity", async () => {
  near(await binary([1, 0], [0, 0.5]), { log_loss: 18.36840028483855 });
});

test("what is 0/0 has no value, and says why", async () => {
  const nobody = await binary([0, 1, 1], [0.1, 0.2, 0.3]);
  for (const metric of ["precision", "mcc"]) expect(told(nobody, metric), metric).toMatch(/^undefined: .*0/);
  near(nobody, { recall: 0, f1: 0, kappa: 0, accuracy: 1 / 3 });
  const everybody = await binary([0, 1, 1], [0.9, 0.8, 0.7]);
  expect(told(everybody, "mcc")).toMatch(/^undefined: /);
  near(everybody, { precision: 2 / 3, recall: 1, specificity: 0 });
  const oneClass = await binary([1, 1], [0.9, 0.8]);
  expect(told(oneClass, "auc")).toMatch(/^one-class: no row is negative/);
  expect(told(oneClass, "kappa")).toMatch(/^undefined: /);
  expect(told(oneClass, "specificity")).toMatch(/^undefined: /);
  near(oneClass, { balanced_accuracy: 1, average_precision: 1 });
});

test("every multiclass metric of twelve rows", async () => {
  const y = [0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 2];
  const scores = [
    [0.7, 0.2, 0.1],
    [0.5, 0.3, 0.2],
    [0.3, 0.4, 0.3],
    [0.2, 0.6, 0.2],
    [0.1, 0.8, 0.1],
    [0.2, 0.3, 0.5],
    [0.3, 0.5, 0.2],
    [0.1, 0.2, 0.7],
    [0.2, 0.2, 0.6],
    [0.5, 0.1, 0.4],
    [0.1, 0.3, 0.6],
    [0.2, 0.5, 0.3],
  ];
  const said = measured(
    await judgeFiles({
      "mlops.yml": `model: tiny
task: multiclass
data: { test: test.csv, label: { column: y, classes: [a, b, c] } }
evaluate: { candidate: { predictions: test.csv }, baseline: none, primary: "accuracy >= 0.1" }
`,
      "test.csv": csv(
        ["y", "p_a", "p_b", "p_c"],
        y.map((k, i) => ["abc"[k] ?? "", ...(scores[i] ?? [])]),
      ),
    }),
  );
  near(said, {
    accuracy: 2 / 3,
    macro_precision: 0.6722222222222222,
    macro_recall: 0.6722222222222222,
    macro_f1: 2 / 3,
    weighted_precision: 0.6791666666666667,
    weighted_recall: 2 / 3,
    weighted_f1: 2 / 3,
    balanced_accuracy: 0.6722222222222222,
    mcc: 0.5,
    kappa: 0.49473684210526314,
    auc: 0.9150407848324514,
    log_loss: 0.6986228180384583,
    top2: 0.9166666666666667,
  });
});

const regression = (y: readonly number[], q: readonly number[], primary = "mae <= 100") =>
  judgeFiles({
    "mlops.yml": `model: tiny
task: regression
data: { test: test.csv, label: { column: y } }
evaluate: { candidate: { predictions: test.csv, prediction: q }, baseline: none, primary: "${primary}" }
`,
    "test.csv": csv(
      ["y", "q"],
      y.map((label, i) => [label, q[i] ?? null]),
    ),
  }).then(measured);

test("every regression metric of five rows", async () => {
  const [y, q] = [
    [3, -0.5, 2, 7, 4.2],
    [2.5, 0, 2, 8, 4],
  ];
  near(await regression(y, q), {
    mae: 0.44,
    mse: 0.308,
    rmse: 0.5549774770204643,
    mape: 0.27142857142857146,
    smape: 0.472786400591279,
    r2: 0.9496600418410042,
    median_ae: 0.5,
    max_error: 1,
    explained_variance: 0.9538441422594142,
    bias: 0.16,
    wape: 0.1317365269461078,
  });
  for (const [quantile, loss] of [
    [0.9, 0.156],
    [0.1, 0.284],
  ]) {
    const said = await regression(y, q, `pinball(${quantile}) <= 1`);
    expect(said.judged[0]?.estimate).toMatchObject({ value: expect.closeTo(loss ?? 0, 12) });
  }
  near(await regression([1, 2, 3], [1.5, 1.5, 2.5]), { poisson_deviance: 0.14457580478484067 });
});

test("a constant label has no R², a label of 0 no percentage", async () => {
  const constant = await regression([2, 2, 2], [1, 2, 3]);
  expect(told(constant, "r2")).toMatch(/^undefined: /);
  expect(told(await regression([2, 2, 2], [2, 2, 2]), "r2")).toMatch(/^undefined: /);
  const zero = await regression([0, 1], [0.1, 1]);
  expect(told(zero, "mape")).toMatch(/^undefined: /);
  near(zero, { wape: 0.1 });
  expect(told(await regression([0, 0], [0.1, 1]), "wape")).toMatch(/^undefined: /);
});
