import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folderOf, mlops } from "../terminal/command.ts";
import { COLUMNS, project, swap, TRAIN } from "./scene.ts";

test("at a terminal: the verdict, what breaks the rules, and the exit code", async () => {
  await using folder = await folderOf(
    project(COLUMNS, { "train.csv": `${TRAIN}13,7,gold,01067,2025-12-01,0\n` }),
  );
  const report = join(folder.path, "out/report.html");
  const evidence = join(folder.path, "out/evidence.json");
  const done = await mlops([
    "validate",
    "--project",
    folder.path,
    "--report",
    report,
    "--evidence",
    evidence,
  ]);
  expect([done.exit, done.stderr]).toEqual([1, ""]);
  expect(done.stdout).toBe(`FAIL  age in train.csv: 1 row below 16, +1 more

  column         must be           rows that are not  allowed  which
  age in train   at least 16                 1 of 11        0  row 11
  plan in train  one of free, pro            1 of 11        0  row 11

  duplicates key, train  0   = 0   pass
  duplicates key, test   0   = 0   pass
  overlap train, test    0   = 0   pass
  missing left, train    0%  = 0%  pass

  What to do
  1. Mend the rows where they are made; the numbers above count rows, and a header is none.
  2. If such rows are meant, say so in data.columns: a wider rule, or a tolerance such as
     max_outside: 1%. The change then needs somebody to read it.
  3. Nothing is trained on rows that are refused.

  Data: train 11 rows | test 2 rows

exit 1
`);
  expect(await readFile(report, "utf8")).toContain("All 38 column rules");
  expect(JSON.parse(await readFile(evidence, "utf8")).predicate.outcome.verdict).toBe("fail");
});

test("rows that pass, rules that cannot be read, and rows that are fetched first", async () => {
  await using folder = await folderOf(project());
  expect(await mlops(["validate", "--quiet", "--project", folder.path])).toEqual({
    exit: 0,
    stdout: "data pass: 42 rules hold on 12 rows\n",
    stderr: "",
  });
  const rules = project()["mlops.yml"] as string;
  await using wrong = await folderOf(project(COLUMNS, { "mlops.yml": swap(rules, "max: 100", "max: 1") }));
  const refused = await mlops(["validate", "--project", wrong.path]);
  expect([refused.exit, refused.stdout]).toEqual([
    3,
    "mlops.yml:9:32 error: Nothing is from 16 to 1\n  Write the smaller bound first.\n\nexit 3\n",
  ]);
  await using fetched = await folderOf({
    ...project(COLUMNS, {
      "mlops.yml": swap(rules, "data:\n", "data:\n  fetch: cp there.csv train.csv; echo brought\n"),
    }),
    "train.csv": null,
    "there.csv": TRAIN,
  });
  const brought = await mlops(["validate", "--project", fetched.path]);
  expect([brought.exit, brought.stderr]).toEqual([0, "brought\n"]);
});
