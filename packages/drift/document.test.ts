import type { Document, Evidence } from "@mlops-actions/core";
import { renderMarkdown } from "@mlops-actions/report";
import { expect, test } from "vitest";
import type { Details, Finding } from "./details.ts";
import { document } from "./document.ts";

const NOW = "2026-11-21T06:00:00.000Z";

function finding(at: number, severity: Finding["severity"]): Finding {
  const effect = severity === "quiet" ? 0.01 : 0.4;
  return {
    name: `c${at}`,
    important: true,
    rows: 1_000,
    severity,
    since: severity === "quiet" ? null : NOW,
    cause: severity === "quiet" ? null : "shift",
    missing: [],
    ratio: null,
    means: null,
    schema: null,
    distribution: {
      measure: "kolmogorov-smirnov",
      of: "values",
      n: { reference: 5_000, current: 1_000 },
      distance: effect,
      effect,
      interval: { low: effect - 0.01, high: effect + 0.01, level: 0.95 },
      p: 0,
      q: 0,
      detectable: 0.06,
      reported: { psi: 1, jensenShannon: 0.3, wasserstein: null },
    },
  };
}

function told(columns: readonly Finding[], more: Partial<Details> = {}, isIssue = false): Document {
  const details: Details = {
    severity: "severe",
    current: { label: "now", rows: 1_000, read: 1_000, outside: 0, ofOthers: [], from: null, to: null },
    reference: { kind: "rows", name: "then", of: null, rows: 5_000 },
    version: null,
    columns: [...columns],
    answers: [],
    skipped: [],
    cluster: null,
    repeats: null,
    quality: null,
    retrain: { policy: "never", decision: "none", why: "" },
    episode: null,
    ended: null,
    history: [],
    schedule: { every: 86_400, next: NOW },
    issue: { coolDown: 0, labels: [], assign: [] },
    seed: "",
    ...more,
  };
  const evidence: Evidence<Details> = {
    _type: "https://in-toto.io/Statement/v1",
    predicateType: "https://mlops-actions.dev/drift/v1",
    subject: [],
    predicate: {
      project: { path: ".", model: "m" },
      policy: { commit: null, from: "working-tree", digest: "0".repeat(64), changedHere: [] },
      materials: [],
      run: { commit: null, clean: true, tool: "test", started: NOW, finished: NOW },
      outcome: { kind: "measured", verdict: "fail", judged: [], details },
    },
  };
  return document(evidence, { isIssue });
}

const shown = (of: Document) =>
  renderMarkdown(of, { limit: { size: 65_536, in: "characters" }, links: {} }).split("\n");

test("columns that have drifted are never among the quiet rest, however many they are", () => {
  const severe = Array.from({ length: 20 }, (_, at) => finding(at, "severe"));
  const warned = [20, 21].map((at) => finding(at, "warn"));
  const quiet = [22, 23, 24].map((at) => finding(at, "quiet"));
  const rows = shown(told([...quiet, ...warned, ...severe])).filter((line) =>
    /^\| \d+ (more|others)/.test(line),
  );
  expect(rows).toEqual([
    "| 10 more | | | | drifted, 8 of them severely |",
    "| 3 others | | < 1.0 % | | quiet |",
  ]);
  const few = shown(told([finding(0, "severe"), ...quiet])).filter((line) =>
    /^\| \d+ (more|others)/.test(line),
  );
  expect(few).toEqual(["| 3 others | | < 1.0 % | | quiet |"]);
});

test("only in the issue one is told to close it, also where there is nothing else to do", () => {
  const issue = { coolDown: 7 * 86_400, labels: [], assign: [] };
  const said = (columns: readonly Finding[], isIssue: boolean) =>
    shown(
      told(columns, { issue, retrain: { policy: "severe", decision: "dispatch", why: "" } }, isIssue),
    ).join("\n");
  for (const columns of [[finding(0, "severe")], []]) {
    expect(said(columns, true)).toContain("close this issue to silence it for 7 days");
    expect(said(columns, false)).not.toContain("this issue");
  }
  expect(said([], false)).not.toContain("What to do");
});

test("labels that have arrived are told even where no metric can be made of them", () => {
  const quality = (labelled: number): Details["quality"] => ({
    cohort: { rows: 1_000, labelled, until: labelled === 0 ? null : NOW },
    metrics: [],
    lost: false,
  });
  const said = (labelled: number) =>
    shown(told([], { severity: "quiet", quality: quality(labelled) })).find((line) => line.includes("abels"));
  expect(said(0)).toContain("No labels have arrived for 1,000 answers that should have them.");
  expect(said(800)).toContain(
    "Real labels reach until 21 Nov (800 of 1,000), and no metric can be told from them and these answers.",
  );
});

test.each([
  [21, "21 s"],
  [5_400, "90 min"],
  [7_200, "2 h"],
  [86_400, "day"],
  [172_800, "2 days"],
])("a check every %d seconds is said as people say it: %s", (seconds, words) => {
  const schedule = { every: seconds, next: NOW };
  expect(JSON.stringify(told([finding(1, "severe")], { schedule }))).toContain(`checked every ${words},`);
});

test("a quiet check says so once", () => {
  expect(told([finding(1, "quiet"), finding(2, "quiet")], { severity: "quiet" }).title).toBe(
    "quiet: 2 columns as they were",
  );
});
