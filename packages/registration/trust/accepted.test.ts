import { type Evidence, type Judged, judge, type Subject, type Verdict } from "@mlops-actions/core";
import { describe, expect, it } from "vitest";
import { accepted, requireFiles } from "./accepted.ts";

const digest = (letter: string) => letter.repeat(64);
const subject = (name: string, letter: string): Subject => ({ name, digest: { sha256: digest(letter) } });
const project = { model: "m", path: "." };
const details = {
  confidence: 0.95,
  baseline: { kind: "predictions", name: "old.csv" },
  rows: { test: 10, common: 10 },
  metrics: [],
  slices: [],
};

/** Ten rows held against a limit: passes below ten, fails above. */
const rowsAbove = (limit: number): Judged => {
  const contrast = { id: "rows", terms: [], op: ">" as const, limit, unit: "count" as const, neutral: null };
  const estimate = { kind: "exact" as const, value: 10, unit: "count" as const, n: 10 };
  return {
    condition: `rows > ${limit}`,
    role: "primary",
    contrast,
    estimate,
    sides: [],
    ...judge(contrast, estimate),
  };
};

type Outcome = Evidence["predicate"]["outcome"];
const measured = (verdict: Verdict, more: object = {}, judged = [rowsAbove(0)]): Outcome => ({
  kind: "measured",
  verdict,
  judged,
  details: { ...details, ...more },
});
const error: Outcome = {
  kind: "error",
  verdict: "error",
  fault: { code: "x", message: "column `zip` is missing", remedy: "y" },
};

function statement(
  stage: "train" | "evaluate",
  over: Partial<Evidence["predicate"]> = {},
  subjects?: Subject[],
): Evidence {
  return {
    _type: "https://in-toto.io/Statement/v1",
    predicateType: `https://mlops-actions.dev/${stage}/v1`,
    subject: subjects ?? [subject("manifest.json", "a"), subject("model.onnx", "b")],
    predicate: {
      project,
      policy: { commit: null, from: "working-tree", digest: digest("0"), changedHere: [] },
      materials: [],
      run: {
        commit: null,
        clean: true,
        tool: "mlops-actions 0.1.0",
        started: "2026-01-01T00:00:00Z",
        finished: "2026-01-01T00:00:00Z",
      },
      outcome: measured("pass"),
      ...over,
    },
  };
}
const train = statement("train");
const judged = (over: Partial<Evidence["predicate"]>, subjects?: Subject[]) => [
  train,
  statement("evaluate", over, subjects),
];
const policy = train.predicate.policy;
const run = train.predicate.run;
const codeOf = (upstream: readonly Evidence[], isFirst = false) => {
  try {
    accepted(upstream, project, isFirst);
    return "accepted";
  } catch (fault) {
    return (fault as { code: string }).code;
  }
};

describe("evidence of a training and of an evaluation", () => {
  it("is accepted where both are about one model that has passed", () => {
    const known = accepted(judged({}), project, false);
    expect(known).toMatchObject({ verdict: "pass", manifest: subject("manifest.json", "a") });
    expect(codeOf(judged({ policy: { ...policy, commit: "c", from: "base" } }))).toBe("accepted");
  });

  it.each<[string, readonly Evidence[], string]>([
    ["no training", [statement("evaluate")], "evidence-count"],
    ["no evaluation", [train], "evidence-count"],
    ["two evaluations", [...judged({}), statement("evaluate")], "evidence-count"],
    ["another model", judged({ project: { model: "other", path: "." } }), "other-project"],
    ["another folder", judged({ project: { model: "m", path: "copy" } }), "other-project"],
    [
      "a training of another model",
      [statement("train", { project: { model: "other", path: "." } }), statement("evaluate")],
      "other-project",
    ],
    ["another manifest", judged({}, [subject("manifest.json", "c")]), "other-model"],
    ["no manifest", judged({}, [subject("predictions.csv", "a")]), "no-manifest"],
    [
      "two manifests",
      judged({}, [subject("manifest.json", "a"), subject("manifest.json", "c")]),
      "no-manifest",
    ],
    ["fail", judged({ outcome: measured("fail") }), "not-passed"],
    ["nothing judged", judged({ outcome: measured("not_applicable") }), "not-passed"],
    ["error", judged({ outcome: error }), "not-judged"],
    ["a failed training", [statement("train", { outcome: error }), statement("evaluate")], "training-failed"],
    [
      "a verdict without measurements",
      judged({ outcome: { kind: "measured", verdict: "pass", judged: [rowsAbove(0)], details: {} } }),
      "unreadable-evidence",
    ],
    [
      "a pass over a broken condition",
      judged({ outcome: measured("pass", {}, [rowsAbove(0), rowsAbove(11)]) }),
      "unsound-verdict",
    ],
    [
      "a doubt over a broken condition",
      judged({ outcome: measured("inconclusive", { promote: "allow" }, [rowsAbove(11)]) }),
      "unsound-verdict",
    ],
    [
      "a broken condition that is called kept",
      judged({ outcome: measured("pass", {}, [{ ...rowsAbove(11), verdict: "pass", reason: "holds" }]) }),
      "unsound-verdict",
    ],
    [
      "a condition kept without an estimate",
      judged({ outcome: measured("pass", {}, [{ ...rowsAbove(0), estimate: undefined }]) }),
      "unsound-verdict",
    ],
    ["a pass over nothing", judged({ outcome: measured("pass", {}, []) }), "unsound-verdict"],
    [
      "another generation of the tool",
      judged({ run: { ...run, tool: "mlops-actions 0.2.0" } }),
      "other-tool",
    ],
    ["another tool", judged({ run: { ...run, tool: "elsewhere 0.1.0" } }), "other-tool"],
  ])("is refused for %s, first version or not", (_, upstream, code) => {
    expect(codeOf(upstream)).toBe(code);
    expect(codeOf(upstream, true)).toBe(code);
  });

  it("may be of two versions of the tool that mean the same", () => {
    expect(codeOf(judged({ run: { ...run, tool: "mlops-actions 0.1.9" } }))).toBe("accepted");
    const one = statement("train", { run: { ...run, tool: "mlops-actions 1.2.0" } });
    const other = (tool: string) => codeOf([one, statement("evaluate", { run: { ...run, tool } })]);
    expect([
      other("mlops-actions 1.9.3"),
      other("mlops-actions 2.0.0"),
      other("mlops-actions 11.2.0"),
    ]).toEqual(["accepted", "other-tool", "other-tool"]);
  });

  it("is accepted without a decision only for a first version, or where the team has agreed", () => {
    expect(codeOf(judged({ outcome: measured("inconclusive") }))).toBe("not-decided");
    expect(codeOf(judged({ outcome: measured("inconclusive", { promote: "block" }) }))).toBe("not-decided");
    expect(codeOf(judged({ outcome: measured("inconclusive", { promote: "allow" }) }))).toBe("accepted");
    expect(codeOf(judged({ outcome: measured("inconclusive") }), true)).toBe("accepted");
  });

  it("is accepted from a change that brought its own rules only for a first version", () => {
    const own = judged({ policy: { ...policy, from: "new-here" } });
    expect(codeOf(own)).toBe("own-judge");
    expect(codeOf(own, true)).toBe("accepted");
  });

  it("tells the drift check that has asked for the training, and none of another model", () => {
    const drifted = {
      version: { number: "1.0.0" },
      columns: [
        { name: "age", severity: "severe" },
        { name: "sex", severity: "quiet" },
      ],
      answers: [],
      retrain: { why: "twice in a row" },
    };
    const check = (more: Partial<Evidence["predicate"]> = {}): Evidence => {
      const outcome = { kind: "measured" as const, verdict: "fail" as const, judged: [], details: drifted };
      const one = statement("train", { outcome, ...more });
      return { ...one, predicateType: "https://mlops-actions.dev/drift/v1" };
    };
    const causeOf = (one: Evidence) => accepted([...judged({}), one], project, false).cause;
    expect(causeOf(check())).toMatchObject({ version: "1.0.0", severe: ["age"], why: "twice in a row" });
    for (const other of [check({ project: { model: "other", path: "." } }), check({ outcome: error })])
      expect(causeOf(other)).toBeUndefined();
  });

  it("names both digests where they disagree", () => {
    expect(() => accepted(judged({}, [subject("manifest.json", "c")]), project, false)).toThrow(
      new RegExp(`${digest("a")}.*${digest("c")}`),
    );
  });
});

describe("a manifest", () => {
  const manifest = { files: [{ role: "model" as const, name: "model.onnx", size: 1, sha256: digest("b") }] };
  const held = (upstream: Evidence[]) => () => requireFiles(accepted(upstream, project, false), manifest);

  it("is held against what was said about its files", () => {
    expect(held(judged({}))).not.toThrow();
    expect(held(judged({}, [subject("manifest.json", "a")]))).not.toThrow();
    const other = [subject("manifest.json", "a"), subject("model.onnx", "e")];
    const both = new RegExp(`${digest("b")}.*${digest("e")}`);
    expect(held([statement("train", {}, other), statement("evaluate")])).toThrow(both);
    expect(held(judged({}, other))).toThrow(both);
    expect(held([statement("train", {}, [subject("manifest.json", "a")]), statement("evaluate")])).toThrow(
      "does not name `model.onnx`",
    );
  });
});
