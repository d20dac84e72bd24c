import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Folder, temporaryFolder } from "@mlops-actions/testkit";
import { extract } from "tar";
import { afterAll, beforeAll, expect, test } from "vitest";
import { moreRows } from "./more-rows.ts";
import {
  builtActions,
  type Comment,
  filesOf,
  PROJECTS,
  type ProjectName,
  type Ran,
  RECORDED,
  type Scene,
  scene,
} from "./scene.ts";

let actions: Folder;
beforeAll(async () => {
  actions = await builtActions();
});
afterAll(() => actions?.[Symbol.asyncDispose]());

const markerOf = ({ body }: Comment) => /^<!-- mlops:([a-z]+):evaluate run=(\d+) /.exec(body)?.slice(1);
const headOf = ({ body }: Comment) => /^### .*$/m.exec(body)?.[0];
const namesOf = (checks: readonly { name: string; conclusion: string }[]) =>
  checks.map(({ name, conclusion }) => `${name}: ${conclusion}`).sort();
const exitsOf = ({ jobs }: Ran) =>
  Object.fromEntries(
    Object.entries(jobs).map(([project, { train, evaluate, register }]) => [
      project,
      [train, evaluate, register].map((job) => job?.exitCode),
    ]),
  );

async function filesIn(folder: string): Promise<Record<string, string>> {
  const names = await readdir(folder);
  const read = async (name: string) =>
    createHash("sha256")
      .update(await readFile(join(folder, name)))
      .digest("hex");
  return Object.fromEntries(
    await Promise.all(names.sort().map(async (name) => [name, await read(name)] as const)),
  );
}

/** A version as somebody downloads it, after `verify` has found nothing wrong with it. */
async function downloaded(on: Scene, version: string, into: string): Promise<string> {
  const verified = await on.registry("verify", version);
  expect(verified).toMatchObject({ exit: 0, stderr: "" });
  // The run that wrote the tag is one of `main`, as GitHub has it.
  expect(verified.stdout).toMatch(/is authentic|is consistent/);
  const folder = join(into, version);
  expect(await on.registry("download", version, folder)).toMatchObject({ exit: 0 });
  return folder;
}

const BESIDE = ["card.md", "evaluate.intoto.jsonl", "manifest.json", "profile.json", "train.intoto.jsonl"];
const MODEL: Record<ProjectName, string[]> = {
  churn: ["model.txt", "predictions.parquet"],
  defects: ["model.tar.gz", "predictions.parquet"],
  demand: ["model.txt", "predictions.csv"],
};

test.concurrent("three projects of one repository go from the first push to the second version of one of them", async () => {
  await using on = await scene(actions, await filesOf());
  await using out = await temporaryFolder("out");

  // The first push: everything is new, and every project gets its first version.
  const first = await on.release();
  expect([first.affected, first.reused]).toEqual([[...PROJECTS], []]);
  expect(exitsOf(first)).toEqual({ churn: [0, 0, 0], defects: [0, 0, 0], demand: [0, 0, 0] });
  expect(await on.tags()).toEqual(PROJECTS.map((name) => `${name}@v1.0.0`));
  for (const name of PROJECTS) {
    const folder = await downloaded(on, `${name}@v1.0.0`, out.path);
    expect(Object.keys(await filesIn(folder))).toEqual([...BESIDE, ...MODEL[name]].sort());
  }
  const interfaceOf = async (version: string) =>
    JSON.parse(await readFile(join(out.path, version, "manifest.json"), "utf8")).interface;
  expect(await interfaceOf("churn@v1.0.0")).toEqual({ by: "command", positive: "1", threshold: 0.2248 });
  expect((await interfaceOf("defects@v1.0.0")).classes).toEqual([..."0123456789"]);
  expect(await filesIn(join(out.path, "demand@v1.0.0"))).toMatchObject({
    "predictions.csv": (await filesIn(join(RECORDED, "demand-main/out")))["backtest.csv"],
  });
  const unpacked = join(out.path, "unpacked");
  await mkdir(unpacked);
  await extract({ file: join(out.path, "defects@v1.0.0/model.tar.gz"), cwd: unpacked, strict: true });
  expect(await filesIn(unpacked)).toEqual(await filesIn(join(RECORDED, "defects-main/out/model")));

  // Pull requests: one comment and one check for each affected project, and for no other.
  const slower = await on.propose("slower", { patch: "churn/change.patch" });
  const broken = await on.propose("broken", { patch: "churn/broken.patch" });
  const requirements = (patch: number) => ({ "requirements.txt": `lightgbm==4.7.${patch}\n` });
  const shared = await on.propose("shared", requirements(1));
  const ran = await Promise.all([slower, broken, shared].map((pull) => on.review(pull)));
  expect(ran.map(({ affected }) => affected)).toEqual([["churn"], ["churn"], [...PROJECTS]]);
  expect(ran.map(exitsOf)).toEqual([
    { churn: [0, 0, undefined] },
    { churn: [0, 1, undefined] },
    { churn: [0, 0, undefined], defects: [0, 0, undefined], demand: [0, 0, undefined] },
  ]);

  const [better, ...noOther] = await on.comments(slower);
  expect([better?.body, noOther]).toEqual([expect.stringMatching(/^### ✅ churn: pass — not worse/m), []]);
  expect(better?.body).toContain("each with its own threshold: 0.2248 → 0.2074");
  expect(better?.body).toContain("| **auc** (primary) | 0.834 | 0.839 | **+0.005**");
  expect(namesOf(await on.checks(slower.head.sha))).toEqual(["mlops / churn: success"]);
  const [worse, ...none] = await on.comments(broken);
  expect([worse?.body, none]).toEqual([
    expect.stringMatching(/^### ❌ churn: fail — auc is worse than v1.0.0$/m),
    [],
  ]);
  expect(namesOf(await on.checks(broken.head.sha))).toEqual(["mlops / churn: failure"]);

  // Another push writes into the same three comments.
  const before = await on.comments(shared);
  expect(before.map(headOf).sort()).toEqual(
    PROJECTS.map((name) => `### ✅ ${name}: pass — the same answers as v1.0.0`),
  );
  const pushed = await on.amend(shared, requirements(2));
  const { runId = 0 } = Object.values((await on.review(pushed)).jobs)[0]?.evaluate ?? {};
  const after = await on.comments(pushed);
  expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
  expect(after.map(markerOf).sort()).toEqual(PROJECTS.map((name) => [name, String(runId)]));
  expect(namesOf(await on.checks(pushed.head.sha))).toEqual(
    PROJECTS.map((name) => `mlops / ${name}: success`),
  );

  // What was reviewed is what ships.
  await on.merge(slower);
  const merged = await on.release();
  expect([merged.affected, merged.reused]).toEqual([["churn"], ["churn"]]);
  expect(exitsOf(merged)).toEqual({ churn: [undefined, 0, 0] });
  expect(await on.tags()).toEqual(["churn@v1.0.0", "churn@v1.1.0", "defects@v1.0.0", "demand@v1.0.0"]);
  const second = await downloaded(on, "churn@v1.1.0", out.path);
  expect((await filesIn(second))["model.txt"]).toBe(
    (await filesIn(join(RECORDED, "churn-change/out")))["model.txt"],
  );
  expect(merged.jobs.churn?.register?.summary).toMatch(/^Minor after v1.0.0: .*threshold/m);

  // What is said about the models is no model.
  const readme = await on.propose("readme", { "README.md": "Three models.\n" });
  expect(await on.review(readme)).toEqual({ affected: [], reused: [], jobs: {} });
  expect([await on.comments(readme), await on.checks(readme.head.sha)]).toEqual([[], []]);
  await on.merge(readme);
  expect(await on.release()).toEqual({ affected: [], reused: [], jobs: {} });

  // Of a push with many commits every one counts, not the last alone.
  const { "demand/train.py": script } = await filesOf();
  await on.pushed(
    { "demand/train.py": `${script}\n# the same\n` },
    { "README.md": "One of them learns anew.\n" },
  );
  expect(await on.plan()).toEqual(["demand"]);
}, 400_000);

const PYTHON = process.env.MLOPS_PYTHON ?? "python3";
const packages = "import lightgbm, numpy, pandas, pyarrow, scipy, sklearn";
const missing =
  spawnSync(PYTHON, ["-c", packages]).status === 0
    ? ""
    : ` (skipped: ${PYTHON} has not what requirements.txt names; set MLOPS_PYTHON)`;

test.skipIf(missing !== "")(
  `with Python itself the verdicts are those of what was recorded${missing}`,
  async () => {
    await using bin = await temporaryFolder("python");
    await writeFile(join(bin.path, "python"), `#!/bin/sh\nexec '${PYTHON}' "$@"\n`, { mode: 0o755 });
    await using on = await scene(actions, await filesOf(), bin.path);
    expect(exitsOf(await on.release())).toEqual({ churn: [0, 0, 0], defects: [0, 0, 0], demand: [0, 0, 0] });
    const verdicts: Record<string, number> = {
      "churn/change": 0,
      "churn/broken": 1,
      "defects/change": 0,
      "demand/change": 0,
    };
    for (const [patch, exit] of Object.entries(verdicts)) {
      const pull = await on.propose(patch.replace("/", "-"), { patch: `${patch}.patch` });
      const [project = ""] = patch.split("/");
      expect(exitsOf(await on.review(pull))).toEqual({ [project]: [0, exit, undefined] });
      expect(await on.comments(pull)).toHaveLength(1);
    }
  },
  600_000,
);

test.concurrent("test rows that came after a version are not in its stored predictions: compared is what both have, down to 90 %", async () => {
  await using on = await scene(actions, await filesOf(["churn"]));
  expect(exitsOf(await on.release())).toEqual({ churn: [0, 0, 0] });
  await using some = await moreRows(100);
  await using many = await moreRows(400);

  on.python = some.python;
  const adds = await on.propose("more-rows", { "churn/data/test.csv": some.test });
  await on.review(adds);
  const [added] = await on.comments(adds);
  expect(added?.body).toMatch(/^### ✅ churn: pass — the same answers as v1.0.0/m);
  expect(added?.body).toContain(
    "**Test set changed here**: +100 −0 rows, 0 labels changed. Judged on the rows of the base.",
  );
  expect(added?.body).toContain("100 predictions for keys that are no test row of the base");
  await on.merge(adds);

  const slower = await on.propose("slower", { patch: "churn/change.patch" });
  await on.review(slower);
  const [compared] = await on.comments(slower);
  expect(compared?.body).toMatch(/^### ✅ churn: pass — not worse/m);
  expect(compared?.body).toContain(
    "2,120 of 2,220 test rows, those that both models have (v1.0.0 was registered without answers for 100) ",
  );

  on.python = many.python;
  const addsMany = await on.propose("many-rows", { "churn/data/test.csv": many.test });
  await on.review(addsMany);
  const [warned] = await on.comments(addsMany);
  const remedy = "add test rows in portions of less than a tenth";
  expect(warned?.body).toMatch(/^### ✅ churn: pass — the same answers as v1.0.0/m);
  expect(warned?.body).toMatch(
    /the proposed ones cannot be judged: 2120 of 2520 test rows have stored predictions of churn@.?v1\.0\.0; at least 90 % must; have it asked again by its own code, in a job of its own with \\?`stages: baseline/,
  );
  await on.merge(addsMany);
  const refused = await on.release();
  expect(exitsOf(refused)).toEqual({ churn: [undefined, 3, undefined] });
  expect(refused.jobs.churn?.evaluate.annotations).toMatchObject([
    { level: "error", file: "churn/mlops.yml", line: 19, message: expect.stringContaining(remedy) },
  ]);

  // The first way out that the remedy names: its own code answers all rows, in a job of its own.
  on.remakes = true;
  const slowest = await on.propose("slower-now", { patch: "churn/change.patch" });
  expect(exitsOf(await on.review(slowest))).toEqual({ churn: [0, 0, undefined] });
  const [asked] = await on.comments(slowest);
  expect(asked?.body).toContain("asked again by its own code");
  expect(asked?.body).toContain("**Fair?** same 2,520 test rows · ");
  on.remakes = false;

  // The other one: a version that has answered all rows.
  const rules = Buffer.from((await filesOf(["churn"]))["churn/mlops.yml"] ?? "").toString();
  const absolute = rules
    .replace("production", "none")
    .replace(/primary: .*/, "primary: auc >= 0.75")
    .replace(/ +- .*baseline.*\n/g, "");
  const compareWithNothing = await on.propose("nothing", { "churn/mlops.yml": absolute });
  expect(exitsOf(await on.review(compareWithNothing))).toEqual({ churn: [0, 3, undefined] });
  await on.merge(compareWithNothing);
  expect(exitsOf(await on.release())).toEqual({ churn: [undefined, 0, 0] });
  await on.merge(await on.propose("compare", { "churn/mlops.yml": rules }));
  const again = await on.propose("slower-again", { patch: "churn/change.patch" });
  expect(exitsOf(await on.review(again))).toEqual({ churn: [0, 0, undefined] });
  const [all] = await on.comments(again);
  expect(all?.body).toContain("**Fair?** same 2,520 test rows · ");
}, 400_000);
