import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { openDuckdb } from "@mlops-actions/tables";
import { openCandidate } from "@mlops-actions/training";
import { expect, test } from "vitest";
import { z } from "zod";
import { detailsOf, faultOf, ONNX, project, ROWS, textIn, training } from "./scene.ts";

function sha256(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

test("a training that writes ONNX becomes a candidate of three files, each by its digest", () =>
  training(project(`${ONNX}; echo trained`), async (trained) => {
    const details = detailsOf(trained);
    expect(trained.names).toEqual(["manifest.json", "model.onnx", "train.intoto.json"]);
    const [model, manifest] = await Promise.all(
      ["model.onnx", "manifest.json"].map((name) => readFile(join(trained.into, name))),
    );
    expect(details.manifest).toMatchObject({
      model: "churn",
      files: [{ role: "model", name: "model.onnx", size: model?.length, sha256: sha256(model ?? "") }],
      interface: { by: "onnx", positive: "1" },
      training: { commit: null, data: [{ name: "data/train.csv", digest: { sha256: sha256(ROWS) } }] },
    });
    expect(trained.evidence.subject).toEqual([
      { name: "manifest.json", digest: { sha256: sha256(manifest ?? "") } },
      { name: "model.onnx", digest: { sha256: sha256(model ?? "") } },
    ]);
    expect(trained.evidence.predicate.materials.map(({ name }) => name)).toEqual([
      "mlops.yml",
      "data/train.csv",
    ]);
    expect(details).toMatchObject({
      train: { run: "sh train.sh", exit: 0, leftovers: 0, outputBytes: 8 },
      predictions: null,
      testLabelsReadable: true,
      isolation: "none",
      budget: { timeSeconds: 20 },
    });
    expect(trained.text).toContain("warning: Training could read the test labels");
    const opened = await openCandidate(trained.into, sha256(await textIn(trained.into, "train.intoto.json")));
    expect(await opened.files.find({ name: "x", digest: { sha256: sha256(model ?? "") } })).toBe(
      join(trained.into, "model.onnx"),
    );
  }));

test("an ONNX model's manifest says what it takes and gives; what cannot be read is left to whoever judges it", async () => {
  const bytes = await readFile(
    join(import.meta.dirname, "../../packages/testkit/models/adult-lightgbm.onnx"),
  );
  await training(project("cp made.onnx out/model.onnx", { "made.onnx": bytes }), (trained) => {
    expect(detailsOf(trained).manifest.interface).toEqual({
      by: "onnx",
      positive: "1",
      inputs: [{ name: "input", type: "float", shape: [null, 5] }],
      outputs: [
        { name: "label", type: "int64", shape: [1] },
        { name: "probabilities", type: "float", shape: [null, 2] },
      ],
    });
  });
  await training(project(ONNX), (trained) => {
    expect(detailsOf(trained).manifest.interface).toEqual({ by: "onnx", positive: "1" });
  });
});

test("a training finds its data, folder, seed and checkpoints, and no test rows", () =>
  training(
    project(
      `env | grep '^MLOPS_' | sed 's/=.*//' | sort; echo "$MLOPS_SEED $MLOPS_MODEL_NAME"; cat "$MLOPS_DATA_TRAIN" | wc -l
             test -d "$MLOPS_CHECKPOINT" && printf x > "$MLOPS_OUT/model.onnx"`,
      {},
      { "  budget": "  seed: 7\n  budget" },
    ),
    (trained) => {
      detailsOf(trained);
      expect(trained.printed.map((line) => line.trim())).toEqual([
        ..."CHECKPOINT DATA_TRAIN JOB MODEL_NAME OUT SEED".split(" ").map((name) => `MLOPS_${name}`),
        "7 churn",
        "4",
      ]);
    },
  ));

test("a model that is not ONNX answers for the test rows where it was trained, and never sees their label", () =>
  training(
    project(
      `mkdir -p out/model; echo weights > out/model/w.txt; echo '{"threshold": 0.37}' > out/t.json; echo '{"MLflow run": "https://mlflow.example.org/#/1"}' > out/links.json`,
      {
        "predict.sh": `test -f "$MLOPS_MODEL/w.txt" && cp "$MLOPS_INPUT" "$MLOPS_OUTPUT"; env | grep -c DATA_TRAIN; true`,
      },
      {
        "{ model: out/model.onnx }": "{ model: out/model/, threshold: out/t.json }",
        "train:\n  run": "predict: { run: sh predict.sh }\ntrain:\n  run",
      },
    ),
    async (trained) => {
      const details = detailsOf(trained);
      expect(trained.names).toEqual([
        "manifest.json",
        "model.tar.gz",
        "predictions.parquet",
        "train.intoto.json",
      ]);
      expect(details).toMatchObject({
        manifest: {
          files: [{ name: "model.tar.gz", archive: "tar.gz" }],
          interface: { by: "command", threshold: 0.37 },
        },
        predict: { run: "sh predict.sh", exit: 0 },
        predictions: { name: "predictions.parquet", by: "command" },
        links: [{ title: "MLflow run", url: "https://mlflow.example.org/#/1" }],
      });
      expect(trained.printed).toEqual(["0"]);
      const tables = await openDuckdb({ memoryMb: 512, threads: 1, tempDirectory: trained.root });
      try {
        const file = join(trained.into, "predictions.parquet");
        const opened = await tables.open("answers", { files: [file], label: "answers" });
        expect(opened.columns.map(({ name }) => name)).toEqual(["id", "x"]);
        expect(
          await tables.query("SELECT id FROM answers ORDER BY id", z.object({ id: z.int() })),
        ).toHaveLength(3);
      } finally {
        await tables.close();
      }
      expect((await openCandidate(trained.into)).manifest).toEqual(details.manifest);
    },
  ));

test("training may make its own answers and name them", () =>
  training(
    project(
      "mkdir -p out; echo w > out/m.txt; printf 'id,score\\n1,0.5\\n' > out/p.csv",
      {},
      {
        "{ model: out/model.onnx }": "{ model: out/m.txt, predictions: out/p.csv }",
      },
    ),
    (trained) => {
      expect(detailsOf(trained).predictions).toMatchObject({ name: "predictions.csv", by: "training" });
    },
  ));

test("classes that training names belong to the model", () =>
  training(
    project(
      `${ONNX}; echo '["b", "a"]' > out/c.json`,
      {},
      {
        binary: "multiclass",
        "positive: 1": "classes: [a, b]",
        "{ model: out/model.onnx }": "{ model: out/model.onnx, classes: out/c.json }",
      },
    ),
    (trained) => {
      expect(detailsOf(trained).manifest.interface.classes).toEqual(["b", "a"]);
    },
  ));

test("data is fetched once, before it is looked for, with the credentials of its job but not those over the run", () =>
  training(
    project(
      `${ONNX}; env | grep -c -e AWS -e GITHUB; cat fetched-with`,
      { "data/train.csv": null },
      {
        "data:\n": `data:\n  fetch: "env | grep -o -e '^AWS_KEY' -e '^GITHUB_TOKEN' -e '^ACTIONS_X' -e '^INPUT_X' > fetched-with; cp data/test.csv data/train.csv"\n`,
      },
    ),
    (trained) => {
      detailsOf(trained);
      expect(trained.printed).toEqual(["0", "AWS_KEY"]);
    },
    { environment: { AWS_KEY: "k", GITHUB_TOKEN: "t", ACTIONS_X: "t", INPUT_X: "t" } },
  ));

test("a fetch that fails says so at its place, and nothing is trained", () =>
  training(
    project("touch trained", {}, { "data:\n": "data:\n  fetch: echo no credentials; exit 1\n" }),
    async (trained) => {
      expect(faultOf(trained)).toMatchObject({
        code: "fetch-failed",
        output: "no credentials",
        at: { file: "mlops.yml", line: 4 },
        remedy: expect.stringContaining("a fork's pull request has none"),
      });
      await expect(textIn(trained.root, "trained")).rejects.toThrow("ENOENT");
    },
  ));

test("named variables pass, and their values are in no report", () =>
  training(
    project(
      'echo "token $HF_TOKEN other [$OTHER] github [$GITHUB_TOKEN]"; exit 1',
      {},
      {
        "  budget": "  env: [HF_*]\n  budget",
      },
    ),
    (trained) => {
      expect(faultOf(trained).output).toBe("token *** other [] github []");
      expect(trained.printed).toEqual(["token *** other [] github []"]);
      expect(JSON.stringify(trained.evidence)).not.toContain("hf_secret");
    },
    { environment: { HF_TOKEN: "hf_secret", OTHER: "o", GITHUB_TOKEN: "ghs_secret" } },
  ));

test("the same files are the same manifest and the same archive, whenever and wherever", async () => {
  const files = project(
    "mkdir -p out/model/b; date +%N > /dev/null; echo 1 > out/model/b/z; echo 2 > out/model/a; echo x > out/p.csv",
    {},
    { "{ model: out/model.onnx }": "{ model: out/model, predictions: out/p.csv }" },
  );
  const manifestOf = () => training(files, (trained) => detailsOf(trained).manifest);
  expect(await manifestOf()).toEqual(await manifestOf());
});
