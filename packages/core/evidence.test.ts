import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Judged } from "./condition/judge.ts";
import { normalise } from "./condition/normalise.ts";
import { parseCondition } from "./condition/parse.ts";
import { type Evidence, evidenceOf } from "./evidence.ts";
import type { MetricSpec } from "./metric-spec.ts";

const evaluate = evidenceOf("evaluate", z.object({ rows: z.int() }));

const recall: MetricSpec = {
  name: "recall",
  unit: "proportion",
  chance: "sampled",
  sources: ["own", "baseline"],
  args: ["number"],
  required: 0,
  positive: true,
  sliced: true,
  summary: "Share of the positives that were found",
};

function judgedOf(condition: string): Judged {
  const contrast = normalise(parseCondition(condition), [recall]);
  const estimate: Judged["estimate"] = {
    kind: "sampled",
    value: -0.01,
    unit: "proportion",
    n: 1000,
    of: "row",
    method: "Tango",
    interval: { low: null, high: 0.01, level: 0.95 },
    p: { below: 0.01, above: 0.99 },
    promise: { holds: false, reason: "too few positives", has: 20, needs: 100 },
    groups: { extreme: ["F", "M"], judged: 2, tooSmall: [{ group: "X", n: 3, needs: 100 }] },
  };
  return {
    condition,
    role: "guardrail",
    verdict: "inconclusive",
    reason: "method-without-promise",
    change: "unclear",
    place: { file: "mlops.yml", line: 20, column: 7 },
    contrast,
    estimate,
    sides: [{ label: "candidate", source: "own", estimate }],
    moreRows: { kind: "about", rows: 5000 },
  };
}

function evidence(outcome: Evidence<{ rows: number }>["predicate"]["outcome"]): Evidence<{ rows: number }> {
  const sha256 = "ab".repeat(32);
  return {
    _type: "https://in-toto.io/Statement/v1",
    predicateType: "https://mlops-actions.dev/evaluate/v1",
    subject: [{ name: "candidate", digest: { sha256 } }],
    predicate: {
      project: { path: ".", model: "census-income" },
      policy: { commit: null, from: "working-tree", digest: sha256, changedHere: ["evaluate.primary"] },
      materials: [{ name: "data/test.csv", digest: { sha256 } }],
      run: {
        commit: "c".repeat(40),
        clean: true,
        tool: "mlops-actions 0.1.0",
        started: "2026-01-01T00:00:00.000Z",
        finished: "2026-01-01T00:00:01.000Z",
        github: {
          repositoryId: 1,
          runId: 2,
          attempt: 1,
          event: "pull_request",
          workflowRef: "o/r/.github/workflows/x.yml@refs/heads/main",
        },
      },
      outcome,
    },
  };
}

describe("evidence", () => {
  it("is the same after it was written and read", () => {
    const conditions = [
      'gap(recall[sex = "F"] by race, age * job) - baseline.gap(recall[sex = "F"] by race, age * job) <= 5% +/- 1%',
      "recall(0.7) / baseline.recall(0.7) > 0.98",
    ];
    const written = evidence({
      kind: "measured",
      verdict: "inconclusive",
      judged: conditions.map(judgedOf),
      details: { rows: 1000 },
    });
    expect(evaluate.parse(JSON.parse(JSON.stringify(written)))).toEqual(written);
  });

  it("can be that nothing could be judged, and then has no other verdict", () => {
    const fault = { code: "x", message: "y", remedy: "z", at: { file: "mlops.yml" } };
    const written = evidence({ kind: "error", verdict: "error", fault });
    expect(evaluate.parse(JSON.parse(JSON.stringify(written)))).toEqual(written);
    const claimed = structuredClone(written) as { predicate: { outcome: { verdict: string } } };
    claimed.predicate.outcome.verdict = "pass";
    expect(evaluate.safeParse(claimed).success).toBe(false);
  });

  it("of one stage is not taken for another's, nor a number that is none for a value", () => {
    const written = evidence({
      kind: "measured",
      verdict: "pass",
      judged: [judgedOf("recall > 0.5")],
      details: { rows: 1 },
    });
    expect(evaluate.safeParse(written).success).toBe(true);
    expect(evidenceOf("drift", z.object({ rows: z.int() })).safeParse(written).success).toBe(false);
    const nan = structuredClone(written);
    if (nan.predicate.outcome.kind === "measured")
      (nan.predicate.outcome.judged[0] as Judged).contrast.limit = Number.NaN;
    expect(evaluate.safeParse(nan).success).toBe(false);
  });

  it("names its subjects by a whole digest", () => {
    const written = evidence({ kind: "measured", verdict: "pass", judged: [], details: { rows: 1 } });
    written.subject = [{ name: "x", digest: { sha256: "abc" } }];
    expect(evaluate.safeParse(written).success).toBe(false);
  });
});
