/** What a word from elsewhere, or from a later version, is here. The keys are the mapping it stands in, and the word. */
type Words = Readonly<Record<string, Readonly<Record<string, string>>>>;

const FEATURES = "Leave it out: every column but the key and the label is a feature.";
const SPLIT = "Name the test rows themselves: `data: { test: FILE }`.";
const LABEL = "Write `data: { label: { column: NAME } }`.";
const CONDITIONS = "Write conditions: `evaluate: { primary: auc >= 0.85, guardrails: [...] }`.";

/** Words that people bring from other tools. */
export const FOREIGN: Words = {
  "": {
    name: "Write `model: NAME`.",
    model_name: "Write `model: NAME`.",
    type: "Write `task: binary`, `multiclass` or `regression`.",
    problem: "Write `task: binary`, `multiclass` or `regression`.",
    problem_type: "Write `task: binary`, `multiclass` or `regression`.",
    objective: "Write `task: binary`, `multiclass` or `regression`.",
    target: LABEL,
    label: LABEL,
    labels: LABEL,
    features: FEATURES,
    training: "Write `train: { run: COMMAND, outputs: { model: FILE } }`.",
    run: "Write `train: { run: COMMAND, outputs: { model: FILE } }`.",
    path: "Write `paths: [GLOB]`.",
    dataset: "Write `data: { test: FILE }`.",
    test: "Write `data: { test: FILE }`.",
    key: "Write `data: { key: NAME }`.",
    test_size: SPLIT,
    metrics: CONDITIONS,
    metric: CONDITIONS,
    conditions: CONDITIONS,
    thresholds: CONDITIONS,
    gate: CONDITIONS,
    evaluation: "Write `evaluate:`.",
    threshold:
      "Write `evaluate: { threshold: 0.5 }`; a limit for a metric is a condition: `primary: auc >= 0.85`.",
    baseline: "Write `evaluate: { baseline: ... }`.",
  },
  data: {
    target: "Write `label: { column: NAME }`.",
    target_column: "Write `label: { column: NAME }`.",
    label_column: "Write `label: { column: NAME }`.",
    y: "Write `label: { column: NAME }`.",
    features: FEATURES,
    id: "Write `key: NAME`.",
    index: "Write `key: NAME`.",
    primary_key: "Write `key: NAME`.",
    download: "Write `fetch: COMMAND`.",
    pull: "Write `fetch: COMMAND`.",
    training: "Write `train: FILE`.",
    testing: "Write `test: FILE`.",
    holdout: "Write `test: FILE`.",
    validation: "Write `test: FILE`.",
    eval: "Write `test: FILE`.",
    test_size: "Name the test rows themselves: `test: FILE`.",
    path: "Write `test: FILE`.",
  },
  train: {
    command: "Write `run: COMMAND`.",
    cmd: "Write `run: COMMAND`.",
    script: "Write `run: COMMAND`.",
    entrypoint: "Write `run: COMMAND`.",
    output: "Write `outputs: { model: FILE }`.",
    model: "Write `outputs: { model: FILE }`.",
    artifacts: "Write `outputs: { model: FILE }`.",
    timeout: "Write `budget: { time: 30 min }`.",
    time: "Write `budget: { time: 30 min }`.",
    limit: "Write `budget: { time: 30 min }`.",
    environment: "Write `env: [NAME, PREFIX_*]`: the names of variables that pass, not their values.",
    secrets: "Write `env: [NAME, PREFIX_*]`: the names of variables that pass, not their values.",
    random_state: "Write `seed: 1`.",
    random_seed: "Write `seed: 1`.",
    resources: "Write `gpu: { min_memory: 40 GB }`.",
    predict: "It stands beside `train`: `predict: { run: COMMAND }`.",
    fetch: "Write `data: { fetch: COMMAND }`.",
    data: "The rows are told once, under `data: { train: FILE }`.",
  },
  "train.outputs": {
    path: "Write `model: FILE`.",
    file: "Write `model: FILE`.",
    weights: "Write `model: FILE`, or a folder that holds them.",
    prediction: "Write `predictions: FILE`.",
    labels: "Write `classes: FILE`.",
  },
  "train.budget": {
    timeout: "Write `time: 30 min`.",
    hours: "Write `time: 2 h`.",
    minutes: "Write `time: 30 min`.",
  },
  "train.gpu": { memory: "Write `min_memory: 40 GB`." },
  predict: {
    command: "Write `run: COMMAND`.",
    script: "Write `run: COMMAND`.",
    columns: "Write `features: [COLUMN, COLUMN]`.",
    inputs: "Write `features: [COLUMN, COLUMN]`.",
  },
  "data.label": {
    name: "Write `column: NAME`.",
    pos_label: "Write `positive: VALUE`.",
    positive_class: "Write `positive: VALUE`.",
    labels: "Write `classes: [a, b, c]`.",
  },
  "data.columns.*": {
    dtype: "Write `type: number`.",
    kind: "Write `type: number`.",
    missing: "Write `max_missing: 6%`.",
    nullable: "Write `max_missing: 6%`; without it no value may be missing.",
    required: "Leave it out: without `max_missing` no value may be missing.",
    mostly: "Write `max_outside: 1%`: the share of rows that may break the rules of values.",
    allowed: "Write `values: [a, b, c]`.",
    categories: "Write `values: [a, b, c]`.",
    enum: "Write `values: [a, b, c]`.",
    isin: "Write `values: [a, b, c]`.",
    regex: 'Write `pattern: "[A-Z]{2}[0-9]+"`.',
    format: "Write `type: date`, or a `pattern`.",
    minimum: "Write `min: 0`.",
    maximum: "Write `max: 100`.",
    range: "Write `min: 0` and `max: 100`.",
    ge: "Write `min: 0`.",
    le: "Write `max: 100`.",
    length: "Write `min_length: 1` and `max_length: 80`.",
  },
  evaluate: {
    metrics: "Write conditions: `primary: auc >= 0.85`, more of them under `guardrails`.",
    metric: "Write a condition: `primary: auc >= 0.85`.",
    thresholds: "Write conditions: `primary: auc >= 0.85`, more of them under `guardrails`.",
    conditions: "One condition is `primary`, the others are a list under `guardrails`.",
    checks: "One condition is `primary`, the others are a list under `guardrails`.",
    rules: "One condition is `primary`, the others are a list under `guardrails`.",
    gates: "One condition is `primary`, the others are a list under `guardrails`.",
    reference: "Write `baseline`.",
    champion: "Write `baseline`.",
    control: "Write `baseline`.",
    challenger: "Write `candidate`.",
    model: "Write `candidate: { predictions: FILE }`.",
    predictions: "Write `candidate: { predictions: FILE }`.",
    alpha: "Write `confidence: 95%`.",
    level: "Write `confidence: 95%`.",
    groups: "Write `slices: [COLUMN]`.",
    segments: "Write `slices: [COLUMN]`.",
    subgroups: "Write `slices: [COLUMN]`.",
    min_samples: "Write `min_rows: 100`.",
    cutoff: "Write `threshold: 0.5`.",
    target: "The label is told once, under `data: { label: ... }`.",
    test: "The test rows are told once, under `data: { test: FILE }`.",
  },
  "evaluate.candidate": {
    probability: "Write `score: COLUMN`.",
    probabilities: "Write `score: COLUMN`.",
    proba: "Write `score: COLUMN`.",
    y_score: "Write `score: COLUMN`.",
    y_pred: "Write `decision: COLUMN` for labels, `prediction: COLUMN` for numbers.",
    label: "Write `decision: COLUMN`.",
    class: "Write `decision: COLUMN`.",
    file: "Write `predictions: FILE`.",
    files: "Write `predictions: FILE`.",
    path: "Write `predictions: FILE`.",
  },
};

/** Keys of the design that a later version reads. Ignored, they would be rules that nobody enforces; so they are errors. */
export const LATER: Readonly<Record<string, readonly string[]>> = {
  "": ["accept"],
  data: ["remote", "group", "split"],
  train: ["repeat", "price"],
  "train.budget": ["cost"],
  evaluate: ["cluster", "predict"],
};

const SHARE = {
  message: "is not a share of the rows",
  remedy: "Write a share from 0% to 100%: `6%` or `0.06`.",
};
const TIME = { message: "is no time", remedy: "Write a number and its unit: `45 min`, `24 h`." };
const ADDRESS = { message: "is no address", remedy: "Write it whole: `http://prometheus.example:9090`." };

/** What a text has to look like, where its key asks for a form; `*` is any column or environment. */
export const FORMS: Readonly<Record<string, { message: string; remedy: string }>> = {
  model: {
    message: "is not a model's name",
    remedy: "Use a-z, 0-9, `-` and `_`, at most 64 of them, beginning with a letter or digit.",
  },
  "data.columns.*.max_missing": SHARE,
  "data.columns.*.max_outside": SHARE,
  "deploy.*.window": TIME,
  "deploy.*.dwell": TIME,
  "deploy.*.deadline": TIME,
  "deploy.*.traffic.time": TIME,
  "deploy.*.metrics.time": TIME,
  "deploy.*.metrics.lag": TIME,
  "deploy.*.metrics.url": ADDRESS,
  "evaluate.confidence": {
    message: "is not a level of confidence",
    remedy: "Write a share between 50% and 100%: `95%` or `0.95`.",
  },
  ...Object.fromEntries(
    ["drift.every", "drift.current.window", "drift.labels.delay", "drift.issue.cool_down"].map((key) => [
      key,
      { message: "is no length of time", remedy: "Write a number and `min`, `h` or `d`: `7 d`." },
    ]),
  ),
};

/** The keys whose texts are conditions. */
export const CONDITION_KEYS: readonly string[] = ["primary", "guardrails", "checks"];
