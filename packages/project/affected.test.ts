import { gitSnapshot, workingTree } from "@mlops-actions/git";
import { scratchRepository } from "@mlops-actions/git/scratch-repository";
import { afterAll, beforeAll, expect, test } from "vitest";
import { affected, affectedProjects } from "./affected.ts";

const RULES = (model: string, more = "") => `model: ${model}
task: regression
${more}data:
  train: data/train-*.csv
  test: data/test.csv
train:
  run: python train.py
  outputs: { model: out/model.onnx }
evaluate:
  candidate: { predictions: ../../shared/new.csv }
`;

const repository = await scratchRepository();
afterAll(() => repository[Symbol.asyncDispose]());

let base: string;
beforeAll(async () => {
  base = await repository.commit({
    "README.md": "all",
    "uv.lock": "1",
    "libs/vision/a.py": "a",
    "models/a/mlops.yml": RULES("a", 'paths: ["../../libs/vision"]\n'),
    "models/a/train.py": "a",
    "models/a/.config/x": "1",
    "models/a/data/train-1.csv": "y\n1\n",
    "models/b/mlops.yml": RULES("b"),
    "models/b/train.py": "b",
    "models/b/data/test.csv": "y\n1\n",
    ".gitignore": "ignored/\n",
  });
});

const at = (commit: string) => gitSnapshot({ root: repository.root, commit, into: repository.into });

// A change, and what of projects `a` and `b` it touches: by commit, and as it lies in the working tree.
test.each<[string, Record<string, string | null>, string[], string[]]>([
  ["nothing", {}, [], []],
  ["a README beside the projects", { "README.md": "other" }, [], []],
  ["code of one", { "models/a/train.py": "other" }, ["models/a/train.py"], []],
  ["a hidden file of one", { "models/a/.config/x": "2" }, ["models/a/.config/x"], []],
  ["a new file of one", { "models/b/new.py": "" }, [], ["models/b/new.py"]],
  ["a file that is gone", { "models/b/train.py": null }, [], ["models/b/train.py"]],
  ["a library that one names", { "libs/vision/a.py": "b" }, ["libs/vision/a.py"], []],
  ["the rules of one", { "models/b/mlops.yml": `${RULES("b")}# more\n` }, [], ["models/b/mlops.yml"]],
  ["a lock above both", { "uv.lock": "2" }, ["uv.lock"], ["uv.lock"]],
  ["data of one, by its glob", { "models/a/data/train-2.csv": "y\n" }, ["models/a/data/train-2.csv"], []],
  ["predictions that both name", { "shared/new.csv": "1" }, ["shared/new.csv"], ["shared/new.csv"]],
  ["a DVC pointer", { "shared/new.csv.dvc": "md5: 1" }, ["shared/new.csv.dvc"], ["shared/new.csv.dvc"]],
  ["what training has written", { "models/b/out/model.onnx": "1", "models/b/out/links.json": "{}" }, [], []],
  [
    "what Git ignores, and what we keep",
    { "models/b/ignored/x": "1", "models/b/.mlops/candidate/x": "1" },
    [],
    [],
  ],
  [
    "paths that lead out",
    { "models/b/mlops.yml": RULES("b", "paths: [../../../x]\n") },
    [],
    ["models/b/mlops.yml"],
  ],
  ["rules that cannot be read", { "models/b/mlops.yml": "model: b\ntask: [" }, [], ["models/b/mlops.yml"]],
])("%s", async (_, files, a, b) => {
  repository.git("checkout", "--quiet", "--detach", "--force", base);
  repository.git("clean", "--quiet", "-dfx");
  await repository.write(files);
  const here = workingTree(repository.root);
  expect(await affected({ base: at(base), head: here, folder: "models/a" })).toEqual(a);
  expect(await affected({ base: at(base), head: here, folder: "models/b" })).toEqual(b);
  const head = at(await repository.commit({}));
  for (const { touched } of await affectedProjects(undefined, head)) expect(touched).not.toEqual([]);
  expect((await affectedProjects(at(base), head)).map(({ path, touched }) => [path, touched])).toEqual([
    ["models/a", a],
    ["models/b", b],
  ]);
});

test("a project that the base does not have is affected", async () => {
  repository.git("checkout", "--quiet", "--detach", "--force", base);
  const head = at(await repository.commit({ "models/c/mlops.yml": RULES("c") }));
  expect(await affected({ base: at(base), head, folder: "models/c" })).toEqual(["models/c/mlops.yml"]);
});

test("in the root of a repository `paths` stand for the folder", async () => {
  await using own = await scratchRepository();
  const rules = RULES("root", "paths: [src/**, params.yaml]\n").replace("../../", "");
  const first = await own.commit({
    "mlops.yml": rules,
    "src/a/b.py": "1",
    "docs/x.md": "1",
    "params.yaml": "1",
  });
  const snapshot = gitSnapshot({ root: own.root, commit: first, into: own.into });
  const touched = async (files: Record<string, string>) => {
    own.git("checkout", "--quiet", "--force", first);
    await own.write(files);
    return affected({ base: snapshot, head: workingTree(own.root), folder: "." });
  };
  expect(await touched({ "docs/x.md": "2" })).toEqual([]);
  expect(await touched({ "src/a/b.py": "2", "params.yaml": "2" })).toEqual(["params.yaml", "src/a/b.py"]);
});
