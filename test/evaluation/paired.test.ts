import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { logitDifference, mcnemar } from "@mlops-actions/statistics";
import { temporaryFolder } from "@mlops-actions/testkit";
import { expect, test } from "vitest";
import { judgeFiles, type MeasuredSaid, measured } from "./folder-project.ts";

interface Reference {
  delong: { candidate: number; baseline: number; variances: [number, number]; covariance: number };
  help: number;
  harm: number;
  mcnemar: number;
  tango: { low: number; high: number };
}

const example = join(import.meta.dirname, "../../examples/census-income");
const TEST = readFileSync(join(example, "data/test.csv"), "utf8");
const BASELINE = readFileSync(join(example, "predictions/baseline.csv"), "utf8");

// What the script below said with SciPy 1.17.1, statsmodels 0.15.0 and NumPy 2.4.6.
const recorded: Record<string, Reference> = JSON.parse(
  readFileSync(join(import.meta.dirname, "paired.json"), "utf8"),
);

const python = process.env.MLOPS_PYTHON ?? "python3";
const lacks = spawnSync(python, ["-c", "import scipy, statsmodels"]).status !== 0;
if (lacks)
  console.warn(
    `pairs against SciPy itself: skipped, ${python} lacks SciPy or statsmodels (set MLOPS_PYTHON); recorded values remain`,
  );

function agrees({ details }: MeasuredSaid, { delong, help, harm, tango, ...reference }: Reference) {
  const row = (name: string) => details.metrics.find(({ metric }) => metric === name);
  // Their variances, our scale: which scale is right is the business of the statistics' own tests.
  const { low, high } = logitDifference({
    a: delong.candidate,
    b: delong.baseline,
    varA: delong.variances[0],
    varB: delong.variances[1],
    covAB: delong.covariance,
  }).interval(0.95);
  expect(row("auc")).toMatchObject({
    own: { value: expect.closeTo(delong.candidate, 10) },
    baseline: { value: expect.closeTo(delong.baseline, 10) },
    change: {
      method: "DeLong, paired, on the logit scale",
      interval: { low: expect.closeTo(low ?? Number.NaN, 9), high: expect.closeTo(high ?? Number.NaN, 9) },
    },
  });
  expect(details.turned).toEqual({ help, harm });
  expect(row("accuracy")?.change).toMatchObject({
    method: "Tango",
    interval: { low: expect.closeTo(tango.low, 9), high: expect.closeTo(tango.high, 9) },
  });
  // On the log scale: most of these lie far below 1e-9.
  expect(Math.log10(mcnemar({ help, harm }).exact)).toBeCloseTo(Math.log10(reference.mcnemar), 8);
}

for (const [name, reference] of Object.entries(recorded))
  test(`census income, ${name}: DeLong, Tango and McNemar as others compute them`, async () => {
    const candidate = gunzipSync(readFileSync(join(example, `recorded/${name}.csv.gz`))).toString();
    const said = measured(
      await judgeFiles({
        "mlops.yml": readFileSync(join(example, "mlops.yml"), "utf8").replace(/^ {2}train:.*\n/m, ""),
        "data/test.csv": TEST,
        "predictions/baseline.csv": BASELINE,
        "predictions/candidate.csv": candidate,
      }),
    );
    agrees(said, reference);
    if (!lacks) agrees(said, await askPython(candidate));
  });

async function askPython(candidate: string): Promise<Reference> {
  await using folder = await temporaryFolder("paired");
  const files = { "test.csv": TEST, "old.csv": BASELINE, "new.csv": candidate };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder.path, name), text);
  const { status, stdout, stderr } = spawnSync(
    python,
    [join(import.meta.dirname, "../python/paired_reference.py")],
    {
      cwd: folder.path,
      encoding: "utf8",
      input: JSON.stringify({
        csv: "test.csv",
        key: "id",
        label: "income",
        positive: ">50K",
        baseline: "old.csv",
        candidate: "new.csv",
        score: "score",
      }),
    },
  );
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}
