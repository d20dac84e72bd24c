import type { Block } from "@mlops-actions/core";
import { expect, test } from "vitest";
import { textOf } from "../evaluation/folder-project.ts";
import {
  broken,
  COLUMNS,
  faultOf,
  judgeChange,
  type MeasuredSaid,
  measured,
  project,
  swap,
  TEST,
  TRAIN,
} from "./scene.ts";

const warnings = ({ document }: MeasuredSaid) =>
  document.blocks.filter((block) => block.kind === "warning").map(textOf);
const dataLine = ({ document }: MeasuredSaid) =>
  textOf(document.blocks.find((block: Block) => textOf(block).startsWith("Data:")));
const lines = TRAIN.trim().split("\n");
const text = (all: readonly string[]) => `${all.join("\n")}\n`;

test("rows are compared with those of the base by their key", async () => {
  const change = [
    ...lines.slice(0, 8),
    "9,49,free,70173,2025-12-09,0",
    "10,59,pro,28195,2025-12-10,0",
    "13,40,pro,01067,2025-12-01,0",
    "14,40,pro,01067,2025-12-01,0",
  ];
  const said = measured(
    await judgeChange(project(), {
      "train.csv": text(
        change.toReversed().toSorted((a, b) => (a.startsWith("id") ? -1 : b.startsWith("id") ? 1 : 0)),
      ),
    }),
  );
  expect(said.details.tables).toMatchObject([
    {
      of: "train",
      rows: 11,
      change: {
        kind: "changed",
        by: "key",
        before: 10,
        added: 2,
        removed: 1,
        changed: 1,
        relabelled: 1,
        columns: { added: [], removed: [], types: [] },
      },
    },
    { of: "test", change: { kind: "same" } },
  ]);
  expect(warnings(said)).toEqual([
    "This change removes 1 row of train.csv (10 % of the 10 at the base).",
    "This change gives 1 row of train.csv another label.",
  ]);
  expect(dataLine(said)).toBe(
    "Data: train 11 rows (+2 −1 rows, 1 changed, 1 label changed) · test 2 rows (unchanged)",
  );
  expect(said.verdict).toBe("pass");
});

test("without a key rows are compared by what stands in them, and only a table that shrinks has lost some", async () => {
  const rules = (files = project()) => ({
    ...files,
    "mlops.yml": swap(files["mlops.yml"] as string, "  key: id\n", ""),
  });
  const edited = swap(TRAIN, "1,20,free", "1,21,free");
  const said = measured(await judgeChange(rules(), { "train.csv": edited }));
  expect(said.details.tables[0]?.change).toMatchObject({ by: "row", added: 1, removed: 1, changed: 0 });
  expect(warnings(said)).toEqual([]);
  const cut = measured(await judgeChange(rules(), { "train.csv": text(lines.slice(0, 8)) }));
  expect(warnings(cut)).toEqual(["This change removes 3 rows of train.csv (30 % of the 10 at the base)."]);
  // A key that stands twice tells no rows apart.
  const doubled = measured(
    await judgeChange(project("  checks: []\n"), { "train.csv": `${TRAIN}10,1,pro,1,2025-01-01,1\n` }),
  );
  expect(doubled.details.tables[0]?.change).toMatchObject({ by: "row", added: 1, removed: 0 });
});

test("columns that come, go, or change their type are told", async () => {
  const said = measured(
    await judgeChange(project("  checks: []\n"), {
      "train.csv": text(
        lines.map((line, i) => {
          const [id, age, plan, zip, since, left] = line.split(",");
          return [id, i === 0 ? age : `${age}y`, plan, zip, left, i === 0 ? "new" : since].join(",");
        }),
      ),
    }),
  );
  expect(said.details.tables[0]?.change).toMatchObject({
    columns: {
      added: ["new"],
      removed: ["since"],
      types: [{ column: "age", before: "integer", now: "string" }],
    },
  });
  expect(warnings(said)).toEqual([
    "This change removes 1 column of train.csv: since.",
    "This change alters the type of 1 column of train.csv: age integer → string.",
  ]);
});

test("a base whose rows Git has not, or that cannot be read, is told and not passed over", async () => {
  const absent = measured(await judgeChange(project(COLUMNS, { "train.csv": null }), { "train.csv": TRAIN }));
  expect(absent.details.tables[0]?.change).toEqual({ kind: "unknown", why: "not-in-git" });
  expect(dataLine(absent)).toContain("train 10 rows (not compared: the base has it not in Git)");
  const ragged = measured(
    await judgeChange(project(COLUMNS, { "train.csv": `${TRAIN}1,2\n` }), { "train.csv": TRAIN }),
  );
  expect(ragged.details.tables[0]?.change).toEqual({ kind: "unknown", why: "unreadable" });
});

test("a table that comes is new, and one that goes is said first", async () => {
  const both = project("  checks: []\n");
  const one = { ...both, "mlops.yml": swap(both["mlops.yml"] as string, "  test: test.csv\n", "") };
  const added = measured(await judgeChange(one, both));
  expect(added.details.tables[1]).toMatchObject({ of: "test", change: { kind: "new" } });
  expect(dataLine(added)).toContain("test 2 rows (new here)");
  const removed = measured(await judgeChange(both, one));
  expect(removed.details.gone).toEqual(["test"]);
  expect(warnings(removed)[0]).toBe("This change takes away a whole table: data.test.");
});

test("other rules for reading the same bytes are another table", async () => {
  const files = project("  checks: []\n");
  const rules = files["mlops.yml"] as string;
  const said = measured(
    await judgeChange(files, {
      "mlops.yml": swap(rules, "train: train.csv", 'train: { files: train.csv, missing: ["free"] }'),
    }),
  );
  expect(said.details.tables[0]?.change).toMatchObject({ kind: "changed", changed: 5 });
});

test("the checks of the base judge; what the change proposes is told beside", async () => {
  const base = project("  checks: [rows(train) >= 10]\n");
  const rules = base["mlops.yml"] as string;
  const loosened = await judgeChange(base, {
    "mlops.yml": swap(rules, ">= 10", ">= 1"),
    "train.csv": text(lines.slice(0, 5)),
  });
  const said = measured(loosened);
  expect([said.verdict, broken(said)]).toEqual(["fail", { "rows(train) >= 10": "fail" }]);
  expect(said.details.proposedChecks).toEqual({ kind: "judged", verdict: "pass", broken: [] });
  expect(warnings(said).at(-1)).toMatch(
    /^This change alters what judges it: data\.checks\. Judged by the checks of the base \([0-9a-f]{7}\); by the proposed ones: pass\.$/,
  );
  const tightened = measured(await judgeChange(base, { "mlops.yml": swap(rules, ">= 10", ">= 11") }));
  expect([tightened.verdict, tightened.details.proposedChecks]).toEqual([
    "pass",
    { kind: "judged", verdict: "fail", broken: ["rows(train) >= 11"] },
  ]);
  const nonsense = measured(
    await judgeChange(base, { "mlops.yml": swap(rules, "rows(train)", "row(train)") }),
  );
  expect([nonsense.verdict, nonsense.details.proposedChecks?.kind]).toEqual(["pass", "error"]);
});

test("the column rules of the change judge, and nothing passes that those of the base refuse", async () => {
  const base = project();
  const rules = base["mlops.yml"] as string;
  const gold = { "train.csv": `${TRAIN}13,40,gold,01067,2025-12-01,0\n` };
  expect(measured(await judgeChange(base, gold)).verdict).toBe("fail");
  const told = measured(
    await judgeChange(base, { ...gold, "mlops.yml": swap(rules, "[free, pro]", "[free, pro, gold]") }),
  );
  expect([told.verdict, broken(told)]).toEqual(["inconclusive", {}]);
  expect(told.details.baseColumns).toEqual({
    kind: "judged",
    verdict: "fail",
    broken: ["plan in train: one of free, pro"],
  });
  expect(told.document.title).toMatch(/^data inconclusive: these rows fit only the column rules/);
  expect(warnings(told)).toEqual([
    "This change alters the rules of its columns: data.columns.plan.values. By those of the base: fail (plan in train: one of free, pro).",
  ]);
  // A rule that is tightened, or new, needs nobody.
  const tight = measured(await judgeChange(base, { "mlops.yml": swap(rules, "max: 100", "max: 90") }));
  expect([tight.verdict, tight.details.baseColumns?.kind]).toEqual(["pass", "judged"]);
  const stricter = measured(await judgeChange(base, { "mlops.yml": swap(rules, "max: 100", "max: 70") }));
  expect([stricter.verdict, broken(stricter)]).toEqual(["fail", { "age in train: at most 70": "fail" }]);
  // A column that goes with its rule is for people to read, and never locks the change.
  const without = text(lines.map((line) => line.split(",").toSpliced(3, 1).join(",")));
  const removed = measured(
    await judgeChange(base, {
      "mlops.yml": rules.replace(/ {4}zip:.*\n/, ""),
      "train.csv": without,
      "test.csv": TEST.replaceAll(/^((?:[^,]*,){3})[^,]*,/gm, "$1"),
    }),
  );
  expect([removed.verdict, broken(removed)]).toEqual(["inconclusive", {}]);
  expect(warnings(removed)).toContain("This change removes 1 column of train.csv: zip.");
});

test("key and label come from the base, values to be shown as well", async () => {
  const base = project("");
  const rules = base["mlops.yml"] as string;
  const twice = { "train.csv": `${TRAIN}10,40,pro,01067,2025-12-01,0\n` };
  const said = measured(
    await judgeChange(base, {
      ...twice,
      "mlops.yml": swap(rules, "key: id", "key: [id, age]\n  show: [id, age]"),
    }),
  );
  expect(broken(said)).toEqual({ "duplicates(key, train) = 0": "fail" });
  expect(said.details.proposedChecks).toMatchObject({ verdict: "pass" });
  expect(said.details.samples).toEqual([
    { condition: "duplicates(key, train) = 0", table: "train", sample: { rows: [10, 11] } },
  ]);
});

test("a change that brings the first rules cannot pass by them, and can fail", async () => {
  const { "mlops.yml": rules = null, ...data } = project();
  const said = measured(await judgeChange(data, { "mlops.yml": rules }));
  expect([said.verdict, said.document.title]).toEqual([
    "inconclusive",
    "data inconclusive: the rules are new here",
  ]);
  expect(said.details.tables.map(({ change }) => change)).toEqual([undefined, undefined]);
  const bad = { "mlops.yml": rules, "train.csv": `${TRAIN}13,1,pro,01067,2025-12-01,0\n` };
  expect(measured(await judgeChange(data, bad)).verdict).toBe("fail");
});

test("rules of the base that the change's table cannot be asked are an error with their place", async () => {
  const base = project("  checks:\n    - mean(age) > 1\n");
  const without = text(lines.map((line) => line.split(",").toSpliced(1, 1).join(",")));
  expect(faultOf(await judgeChange(base, { "train.csv": without }))).toBe(
    "mlops.yml:9:7 `age` is no column of train.csv. Correct the name, or bring the column back.",
  );
});
