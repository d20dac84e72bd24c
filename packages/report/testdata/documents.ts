import type { Contrast, Document, Estimate, Judged, Quantity } from "@mlops-actions/core";

/** Realistic reports: the shapes a reviewer meets, with the numbers of a census-income and a churn project. */

const sampled = (
  value: number,
  low: number,
  high: number,
  unit: Contrast["unit"] = "proportion",
  n = 16_281,
): Estimate => ({
  kind: "sampled",
  value,
  unit,
  n,
  of: "row",
  method: "DeLong, paired",
  interval: { low, high, level: 0.95 },
  promise: { holds: true },
});

const exact = (value: number, unit: Contrast["unit"], n = 16_281): Estimate => ({
  kind: "exact",
  value,
  unit,
  n,
});

const quantity = (source: Quantity["source"], name: string, more: Partial<Quantity> = {}): Quantity => ({
  source,
  name,
  args: [],
  where: [],
  ...more,
});

function difference(name: string, op: Contrast["op"], limit: number, more: Partial<Quantity> = {}): Contrast {
  return {
    id: `${name} - baseline.${name}`,
    terms: [
      { weight: 1, quantity: quantity("own", name, more) },
      { weight: -1, quantity: quantity("baseline", name, more) },
    ],
    op,
    limit,
    unit: "proportion",
    neutral: 0,
  };
}

function absolute(
  name: string,
  op: Contrast["op"],
  limit: number,
  unit: Contrast["unit"] = "proportion",
): Contrast {
  return {
    id: name,
    terms: [{ weight: 1, quantity: quantity("own", name) }],
    op,
    limit,
    unit,
    neutral: null,
  };
}

function ratio(name: string, op: Contrast["op"], limit: number): Contrast {
  const numerator = quantity("own", name);
  const denominator = quantity("baseline", name);
  return {
    id: `${name} / baseline.${name}`,
    terms: [
      { weight: 1, quantity: numerator },
      { weight: -limit, quantity: denominator },
    ],
    op,
    limit,
    unit: "ratio",
    ratio: { numerator, denominator },
    neutral: 1,
  };
}

const sides = (baseline: Estimate, own: Estimate): Judged["sides"] => [
  { label: "baseline", source: "baseline", estimate: baseline },
  { label: "own", source: "own", estimate: own },
];

export function auc(
  [baseline, own]: readonly [number, number],
  [low, high]: readonly [number, number],
  outcome: Pick<Judged, "verdict" | "reason" | "change"> & Partial<Judged>,
): Judged {
  return {
    condition: "auc - baseline.auc > -0.005",
    role: "primary",
    contrast: difference("auc", ">", -0.005),
    estimate: sampled(own - baseline, low, high),
    sides: sides(
      sampled(baseline, baseline - 0.004, baseline + 0.004),
      sampled(own, own - 0.004, own + 0.004),
    ),
    ...outcome,
  };
}

const recallGap = (
  baseline: number,
  own: number,
  low: number,
  high: number,
  verdict: "pass" | "fail",
): Judged => ({
  condition: "gap(recall by sex) - baseline.gap(recall by sex) <= 3%",
  role: "guardrail",
  verdict,
  reason: verdict === "pass" ? "holds" : "violated",
  change: verdict === "pass" ? "unclear" : "worse",
  contrast: {
    ...difference("recall", "<=", 0.03, { over: { how: "gap", by: [["sex"]] } }),
    percent: true,
  },
  estimate: sampled(own - baseline, low, high),
  sides: sides(sampled(baseline, baseline - 0.015, baseline + 0.015), sampled(own, own - 0.015, own + 0.015)),
});

const latency = (baseline: number, own: number, low: number, high: number): Judged => ({
  condition: "latency.p95 / baseline.latency.p95 <= 1.2",
  role: "guardrail",
  verdict: "pass",
  reason: "holds",
  change: high < 1 ? "better" : "unclear",
  contrast: ratio("latency.p95", "<=", 1.2),
  estimate: sampled(own / baseline, low, high, "ratio", 40),
  sides: sides(
    sampled(baseline, baseline * 0.97, baseline * 1.03, "second"),
    sampled(own, own * 0.97, own * 1.03, "second"),
  ),
});

const flips: Judged = {
  condition: "flips <= 8%",
  role: "guardrail",
  verdict: "pass",
  reason: "holds",
  change: null,
  contrast: { ...absolute("flips", "<=", 0.08), percent: true },
  estimate: sampled(0.019, 0.017, 0.0211),
  sides: [{ label: "flips", source: "own", estimate: sampled(0.019, 0.017, 0.0211) }],
};

const size: Judged = {
  condition: "size <= 50 MB",
  role: "check",
  verdict: "pass",
  reason: "holds",
  change: null,
  contrast: absolute("size", "<=", 50e6, "byte"),
  estimate: exact(4.1e6, "byte", 1),
  sides: [{ label: "size", source: "own", estimate: exact(4.1e6, "byte", 1) }],
};

const worstAuc: Judged = {
  condition: "worst(auc by race) >= 0.80",
  role: "guardrail",
  verdict: "inconclusive",
  reason: "group-too-small",
  detail: "Other: 41 of 100",
  change: null,
  contrast: {
    ...absolute("auc", ">=", 0.8),
    id: "worst(auc by race)",
    terms: [{ weight: 1, quantity: quantity("own", "auc", { over: { how: "worst", by: [["race"]] } }) }],
  },
  estimate: sampled(0.871, 0.823, 0.912),
  sides: [{ label: "worst", source: "own", estimate: sampled(0.871, 0.823, 0.912) }],
};

const head = "a1b2c3d4e5f60718293a4b5c6d7e8f9012345678";
const base = "9f8e7d6c5b4a39281706f5e4d3c2b1a098765432";

const slices: Document["blocks"][number] = {
  kind: "fold",
  title: "Where it differs: 2 slices better, 0 worse, 2 unchanged, 1 too small",
  drop: 3,
  blocks: [
    {
      kind: "forest",
      title: "AUC by slice, this PR against production",
      limit: -0.005,
      neutral: 0,
      rows: [
        { label: "all rows", value: 0.0021, low: 0.0011, high: 0.0031, verdict: "pass" },
        { label: "sex = Female", value: 0.0034, low: 0.0009, high: 0.0059, verdict: "pass" },
        { label: "sex = Male", value: 0.0017, low: 0.0006, high: 0.0028, verdict: "pass" },
        { label: "race = Black", value: -0.0012, low: -0.0071, high: 0.0047, verdict: "inconclusive" },
        { label: "race = White", value: 0.0023, low: -0.0002, high: 0.0048, verdict: "pass" },
        { label: "race = Other", value: 0.004, low: -0.012, high: 0.02, verdict: null },
      ],
    },
    {
      kind: "table",
      columns: [
        { title: "slice", align: "left" },
        { title: "rows", align: "right" },
        { title: "auc", align: "right" },
        { title: "change (95 % interval)", align: "left" },
      ],
      rows: [
        [[{ code: "sex = Female" }], ["5,421"], ["0.9312"], ["+0.0034 [+0.0009, +0.0059]"]],
        [[{ code: "sex = Male" }], ["10,860"], ["0.9198"], ["+0.0017 [+0.0006, +0.0028]"]],
        [[{ code: "race = Other" }], ["123"], ["0.90"], ["+0.004 [−0.012, +0.020]"]],
      ],
    },
  ],
};

const method: Document["blocks"][number] = {
  kind: "fold",
  title: "Method, seed, digests, how to reproduce",
  drop: 1,
  blocks: [
    {
      kind: "text",
      text: [
        "DeLong, paired, 95 % · covers chance in the test rows, not training noise · seed ",
        { code: "12" },
      ],
    },
    { kind: "command", text: "npx mlops-actions evaluate --project examples/census-income" },
  ],
};

const fair: Document["blocks"][number] = {
  kind: "text",
  text: [
    { strong: "Fair?" },
    " same 16,281 test rows · test set, rules and labels unchanged · baseline ran here · commit ",
    { link: "a1b2c3d", target: { to: "commit", sha: head } },
    " against ",
    { link: "9f8e7d6", target: { to: "commit", sha: base } },
    " (live for 12 days)",
  ],
};

const report: Document["blocks"][number] = {
  kind: "text",
  text: [
    { link: "Full report", target: { to: "run" } },
    " · HTML with plots in the run's artifacts (kept 90 days)",
  ],
};

export const better: Document = {
  key: { model: "census-income", stage: "evaluate" },
  verdict: "pass",
  title: "pass: auc +0.0021 [+0.0011, +0.0031] vs v1.4.0",
  blocks: [
    { kind: "headline", verdict: "pass", text: ["better than production"] },
    {
      kind: "text",
      text: [
        { strong: "AUC 0.9264 → 0.9285" },
        ", likely between +0.0011 and +0.0031. Nothing you guard got worse.",
      ],
    },
    {
      kind: "comparison",
      own: "this PR",
      baseline: "production v1.4.0",
      judged: [
        auc([0.9264, 0.9285], [0.0011, 0.0031], { verdict: "pass", reason: "holds", change: "better" }),
        recallGap(0.07, 0.061, -0.023, 0.005, "pass"),
        latency(0.0031, 0.0032, 0.99, 1.07),
        flips,
        size,
      ],
    },
    fair,
    slices,
    method,
    report,
  ],
};

export const notWorse: Document = {
  ...better,
  title: "pass, not better: auc −0.0004 [−0.0012, +0.0004] vs v1.4.0",
  blocks: [
    { kind: "headline", verdict: "pass", text: ["not worse than production (improvement not shown)"] },
    { kind: "text", text: [{ strong: "AUC 0.9264 → 0.9260" }, ", likely between −0.0012 and +0.0004."] },
    {
      kind: "comparison",
      own: "this PR",
      baseline: "production v1.4.0",
      judged: [
        auc([0.9264, 0.926], [-0.0012, 0.0004], { verdict: "pass", reason: "holds", change: "unclear" }),
        latency(0.0031, 0.002, 0.62, 0.68),
      ],
    },
    fair,
    method,
  ],
};

export const failed: Document = {
  key: { model: "census-income", stage: "evaluate" },
  verdict: "fail",
  title: "fail: auc −0.0113 vs v1.4.0 (allowed −0.005), +1 more",
  blocks: [
    { kind: "headline", verdict: "fail", text: ["AUC is worse than production"] },
    {
      kind: "text",
      text: [
        { strong: "AUC 0.9264 → 0.9151" },
        ", likely between −0.0129 and −0.0097; the rule allows −0.005. Most of it comes from ",
        { code: "education = HS-grad" },
        " (2,940 rows, recall 61 % → 48 %).",
      ],
    },
    {
      kind: "warning",
      text: [
        { strong: "This PR changes the rules:" },
        " ",
        { code: "auc - baseline.auc > -0.005" },
        " → ",
        { code: "> -0.02" },
        ". Judged by the rules on main; by the proposed ones: pass.",
      ],
    },
    {
      kind: "comparison",
      own: "this PR",
      baseline: "production v1.4.0",
      judged: [
        auc([0.9264, 0.9151], [-0.0129, -0.0097], { verdict: "fail", reason: "violated", change: "worse" }),
        recallGap(0.07, 0.124, 0.031, 0.078, "fail"),
        latency(0.0031, 0.002, 0.62, 0.68),
        worstAuc,
      ],
    },
    {
      kind: "steps",
      title: "What to do",
      items: [
        [
          "look at the 212 rows that were right and are wrong now (",
          { link: "report", target: { to: "run" } },
          ")",
        ],
        [
          "if this is intended, add ",
          { code: "accept:" },
          " to ",
          { code: "mlops.yml" },
          " with a reason (",
          { link: "how", target: { to: "guide", page: "accept" } },
          ")",
        ],
      ],
    },
    fair,
    slices,
    method,
    report,
  ],
};

export const unclear: Document = {
  key: { model: "churn-2", stage: "evaluate" },
  verdict: "inconclusive",
  title: "inconclusive: auc −0.001 [−0.009, +0.007], ~2,700 more rows",
  blocks: [
    { kind: "headline", verdict: "inconclusive", text: ["900 test rows are too few for this rule"] },
    {
      kind: "text",
      text: [
        { strong: "AUC 0.861 → 0.860" },
        ", likely between −0.009 and +0.007; the rule allows −0.005. It may be worse than that, it may not.",
      ],
    },
    {
      kind: "comparison",
      own: "this PR",
      baseline: "staging v0.3.0",
      judged: [
        auc([0.861, 0.86], [-0.009, 0.007], {
          verdict: "inconclusive",
          reason: "interval-crosses-limit",
          change: "unclear",
          moreRows: { kind: "about", rows: 2700 },
        }),
        {
          ...flips,
          verdict: "inconclusive",
          reason: "missing",
          estimate: { kind: "missing", reason: "no-labels", detail: "the baseline has no decisions", n: 0 },
          detail: "the baseline has no decisions",
          sides: [],
        },
      ],
    },
    {
      kind: "steps",
      title: "What decides it, cheapest first",
      items: [
        [
          "label about 2,700 more rows (if the difference stays as it looks); start with the 74 where the two models disagree",
        ],
        ["loosen the rule to what 900 rows can see: −0.011 (a PR of its own, code owners decide)"],
        [
          "merge as it is: allowed here (",
          { code: "inconclusive: review" },
          "), but it is ",
          { strong: "not promoted" },
          " before someone accepts it",
        ],
      ],
    },
    {
      kind: "text",
      text: [
        { strong: "Fair?" },
        " same 900 test rows · test set, rules unchanged · 2nd training of the same inputs (first: pass)",
      ],
    },
  ],
};

export const firstVersion: Document = {
  key: { model: "churn-2", stage: "evaluate" },
  verdict: "pass",
  title: "pass: first version, auc 0.861 [0.83, 0.89]",
  blocks: [
    { kind: "headline", verdict: "pass", text: ["first version, nothing to compare with yet"] },
    {
      kind: "text",
      text: [
        { strong: "AUC 0.861" },
        " [0.83, 0.89] on 900 rows; always-no would have 0.5. From the next pull request on, changes are compared with this one. Rules with ",
        { code: "baseline" },
        " were not judged (1).",
      ],
    },
    {
      kind: "comparison",
      own: "this PR",
      baseline: null,
      judged: [
        {
          condition: "auc >= 0.80",
          role: "guardrail",
          verdict: "pass",
          reason: "holds",
          change: null,
          contrast: absolute("auc", ">=", 0.8),
          estimate: sampled(0.861, 0.83, 0.89, "proportion", 900),
          sides: [{ label: "auc", source: "own", estimate: sampled(0.861, 0.83, 0.89, "proportion", 900) }],
        },
        size,
        {
          condition: "auc - baseline.auc > -0.005",
          role: "primary",
          verdict: "not_applicable",
          reason: "no-baseline",
          change: null,
          contrast: difference("auc", ">", -0.005),
          sides: [{ label: "auc", source: "own", estimate: sampled(0.861, 0.83, 0.89, "proportion", 900) }],
        },
      ],
    },
  ],
};

export const unjudged: Document = {
  key: { model: "churn-2", stage: "evaluate" },
  verdict: "error",
  title: "could not judge: column zip is missing (mlops.yml:14)",
  blocks: [
    {
      kind: "headline",
      verdict: "error",
      text: ["column ", { code: "zip" }, " is missing in ", { code: "data/test.parquet" }],
    },
    {
      kind: "fault",
      fault: {
        code: "data.column.missing",
        message: 'column "zip" is not in data/test.parquet (did you mean "zipcode"?)',
        remedy: "Rename it in data.columns, or in the file.",
        at: { file: "mlops.yml", line: 14, column: 9 },
      },
    },
    {
      kind: "text",
      text: [
        "Nothing was compared; the last verdict for this PR (pass, ",
        { code: "77aa001" },
        ") no longer counts.",
      ],
    },
  ],
};

export const all = { better, notWorse, failed, unclear, firstVersion, unjudged } as const;
