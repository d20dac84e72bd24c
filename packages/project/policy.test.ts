import { mkdir, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import type { Loaded, Project } from "@mlops-actions/core";
import { evaluate, type Section, section } from "@mlops-actions/evaluation";
import { gitSnapshot, workingTree } from "@mlops-actions/git";
import { type ScratchRepository, scratchRepository } from "@mlops-actions/git/scratch-repository";
import { expect, test } from "vitest";
import { loadProject } from "./load.ts";

const MLOPS = `model: churn
task: binary
data:
  train: train.csv
  test: test.csv
  key: id
  label: { column: left, positive: yes }
evaluate:
  candidate: { predictions: new.csv, score: p }
  baseline: { predictions: old.csv, score: p }
  primary: auc - baseline.auc > -0.005
  guardrails:
    - recall >= 0.5
  slices: [sex]
  threshold: 0.4
  min_rows: 200
  inconclusive: { pull_request: block }
`;
const FILES = {
  "mlops.yml": MLOPS,
  "train.csv": "id,left\n1,yes\n",
  "test.csv": "id,left\n2,yes\n3,no\n",
  "old.csv": "id,p\n2,0.9\n3,0.1\n",
  "new.csv": "id,p\n2,0.8\n3,0.2\n",
  "easy.csv": "id,left\n2,yes\n",
};

type Change = Readonly<Record<string, string | null>>;

async function pullRequest(repository: ScratchRepository, change: Change, base: Change = FILES) {
  const commit = await repository.commit(base);
  await repository.write(change);
  return { commit, load: (path = ".") => load(repository, commit, path) };
}

function load({ root, into }: ScratchRepository, commit: string, path: string): Promise<Loaded<Section>> {
  return loadProject({
    stage: evaluate,
    head: workingTree(root),
    base: gitSnapshot({ root, into, commit }),
    path,
    root,
  });
}

function project(loaded: Loaded<Section>): Project<Section> {
  if (loaded.kind === "fault") throw loaded.error;
  return loaded.project;
}

/** Everything that decides a verdict but the candidate: keys, and the bytes of the files they name. */
async function judgeOf({ task, data, section, table, policy }: Project<Section>) {
  const { candidate: _, ...judging } = section;
  const bytes = (files: readonly string[] = []) => Promise.all(files.map((file) => readFile(file, "utf8")));
  const baseline =
    typeof section.baseline === "object" ? table(["evaluate", "baseline", "predictions"]) : undefined;
  return {
    task,
    key: data.key,
    label: data.label,
    judging,
    test: await bytes(data.test?.files),
    baseline: await bytes(baseline?.files),
    digest: policy.digest,
  };
}

function edit(from: string, to: string): Change {
  if (!MLOPS.includes(from)) throw new Error(`${from} is not in the project file`);
  return { "mlops.yml": MLOPS.replace(from, () => to) };
}

test.each<[string, Change, string[]]>([
  ["replaces the test rows", { "test.csv": FILES["easy.csv"] }, ["test.csv"]],
  [
    "deletes the test rows' file and names another",
    { ...edit("test: test.csv", "test: easy.csv"), "test.csv": null },
    ["data.test", "test.csv"],
  ],
  ["flips labels", { "test.csv": "id,left\n2,no\n3,yes\n" }, ["test.csv"]],
  ["names another label column", edit("column: left", "column: stays"), ["data.label.column"]],
  ["calls the other class positive", edit("positive: yes", "positive: no"), ["data.label.positive"]],
  ["pairs by another key", edit("key: id", "key: [id, sex]"), ["data.key"]],
  ["points to an easier test file", edit("test: test.csv", "test: easy.csv"), ["data.test"]],
  [
    "reads the test file otherwise",
    edit("test: test.csv", 'test: { files: test.csv, missing: ["no"] }'),
    ["data.test"],
  ],
  [
    "compares with nothing",
    edit("baseline: { predictions: old.csv, score: p }", "baseline: none"),
    ["evaluate.baseline"],
  ],
  [
    "leaves the baseline out",
    edit("  baseline: { predictions: old.csv, score: p }\n", ""),
    ["evaluate.baseline"],
  ],
  ["compares with a weaker baseline", edit("old.csv", "new.csv"), ["evaluate.baseline.predictions"]],
  ["replaces the baseline's predictions", { "old.csv": "id,p\n2,0.1\n3,0.9\n" }, ["old.csv"]],
  [
    "reads another score of the baseline",
    edit("old.csv, score: p", "old.csv, score: q"),
    ["evaluate.baseline.score"],
  ],
  ["widens the margin", edit("> -0.005", "> -0.5"), ["evaluate.primary"]],
  [
    "leaves the primary to the default",
    edit("  primary: auc - baseline.auc > -0.005\n", ""),
    ["evaluate.primary"],
  ],
  ["loosens a guardrail", edit("recall >= 0.5", "recall >= 0.1"), ["evaluate.guardrails"]],
  ["removes the guardrails", edit("  guardrails:\n    - recall >= 0.5\n", ""), ["evaluate.guardrails"]],
  ["removes the slices", edit("  slices: [sex]\n", ""), ["evaluate.slices"]],
  ["moves the threshold", edit("threshold: 0.4", "threshold: 0.01"), ["evaluate.threshold"]],
  ["judges groups of any size", edit("min_rows: 200", "min_rows: 1"), ["evaluate.min_rows"]],
  ["asks for less confidence", edit("  min_rows", "  confidence: 60%\n  min_rows"), ["evaluate.confidence"]],
  ["lets the undecided through", edit("{ pull_request: block }", "allow"), ["evaluate.inconclusive"]],
  [
    "lets the undecided through, in the long form",
    edit("pull_request: block", "pull_request: allow"),
    ["evaluate.inconclusive.pull_request"],
  ],
  ["changes the task", edit("task: binary\n", "task: multiclass\n"), ["task"]],
  ["renames the model", edit("model: churn", "model: churn-2"), ["model"]],
])("a pull request that %s is judged by the base, and told", async (_, change, changedHere) => {
  await using repository = await scratchRepository();
  const isOfAnotherTask = change["mlops.yml"]?.includes("multiclass") ?? false;
  const legal = isOfAnotherTask
    ? { "mlops.yml": (change["mlops.yml"] as string).replace("positive: yes", "classes: [yes, no]") }
    : change;
  const { commit, load } = await pullRequest(repository, {});
  const before = project(await load());
  expect(before.policy).toMatchObject({ commit, from: "base", changedHere: [] });
  expect(before.proposed).toBeUndefined();

  await repository.write(legal);
  const after = project(await load());
  expect(await judgeOf(after)).toEqual(await judgeOf(before));
  expect(after.policy).toMatchObject({ commit, from: "base" });
  expect(after.policy.changedHere).toEqual(expect.arrayContaining(changedHere));
  if (!isOfAnotherTask) expect(after.policy.changedHere).toEqual(changedHere);
  expect(after.proposed).toBeDefined();
});

test("everything of `evaluate` judges but the candidate", () => {
  expect([...evaluate.policy].toSorted()).toEqual(
    Object.keys(section.shape)
      .filter((key) => key !== "candidate")
      .toSorted(),
  );
});

test("what a change may do comes from the head: candidate and training data", async () => {
  await using repository = await scratchRepository();
  const change = {
    ...edit("candidate: { predictions: new.csv, score: p }", "candidate: { predictions: v2.csv, score: q }"),
    "v2.csv": "id,q\n",
    "train.csv": "id,left\n9,no\n",
  };
  const { load } = await pullRequest(repository, change);
  const loaded = project(await load());
  expect(loaded.section.candidate).toMatchObject({ predictions: "v2.csv", score: "q" });
  expect(loaded.table(["evaluate", "candidate", "predictions"]).files).toEqual([
    join(repository.root, "v2.csv"),
  ]);
  expect(loaded.data.train?.files).toEqual([join(repository.root, "train.csv")]);
  expect(loaded.policy.changedHere).toEqual([]);
});

test("the proposed rules are the head's, with the head's bytes", async () => {
  await using repository = await scratchRepository();
  const { load } = await pullRequest(repository, {
    ...edit("> -0.005", "> -0.5"),
    "test.csv": "id,left\n2,yes\n",
  });
  const { section, data, proposed } = project(await load());
  expect(section.primary).toBe("auc - baseline.auc > -0.005");
  expect(proposed?.section.primary).toBe("auc - baseline.auc > -0.5");
  expect(await readFile(data.test?.files[0] as string, "utf8")).toBe(FILES["test.csv"]);
  expect(proposed?.data.test?.files).toEqual([join(repository.root, "test.csv")]);
});

test("layout, comments and defaults written out are no change of the judge", async () => {
  await using repository = await scratchRepository();
  const rewritten = MLOPS.replace(
    "guardrails:\n    - recall >= 0.5",
    'guardrails: ["recall >= 0.5"] # as agreed',
  )
    .replace("key: id", "key: [id]")
    .replace("pull_request: block", "promote: block, pull_request: block");
  const { load } = await pullRequest(repository, { "mlops.yml": `${rewritten}  confidence: 95%\n` });
  expect(project(await load()).policy.changedHere).toEqual([]);
});

test("a project moved to another folder is judged by the rules it had", async () => {
  await using repository = await scratchRepository();
  const { load } = await pullRequest(repository, {});
  const before = await judgeOf(project(await load()));
  await mkdir(join(repository.root, "models"));
  for (const file of Object.keys(FILES))
    await rename(join(repository.root, file), join(repository.root, "models", file));
  await repository.write({
    "models/mlops.yml": MLOPS.replace("> -0.005", "> -0.5"),
    "models/test.csv": FILES["easy.csv"],
  });
  const after = project(await load("models"));
  expect(await judgeOf(after)).toEqual(before);
  expect(after.policy.changedHere).toEqual(["evaluate.primary", "mlops.yml", "models/test.csv"]);
});

test("a project moved without any other change says only that it moved", async () => {
  await using repository = await scratchRepository();
  const { load } = await pullRequest(repository, {});
  await mkdir(join(repository.root, "models"));
  for (const file of Object.keys(FILES))
    await rename(join(repository.root, file), join(repository.root, "models", file));
  expect(project(await load("models")).policy.changedHere).toEqual(["mlops.yml"]);
});

test.each(["a", "x/y", "."])(
  "a project moved to %s may leave shared test rows where they are",
  async (folder) => {
    await using repository = await scratchRepository();
    const at = (folder: string, up: string) => ({
      [join(folder, "mlops.yml")]: MLOPS.replace("test: test.csv", `test: ${up}shared/*.csv`),
      [join(folder, "old.csv")]: FILES["old.csv"],
      [join(folder, "new.csv")]: FILES["new.csv"],
    });
    const rows = { "shared/a.csv": FILES["test.csv"] };
    const { load } = await pullRequest(repository, {}, { ...rows, ...at("b/c", "../../") });
    await repository.write({
      "b/c/mlops.yml": null,
      "b/c/old.csv": null,
      ...at(folder, folder === "." ? "" : "../".repeat(folder.split("/").length)),
    });
    const { policy, data } = project(await load(folder));
    expect(data.test?.files).toHaveLength(1);
    expect(policy.changedHere.filter((path) => path.includes("shared") || path.includes("old"))).toEqual([]);
    await repository.write({ "shared/b.csv": "id,left\n7,no\n" });
    expect(project(await load(folder)).policy.changedHere).toContain("shared/b.csv");
  },
);

test("a project that the base does not have judges itself, and the policy says so", async () => {
  await using repository = await scratchRepository();
  const { commit, load } = await pullRequest(repository, FILES, { "README.md": "" });
  expect(project(await load()).policy).toMatchObject({
    commit,
    from: "new-here",
    changedHere: ["mlops.yml"],
  });
});

test("moving and renaming at once is a new project, never one without a judge that passes", async () => {
  await using repository = await scratchRepository();
  const moved = {
    "b/mlops.yml": MLOPS.replace("churn", "other"),
    "b/test.csv": "",
    "b/old.csv": "",
    "b/new.csv": "",
    "mlops.yml": null,
  };
  const { load } = await pullRequest(repository, moved);
  expect(project(await load("b")).policy.from).toBe("new-here");
});

test("a base without this section has no judge for it", async () => {
  await using repository = await scratchRepository();
  const base = { ...FILES, "mlops.yml": MLOPS.slice(0, MLOPS.indexOf("evaluate:")) };
  const { load } = await pullRequest(repository, { "mlops.yml": MLOPS }, base);
  expect(project(await load()).policy.from).toBe("new-here");
});

test("without a base the working tree judges", async () => {
  await using repository = await scratchRepository();
  await repository.write(FILES);
  const loaded = await loadProject({
    stage: evaluate,
    head: workingTree(repository.root),
    path: ".",
    root: repository.root,
  });
  expect(project(loaded).policy).toMatchObject({ commit: null, from: "working-tree", changedHere: [] });
});

test("removing mlops.yml is a fault that says what it removes", async () => {
  await using repository = await scratchRepository();
  const { load } = await pullRequest(repository, { "mlops.yml": null });
  expect(await load()).toMatchObject({ kind: "fault", error: { code: "project-removed" } });
});

test("a base that cannot be read is named, with the way out", async () => {
  await using repository = await scratchRepository();
  const { commit, load } = await pullRequest(repository, FILES, edit("guardrails", "guardrail"));
  expect(await load()).toMatchObject({
    kind: "fault",
    project: { model: "churn" },
    error: {
      code: "base-unreadable",
      message: `In the base commit ${commit.slice(0, 12)}: Unknown key \`guardrail\` in \`evaluate\``,
      remedy: expect.stringContaining("Repair it on the base branch first"),
      at: { file: "mlops.yml", line: 12, column: 3 },
    },
  });
});

test("data that Git does not hold at the base is the workspace's, and listed as unpinned", async () => {
  await using repository = await scratchRepository();
  const { "test.csv": rows, "old.csv": old, ...tracked } = FILES;
  const ignored = { ...tracked, ".gitignore": "test.csv\nold.csv\n" };
  const { load } = await pullRequest(repository, { "test.csv": rows, "old.csv": old }, ignored);
  const { policy, data } = project(await load());
  expect(data.test?.files).toEqual([join(repository.root, "test.csv")]);
  expect(policy).toMatchObject({ changedHere: [], unpinned: ["test.csv", "old.csv"] });
});

test("a file added to the base's pattern of test files does not join them", async () => {
  await using repository = await scratchRepository();
  const { "test.csv": rows, ...rest } = FILES;
  const base = { ...rest, ...edit("test: test.csv", "test: test/*.csv"), "test/a.csv": rows };
  const { load } = await pullRequest(repository, { "test/b.csv": "id,left\n8,yes\n" }, base);
  const { policy, data } = project(await load());
  expect(data.test?.files.map((file) => file.split("/").at(-1))).toEqual(["a.csv"]);
  expect(policy.changedHere).toEqual(["test/b.csv"]);
});

test("two projects with one model's name are a fault that names both", async () => {
  await using repository = await scratchRepository();
  const twin = Object.fromEntries(Object.entries(FILES).map(([path, text]) => [`copy/${path}`, text]));
  const { load } = await pullRequest(repository, twin);
  for (const path of [".", "copy"])
    expect(await load(path)).toMatchObject({
      kind: "fault",
      error: {
        code: "model-name-taken",
        message: expect.stringMatching(/`mlops\.yml`.*`copy\/mlops\.yml`|`copy\/mlops\.yml`.*`mlops\.yml`/),
      },
    });
});

test("places name the file that judges: the base's for its rules, the head's for the candidate", async () => {
  await using repository = await scratchRepository();
  const { load } = await pullRequest(repository, { "mlops.yml": `# a line more\n${MLOPS}` });
  const { place, proposed } = project(await load());
  expect(place(["evaluate", "guardrails", 0])).toEqual({ file: "mlops.yml", line: 13, column: 7 });
  expect(place(["data", "label"])).toEqual({ file: "mlops.yml", line: 7, column: 10 });
  expect(place(["data", "train"])).toEqual({ file: "mlops.yml", line: 5, column: 10 });
  expect(place(["evaluate", "candidate"])).toEqual({ file: "mlops.yml", line: 10, column: 14 });
  expect(proposed).toBeUndefined();
});

test("training data need not be there to judge", async () => {
  await using repository = await scratchRepository();
  const { load } = await pullRequest(repository, { "train.csv": null });
  expect(project(await load()).data.train).toBeUndefined();
});

test("a path that does not exist lists the projects that do", async () => {
  await using repository = await scratchRepository();
  const { load } = await pullRequest(repository, {}, { "a/mlops.yml": MLOPS });
  expect(await load("b")).toMatchObject({
    kind: "fault",
    error: { code: "no-project", remedy: "Projects are in `a`." },
  });
  expect(await load("../b")).toMatchObject({ kind: "fault", error: { code: "path-outside" } });
});
