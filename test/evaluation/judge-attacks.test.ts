import { evaluate } from "@mlops-actions/evaluation";
import { gitSnapshot, workingTree } from "@mlops-actions/git";
import { loadProject } from "@mlops-actions/project";
import { type Files, gitRepository, temporaryFolder } from "@mlops-actions/testkit";
import { describe, expect, test } from "vitest";
import { csv, judgeLoaded, type Said, textOf } from "./folder-project.ts";

// A model in a folder of its own, worse than its baseline by far: everything below tries to make it pass.
const RULES = `model: loans
task: binary
data:
  test: data/test.csv
  key: id
  label: { column: paid, positive: yes }
evaluate:
  candidate: { predictions: predictions/new.csv, score: score }
  baseline: { predictions: predictions/old.csv, score: score }
  primary: accuracy - baseline.accuracy > -0.02
  guardrails:
    - recall[region = "South"] - baseline.recall[region = "South"] > -0.05
    - worst(accuracy by region) >= 0.8
  slices: [region]
  inconclusive: block
`;

const people = Array.from({ length: 1200 }, (_, id) => {
  const paid = id % 2 === 0;
  const hard = id % 4 === 0;
  return { id, paid: paid ? "yes" : "no", region: id % 3 === 0 ? "South" : "North", hard };
});
const HEADER = ["id", "paid", "region"];
const testRows = (rows: typeof people) =>
  csv(
    HEADER,
    rows.map(({ id, paid, region }) => [id, paid, region]),
  );
const scores = (of: (person: (typeof people)[number]) => number, rows = people) =>
  csv(
    ["id", "score"],
    rows.map((person) => [person.id, of(person)]),
  );
const right = ({ paid }: { paid: string }) => (paid === "yes" ? 0.9 : 0.1);
const wrongWhereHard = (person: (typeof people)[number]) => (person.hard ? 0.2 : right(person));

const FOLDER = "models/loans";
const BASE = {
  [`${FOLDER}/mlops.yml`]: RULES,
  [`${FOLDER}/data/test.csv`]: testRows(people),
  [`${FOLDER}/predictions/old.csv`]: scores(right),
  [`${FOLDER}/predictions/new.csv`]: scores(right),
};
const WORSE: Files = { [`${FOLDER}/predictions/new.csv`]: scores(wrongWhereHard) };

/** The verdict on a pull request with these files, as the gate gives it: head checked out, rules from the base commit. */
async function pullRequest(files: Files, folder = FOLDER): Promise<Said> {
  await using repository = await gitRepository(BASE);
  const commit = await repository.revision();
  await repository.commit({ ...WORSE, ...files }, { branch: "change" });
  await using into = await temporaryFolder("base");
  const root = repository.path;
  const base = gitSnapshot({ root, commit, into: into.path });
  const loaded = await loadProject({ stage: evaluate, head: workingTree(root), base, path: folder, root });
  return await judgeLoaded(loaded);
}

/** All warnings and the headline: what stands before the first number. */
function opening({ document }: Said): string {
  const first = document.blocks.findIndex(({ kind }) => kind === "comparison");
  return textOf(document.blocks.slice(0, first === -1 ? undefined : first));
}

const rules = (from: string | RegExp, to: string): Files => {
  const changed = RULES.replace(from, to);
  if (changed === RULES) throw new Error(`nothing to change: ${from}`);
  return { [`${FOLDER}/mlops.yml`]: changed };
};
const at = (path: string, text: string): Files => ({ [`${FOLDER}/${path}`]: text });
const easy = people.filter(({ hard }) => !hard);

interface Attack {
  about: string;
  files: Files;
  /** What the opening names. */
  names: string | RegExp;
  verdict?: "fail" | "error" | "inconclusive";
  folder?: string;
}

const attacks: Attack[] = [
  {
    about: "the test rows are replaced by easy ones",
    files: at(
      "data/test.csv",
      testRows(easy.map((person, i) => ({ ...person, id: i % 2 === 0 ? person.id : 5000 + i }))),
    ),
    names: /data\/test\.csv/,
  },
  {
    about: "the hard test rows are dropped",
    files: at("data/test.csv", testRows(easy)),
    names: /Test set changed here: \+0 −300 rows, 0 labels/,
  },
  {
    about: "labels are flipped to what the model says",
    files: at(
      "data/test.csv",
      testRows(people.map((person) => (person.hard ? { ...person, paid: "no" } : person))),
    ),
    names: /Test set changed here: \+0 −0 rows, 300 labels/,
  },
  {
    about: "slice values are changed in the test rows",
    files: at(
      "data/test.csv",
      testRows(people.map((person) => ({ ...person, region: person.hard ? "West" : person.region }))),
    ),
    names: /data\/test\.csv/,
  },
  {
    about: "the test rows lie elsewhere",
    files: { ...rules("data/test.csv", "data/easy.csv"), ...at("data/easy.csv", testRows(easy)) },
    names: "data.test",
  },
  {
    about: "the key is another column of other rows",
    files: {
      ...rules("key: id", "key: row"),
      ...at("data/test.csv", testRows(people).replace("id,", "row,")),
    },
    names: "data.key",
  },
  {
    about: "there is no baseline any more",
    files: rules(/baseline: \{.*\}\n {2}primary: .*/, 'baseline: none\n  primary: "accuracy >= 0.5"'),
    names: "evaluate.baseline",
  },
  {
    about: "the baseline's predictions are made as bad",
    files: at("predictions/old.csv", scores(wrongWhereHard)),
    names: "predictions/old.csv",
  },
  {
    about: "the baseline is another file",
    files: { ...rules("predictions/old.csv", "predictions/new.csv") },
    names: "evaluate.baseline",
  },
  {
    about: "what cannot be told is allowed",
    files: rules("inconclusive: block", "inconclusive: allow"),
    names: "evaluate.inconclusive",
  },
  {
    about: "the threshold is moved",
    files: rules("  inconclusive", "  threshold: 0.15\n  inconclusive"),
    names: "evaluate.threshold",
  },
  {
    about: "no group is large enough",
    files: rules("  inconclusive", "  min_rows: 1000000000\n  inconclusive"),
    names: "evaluate.min_rows",
  },
  {
    about: "the confidence is lowered",
    files: rules("  inconclusive", "  confidence: 0.51\n  inconclusive"),
    names: "evaluate.confidence",
  },
  {
    about: "the positive label is the other one",
    files: rules("positive: yes", "positive: no"),
    names: "data.label.positive",
  },
  {
    about: "the label is another column",
    files: { ...rules("column: paid, positive: yes", "column: region, positive: South") },
    names: "data.label",
  },
  {
    about: "the task is another",
    files: rules(/task: binary\n([\s\S]*)positive: yes/, "task: multiclass\n$1classes: [no, yes]"),
    names: "task",
  },
  {
    about: "the primary condition is loosened",
    files: rules("> -0.02", "> -0.9"),
    names: "evaluate.primary",
  },
  {
    about: "the guardrails are gone",
    files: rules(/ {2}guardrails:\n.*\n.*\n/, ""),
    names: "evaluate.guardrails",
  },
  {
    about: "the project moves to another folder",
    files: {
      [`${FOLDER}/mlops.yml`]: null,
      "elsewhere/mlops.yml": RULES.replace("> -0.02", "> -0.9"),
      "elsewhere/data/test.csv": testRows(easy),
      "elsewhere/predictions/old.csv": scores(wrongWhereHard),
      "elsewhere/predictions/new.csv": scores(wrongWhereHard),
    },
    folder: "elsewhere",
    names: /models\/loans\/mlops\.yml/,
  },
  {
    about: "the model has another name",
    files: rules("model: loans", "model: loans-2"),
    names: /model/,
  },
  {
    about: "mlops.yml is deleted and comes back elsewhere under another name",
    files: {
      [`${FOLDER}/mlops.yml`]: null,
      "other/mlops.yml": RULES.replace("model: loans", "model: other").replace(">= 0.8", ">= 0.1"),
      "other/data/test.csv": testRows(people),
      "other/predictions/old.csv": scores(wrongWhereHard),
      "other/predictions/new.csv": scores(wrongWhereHard),
    },
    folder: "other",
    names: "The rules are new here",
    verdict: "inconclusive",
  },
  {
    about: "mlops.yml is deleted",
    files: { [`${FOLDER}/mlops.yml`]: null },
    names: "removes",
    verdict: "error",
  },
  {
    about: "the rows that it gets wrong are left out of the predictions",
    files: at(
      "predictions/new.csv",
      scores(
        right,
        people.filter(({ id }) => id % 20 !== 0),
      ),
    ),
    names: /left 60 test rows unanswered/,
    verdict: "inconclusive",
  },
  {
    about: "most of the rows that it gets wrong are left out",
    files: at("predictions/new.csv", scores(right, easy)),
    names: /900 of 1200 test rows/,
    verdict: "error",
  },
  {
    about: "the candidate answers with the labels of the test rows",
    files: {
      ...rules(
        "predictions: predictions/new.csv, score: score",
        "predictions: data/test.csv, decision: paid",
      ),
    },
    names: /answers are the label column "paid"/,
    verdict: "error",
  },
];

describe("a pull request that changes its judge", () => {
  test("worse is a fail, and without an attack nothing is warned of", async () => {
    const said = await pullRequest({});
    expect(said.verdict).toBe("fail");
    expect(said.document.blocks.some(({ kind }) => kind === "warning")).toBe(false);
  });

  test("the same model as before passes", async () => {
    expect((await pullRequest({ ...WORSE, [`${FOLDER}/predictions/new.csv`]: scores(right) })).verdict).toBe(
      "pass",
    );
  });

  for (const { about, files, names, verdict = "fail", folder } of attacks)
    test(`${about}: ${verdict}, and named before the first number`, async () => {
      const said = await pullRequest(files, folder);
      expect(said.verdict).toBe(verdict);
      if (typeof names === "string") expect(opening(said)).toContain(names);
      else expect(opening(said)).toMatch(names);
    });

  test("the verdict under the proposed rules stands beside the one that counts", async () => {
    const said = await pullRequest(
      rules(/primary: .*\n.*\n.*\n.*\n/, 'primary: "accuracy - baseline.accuracy > -0.9"\n'),
    );
    expect(said.verdict).toBe("fail");
    expect(opening(said)).toMatch(
      /Judged by the rules of the base \([0-9a-f]{7}\); by the proposed ones: pass/,
    );
  });

  test("rules that cannot be judged do not hide the verdict", async () => {
    const said = await pullRequest(rules("accuracy - baseline", "acuracy - baseline"));
    expect(said.verdict).toBe("fail");
    expect(opening(said)).toMatch(/the proposed ones cannot be judged: .*acuracy/);
  });
});
