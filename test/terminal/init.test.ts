import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { buildInto, folderOf, mlops, REPOSITORY } from "./command.ts";

let built: Awaited<ReturnType<typeof folderOf>>;
let main: string;
beforeAll(async () => {
  built = await folderOf({});
  main = join(await buildInto(built.path), "cli.js");
});
afterAll(() => built[Symbol.asyncDispose]());

const CENSUS = join(REPOSITORY, "examples/census-income/data");
const shared = join(REPOSITORY, "../shared/data");

test.concurrent("two files make a project: what is written validates as it stands, and the workflows lie where GitHub looks", async () => {
  await using folder = await folderOf({});
  await mkdir(join(folder.path, "data"));
  for (const file of ["train.parquet", "test.csv"])
    await cp(join(CENSUS, file), join(folder.path, "data", file));
  const asked = await mlops(["init", "--label", "income", "--model", "census"], { main, cwd: folder.path });
  expect([asked.exit, asked.stderr]).toEqual([0, ""]);
  expect(asked.stdout).toContain('binary, ">50K" is positive');
  const text = await readFile(join(folder.path, "mlops.yml"), "utf8");
  const project = parse(text);
  expect(project).toMatchObject({
    model: "census",
    task: "binary",
    data: {
      train: "data/train.parquet",
      test: "data/test.csv",
      key: "id",
      label: { column: "income", positive: ">50K" },
      columns: { sex: { type: "string", values: ["Female", "Male"] } },
    },
    evaluate: { baseline: "production", primary: expect.stringMatching(/^auc - baseline\.auc > -0\.00\d+$/) },
  });
  expect(text).toContain("# what 16,281 test rows can see");
  expect(await readdir(join(folder.path, ".github/workflows"))).toContain("model-review.yml");
  const validated = await mlops(["validate", "--quiet"], { main, cwd: folder.path });
  expect(validated).toMatchObject({ exit: 0, stderr: "" });
});

test.concurrent("nothing that is there is replaced", async () => {
  await using folder = await folderOf({
    "mlops.yml": "model: mine\n",
    "data/train.csv": "a,label\n1,0\n2,1\n",
  });
  const { exit, stderr } = await mlops(["init"], { main, cwd: folder.path });
  expect(exit).toBe(3);
  expect(stderr).toContain("mlops.yml is there already");
  expect(await readFile(join(folder.path, "mlops.yml"), "utf8")).toBe("model: mine\n");

  // A second project of a repository finds the workflows of the first.
  await using other = await folderOf({
    ".github/workflows/model-review.yml": "mine\n",
    "data/train.csv": "a,label\n1,0\n2,1\n",
  });
  const second = await mlops(["init"], { main, cwd: other.path });
  expect(second.exit).toBe(0);
  expect(second.stdout).toContain("Left as they are: .github/workflows/model-review.yml.");
  expect(await readFile(join(other.path, ".github/workflows/model-review.yml"), "utf8")).toBe("mine\n");
  expect(existsSync(join(other.path, ".github/workflows/model-release.yml"))).toBe(true);
});

test.concurrent("a project in a folder of its repository is named in its workflows, or said to be missing in those that are there", async () => {
  await using folder = await folderOf({
    ".github/workflows/rollback.yml": "mine\n",
    "models/b/data/train.csv": "a,label\n1,0\n2,1\n",
  });
  expect(spawnSync("git", ["init", "--quiet"], { cwd: folder.path }).status).toBe(0);
  const asked = ["init", "--project", "models/b", "--workflows", "drift-cron,rollback"];
  const { exit, stdout } = await mlops(asked, { main, cwd: folder.path });
  expect(exit).toBe(0);
  expect(stdout).toContain("Name models/b in .github/workflows/rollback.yml");
  const cron = await readFile(join(folder.path, ".github/workflows/drift-cron.yml"), "utf8");
  expect(cron).toContain('project: ["models/b"]');
  // Without test rows there is nothing to judge a pull request by, so none is asked for.
  expect(stdout).toContain("1 column has rules");
  expect(stdout).toContain("begin again with both");
  expect(stdout).not.toContain("open a pull request");
});

test.concurrent.each([
  ["no rows", {}, [], /There is no data\/train\.parquet/],
  ["a pointer of DVC", { "data/train.csv.dvc": "outs:\n" }, ["data/train.csv"], /run `dvc pull` first/],
  [
    "a label that nobody names",
    { "data/train.csv": "a,b\n1,2\n" },
    [],
    /there are "a", "b"[\s\S]*--label COLUMN/,
  ],
  [
    "a key that names no row",
    { "data/train.csv": "a,label\n1,0\n1,1\n" },
    ["--key", "a"],
    /does not name rows/,
  ],
  [
    "a table without a header",
    { "data/train.csv": "39,State-gov,no\n50,Private,yes\n38,Private,no\n" },
    ["--label", "no"],
    /^data\/train\.csv:1 error: The first line of data\/train\.csv looks like a row[\s\S]*--names/,
  ],
  [
    "test rows without labels",
    { "data/train.csv": "a,label\n1,0\n2,1\n", "data/test.csv": "a\n1\n" },
    [],
    /data\/test\.csv has no column "label"/,
  ],
  ["an unknown workflow", { "data/train.csv": "a,label\n1,0\n" }, ["--workflows", "x"], /name some of/],
])("%s: says what to do, and writes nothing", async (_, files, args, says) => {
  await using folder = await folderOf(files);
  const { exit, stderr } = await mlops(["init", ...args], { main, cwd: folder.path });
  expect(exit).toBe(3);
  expect(stderr).toMatch(says);
  expect(existsSync(join(folder.path, "mlops.yml"))).toBe(false);
  expect(existsSync(join(folder.path, ".github"))).toBe(false);
});

test.concurrent("classes of the test rows that no training row has are told; numbers may be written in two ways", async () => {
  const told = async (train: string, test: string) => {
    await using folder = await folderOf({ "data/train.csv": train, "data/test.csv": test });
    return (await mlops(["init"], { main, cwd: folder.path })).stdout;
  };
  expect(await told("a,label\n1,no\n2,yes\n", "a,label\n3,no\n4,yes.\n")).toContain(
    'data/test.csv has "yes." in label',
  );
  expect(await told("a,label\n1,0\n2,1\n", "a,label\n3,0.0\n4,1.0\n")).not.toContain("Mend");
});

test.concurrent("what today's rows do not keep is left out, and said", async () => {
  const rows = Array.from({ length: 400 }, (_, i) => `${i % 50 === 0 ? 100_000 : i % 40},${i % 2}`);
  await using folder = await folderOf({ "data/train.csv": `amount,label\n${rows.join("\n")}\n` });
  // Two tables with one row in common: they may not overlap, and do.
  await writeFile(join(folder.path, "data/test.csv"), `amount,label\n${rows.slice(0, 100).join("\n")}\n`);
  const { exit, stdout } = await mlops(["init"], { main, cwd: folder.path });
  expect(exit).toBe(0);
  const { data } = parse(await readFile(join(folder.path, "mlops.yml"), "utf8"));
  expect(data.columns.amount.max).toBeUndefined();
  expect(stdout).toContain("max of amount");
});

test.concurrent("no person is written into the rules or made a slice of, and that is said", async () => {
  const rows = Array.from(
    { length: 600 },
    (_, i) =>
      `${["Anna Smith", "Ben Jones"][i % 2]},user${i % 5}@example.org,${["a", "b", "c"][i % 3]},${Number(i % 7 > 2)}`,
  );
  const table = (some: readonly string[]) => `seller,contact,plan,label\n${some.join("\n")}\n`;
  await using folder = await folderOf({ "data/train.csv": table(rows), "data/test.csv": table(rows) });
  const { exit, stdout } = await mlops(["init"], { main, cwd: folder.path });
  expect(exit).toBe(0);
  const text = await readFile(join(folder.path, "mlops.yml"), "utf8");
  expect(text).not.toMatch(/Anna|Ben|user\d|@example/);
  expect(parse(text)).toMatchObject({
    data: { columns: { seller: { type: "string" }, plan: { type: "string", values: ["a", "b", "c"] } } },
    evaluate: { slices: ["plan"] },
  });
  expect(stdout).toContain("No value of seller, contact is written down");
});

describe.skipIf(!existsSync(shared))(
  "the public tables, as their sources publish them (skipped: not beside the repository)",
  () => {
    const adult =
      "age,workclass,fnlwgt,education,education_num,marital_status,occupation,relationship,race,sex,capital_gain,capital_loss,hours_per_week,native_country,income";
    const wine =
      "fixed_acidity,volatile_acidity,citric_acid,residual_sugar,chlorides,free_sulfur_dioxide,total_sulfur_dioxide,density,pH,sulphates,alcohol,quality";
    test.concurrent.each([
      [
        "adult",
        ["adult-train.csv", "adult-test.csv"],
        ["--names", adult, "--missing", "?", "--label", "income"],
        "binary",
      ],
      ["bike", ["bike-sharing-hour.csv"], ["--label", "cnt"], "regression"],
      [
        "wine",
        ["winequality-white.csv", "winequality-red.csv"],
        ["--names", wine, "--label", "quality"],
        "regression",
      ],
      ["penguins", ["penguins.csv"], ["--label", "species"], "multiclass"],
    ])("%s: the proposal validates as it stands", async (_, files, args, task) => {
      await using folder = await folderOf({});
      for (const file of files) await cp(join(shared, file), join(folder.path, file));
      const { exit, stderr, stdout } = await mlops(["init", ...files, ...args], { main, cwd: folder.path });
      expect([exit, stderr]).toEqual([0, ""]);
      // Adult's two files write their labels differently.
      expect(stdout.includes(`adult-test.csv has "<=50K.", ">50K." in income`)).toBe(
        files.length === 2 && args.includes("income"),
      );
      expect(parse(await readFile(join(folder.path, "mlops.yml"), "utf8"))).toMatchObject({ task });
      expect((await mlops(["validate", "--quiet"], { main, cwd: folder.path })).exit).toBe(0);
    });
  },
);
