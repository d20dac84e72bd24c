import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Loaded, Versions } from "@mlops-actions/core";
import { evaluate, type Section } from "@mlops-actions/evaluation";
import { gitSnapshot, workingTree } from "@mlops-actions/git";
import { loadProject } from "@mlops-actions/project";
import { type Files, gitRepository, temporaryFolder } from "@mlops-actions/testkit";
import { expect, test } from "vitest";
import { notItsOwnJudge } from "../../actions/evaluate-gate/checkout.ts";
import { csv, faultOf, judgeLoaded, measured, type Said, textOf } from "./folder-project.ts";

const REPOSITORY = join(import.meta.dirname, "../..");
const ONNX = await readFile(join(REPOSITORY, "packages/testkit/models/penguins.onnx"));
const ROWS = (await readFile(join(REPOSITORY, "examples/penguins-species/data/penguins.csv"), "utf8"))
  .trim()
  .split("\n")
  .filter((line) => !/,,/.test(line.replace(/,[^,]*$/, "")));
const [HEADER = "", ...PENGUINS] = ROWS;
const BILL = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"];

interface Proposal {
  base: Files;
  head: Files;
  /** What the job fetches into the workspace, and nobody has committed. */
  fetched?: Readonly<Record<string, string>>;
  versions?: Versions;
}

/** The verdict on a pull request, as the gate gives it: head checked out, rules from the base commit. */
async function proposed({ base, head, fetched = {}, versions }: Proposal): Promise<Said> {
  await using repository = await gitRepository(base);
  const commit = await repository.revision();
  await repository.commit(head, { branch: "change" });
  await using into = await temporaryFolder("base");
  const root = repository.path;
  for (const [name, text] of Object.entries(fetched)) {
    await mkdir(join(root, name, ".."), { recursive: true });
    await writeFile(join(root, name), text);
  }
  const snapshot = (commit: string) => gitSnapshot({ root, commit, into: into.path });
  const before = snapshot(commit);
  const loaded: Loaded<Section> = await loadProject({
    stage: evaluate,
    head: workingTree(root),
    base: before,
    path: ".",
    root,
  });
  const judged = await notItsOwnJudge(loaded, snapshot(await repository.revision()), before);
  return await judgeLoaded(judged, 2, versions ? { versions } : {});
}

const people = Array.from({ length: 1200 }, (_, id) => ({ id, paid: id % 2 === 0 ? "yes" : "no" }));
const labels = csv(
  ["id", "paid"],
  people.map(({ id, paid }) => [id, paid]),
);
const scores = (of: (person: (typeof people)[number]) => number) =>
  csv(
    ["id", "score"],
    people.map((person) => [person.id, of(person)]),
  );
const right = ({ paid }: { paid: string }) => (paid === "yes" ? 0.9 : 0.1);
const LOANS = `model: loans
task: binary
data:
  train: data/train.csv
  test: data/test.csv
  key: id
  label: { column: paid, positive: yes }
train: { run: python train.py, outputs: { model: out/model.onnx } }
evaluate:
  primary: accuracy - baseline.accuracy > -0.02
`;

test("a change that names its candidate itself does not lose the baseline by that", async () => {
  const asked: unknown[] = [];
  const versions: Versions = {
    resolve: async (_, which) => void asked.push(which) as undefined,
    files: () => ({ find: async () => undefined }),
  };
  await proposed({
    base: { "mlops.yml": LOANS, "data/test.csv": labels, "data/train.csv": labels },
    head: {
      "mlops.yml": LOANS.replace(
        "evaluate:\n",
        "evaluate:\n  candidate: { predictions: p.csv, score: score }\n",
      ),
      "p.csv": scores((person) => (person.id % 5 < 2 ? 1 - right(person) : right(person))),
    },
    versions,
  });
  expect(asked).toEqual([{ environment: "production" }]);
});

const penguins = (features: readonly string[], baseline: string, primary: string) => `model: tiny
task: multiclass
data:
  test: test.csv
  key: id
  label: { column: species, classes: [Adelie, Chinstrap, Gentoo] }
predict: { features: [${features}] }
evaluate:
  candidate: { model: model.onnx }
  baseline: ${baseline}
  primary: ${primary}
`;

test("a change that says otherwise which columns a model takes does not ask the baseline so", async () => {
  const swapped = BILL.toReversed();
  const renamed = HEADER.split(",").map((name) => swapped[BILL.indexOf(name)] ?? name);
  const rule = "accuracy - baseline.accuracy > 0.1";
  const said = await proposed({
    base: {
      "mlops.yml": penguins(BILL, "{ model: old.onnx }", rule),
      "test.csv": ROWS.join("\n"),
      "model.onnx": ONNX,
      "old.onnx": ONNX,
    },
    head: {
      "mlops.yml": penguins(swapped, "{ model: old.onnx }", rule),
      "test.csv": [renamed.join(","), ...PENGUINS].join("\n"),
    },
  });
  expect(said.verdict).not.toBe("pass");
  expect(measured(said).judged[0]?.sides.find(({ source }) => source === "baseline")?.estimate).toMatchObject(
    {
      value: expect.closeTo(0.99, 1),
    },
  );
});

test("features that a change has written into the test rows make nothing pass", async () => {
  const columns = HEADER.split(",");
  const species = columns.indexOf("species");
  const typical = new Map(PENGUINS.map((line) => [line.split(",")[species], line.split(",")] as const));
  const easy = PENGUINS.map((line) => {
    const cells = line.split(",");
    const like = typical.get(cells[species]) ?? cells;
    return cells.map((cell, i) => (BILL.includes(columns[i] ?? "") ? like[i] : cell)).join(",");
  });
  const base = {
    "mlops.yml": penguins(BILL, "none", "accuracy >= 0.5"),
    "test.csv": ROWS.join("\n"),
    "model.onnx": ONNX,
  };
  expect((await proposed({ base, head: { "other.txt": "1" } })).verdict).toBe("pass");
  const said = await proposed({ base, head: { "test.csv": [HEADER, ...easy].join("\n") } });
  expect(said.verdict).toBe("inconclusive");
  expect(measured(said).details.rows.changedFeatures).toBeGreaterThan(300);
  expect(said.document.blocks.slice(0, 3).map(textOf).join("\n")).toMatch(/test rows? other features/);
});

test("new columns for the model's use are no changed features", async () => {
  const base = {
    "mlops.yml": penguins(BILL, "none", "accuracy >= 0.5"),
    "test.csv": ROWS.map((line) => line).join("\n"),
    "model.onnx": ONNX,
  };
  const wider = ROWS.map((line, i) => `${line},${i === 0 ? "more" : i}`).join("\n");
  const said = await proposed({ base, head: { "test.csv": wider } });
  expect(measured(said).details.rows.changedFeatures).toBe(0);
  expect(said.verdict).toBe("pass");
});

test.each(["data/test.csv.dvc", "dvc.lock", "data/dvc.lock"])(
  "a change that says in %s which rows judge it is judged by nobody",
  async (pointer) => {
    const rules = LOANS.replace(/train: \{ run.*\n/, "")
      .replace("  train: data/train.csv\n", "")
      .replace(
        "evaluate:\n",
        "evaluate:\n  candidate: { predictions: new.csv, score: score }\n  baseline: { predictions: old.csv, score: score }\n",
      );
    const base = {
      "mlops.yml": rules,
      ".gitignore": "data/test.csv\n",
      [pointer]: "md5: aaa\n",
      "new.csv": scores(right),
      "old.csv": scores(right),
    };
    const fetched = { "data/test.csv": labels };
    expect((await proposed({ base, head: { "other.txt": "1" }, fetched })).verdict).toBe("pass");
    const fault = faultOf(await proposed({ base, head: { [pointer]: "md5: bbb\n" }, fetched }));
    expect(fault).toMatchObject({ code: "judge-brought", at: { file: pointer } });
  },
);
