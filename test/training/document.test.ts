import type { Evidence } from "@mlops-actions/core";
import { LIMIT, renderHtml, renderMarkdown, renderTerminal } from "@mlops-actions/report";
import { type Details, train } from "@mlops-actions/training";
import { expect, test } from "vitest";
import { textOf } from "../evaluation/folder-project.ts";

const digest = "ab".repeat(32);
const usage = {
  wallSeconds: 5400,
  cpuSeconds: 40_000,
  peakMemoryBytes: 12e9,
  gpus: [{ name: "NVIDIA H200", peakMemoryBytes: 80e9, meanUtilization: 0.87 }],
};

const DETAILS: Details = {
  manifest: {
    _type: "https://mlops-actions.dev/manifest/v1",
    model: "surface-defects",
    task: "multiclass",
    files: [
      {
        role: "model",
        name: "model.tar.gz",
        size: 400e6,
        sha256: digest,
        archive: "tar.gz",
        executesCode: true,
      },
    ],
    interface: { by: "command", classes: ["ok", "scratch"] },
    training: { commit: digest.slice(0, 40), code: digest, inputs: digest, data: [] },
  },
  train: { run: "uv run torchrun train.py", exit: 0, usage, outputBytes: 1e6, leftovers: 2 },
  predict: {
    run: "uv run python predict.py",
    exit: 0,
    usage: { ...usage, wallSeconds: 61 },
    outputBytes: 0,
    leftovers: 0,
  },
  seed: 1,
  budget: { timeSeconds: 18_000 },
  environment: ["HF_TOKEN", "PATH"],
  inputs: digest,
  predictions: { name: "predictions.parquet", size: 1e6, sha256: digest, by: "command" },
  links: [{ title: "<img src=x>", url: "https://mlflow.example.org/1" }],
  isolation: "own-job",
  testLabelsReadable: true,
  data: [{ name: "data/train.csv", digest: { sha256: digest } }],
};

function evidence(outcome: Evidence<Details>["predicate"]["outcome"]): Evidence<Details> {
  return {
    _type: "https://in-toto.io/Statement/v1",
    predicateType: "https://mlops-actions.dev/train/v1",
    subject: [{ name: "model.tar.gz", digest: { sha256: digest } }],
    predicate: {
      project: { path: ".", model: "surface-defects" },
      policy: { commit: null, from: "working-tree", digest, changedHere: [] },
      materials: DETAILS.data,
      run: {
        commit: digest.slice(0, 40),
        clean: true,
        tool: "mlops-actions test",
        started: "2026-01-01T00:00:00Z",
        finished: "2026-01-01T01:30:00Z",
      },
      outcome,
    },
  };
}

// Numbers stand beside their units in a space that does not break.
const spaced = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, " ");

const measured = (more: Partial<Details> = {}) =>
  train.document(
    evidence({ kind: "measured", verdict: "pass", judged: [], details: { ...DETAILS, ...more } }),
  );

test("a training is read in ten seconds: what, how long, on what, what to know", () => {
  const document = measured();
  expect(spaced(document.title)).toBe("trained in 90 min: model.tar.gz (400 MB)");
  const text = spaced(textOf(document.blocks));
  for (const part of [
    "Loading this model runs code that it brings",
    "Training could read the test labels",
    "2 processes outlived the command",
    "took 90 min of 5 h · 11.1 h of CPU · 12 GB of memory at most · NVIDIA H200 at 87 %, 80 GB",
    "uv run python predict.py took 61 s",
    "data/train.csv · seed 1",
    "which may write nothing",
  ])
    expect(text).toContain(part);
  const markdown = renderMarkdown(document, { limit: LIMIT.summary, links: {} });
  expect(markdown.split("<details>")[0]?.split("\n").filter(Boolean).length).toBeLessThan(25);
  expect(markdown).not.toMatch(/(?<!\\)<img/);
});

test("a clean training has nothing to warn of", () => {
  const { manifest } = DETAILS;
  const [file] = manifest.files;
  const document = measured({
    testLabelsReadable: false,
    train: { run: "python train.py", exit: 0, usage, outputBytes: 0, leftovers: 0 },
    manifest: { ...manifest, files: file === undefined ? [] : [{ ...file, executesCode: undefined }] },
  });
  expect(document.blocks.filter(({ kind }) => kind === "warning")).toEqual([]);
});

test("what was printed before the end is shown as it was, and harms no sink", () => {
  const output =
    "Traceback:\n  ::error::x\n<script>alert(1)</script>\n```\n@everyone ##[x]\n\u001b[2J\u202eend";
  const fault = {
    code: "train-failed",
    message: "`sh train.sh` ended with exit code 7",
    remedy: "Its last lines say why.",
    at: { file: "mlops.yml", line: 9 },
    output,
  };
  const document = train.document(evidence({ kind: "error", verdict: "error", fault }));
  expect(document.title).toBe("could not train: `sh train.sh` ended with exit code 7");
  const markdown = renderMarkdown(document, { limit: LIMIT.summary, links: {} });
  expect(markdown).toContain("Traceback:");
  const html = renderHtml(document, { title: "x" });
  expect(html).not.toContain("<script>alert");
  const terminal = renderTerminal(document, { color: false, unicode: false, width: 80 });
  expect(terminal).toContain("| Traceback:");
  for (const text of [markdown, html, terminal]) {
    expect(text).not.toContain("\u001b");
    expect(text).not.toContain("\u202e");
  }
  expect(terminal).not.toMatch(/^\s*::|##\[/m);
  expect(textOf(document.blocks)).toContain("No candidate was made");
});
