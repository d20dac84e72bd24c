import { evaluate } from "@mlops-actions/evaluation";
import { workingTree } from "@mlops-actions/git";
import { scratchRepository } from "@mlops-actions/git/scratch-repository";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { stringify } from "yaml";
import { loadProject } from "./load.ts";

const repository = await scratchRepository();
await repository.write({ "new.csv": "", "old.csv": "", "data/test.csv": "" });
afterAll(() => repository[Symbol.asyncDispose]());

const GOOD = `model: churn
task: binary
data:
  test: data/test.csv
  key: id
  label: { column: left, positive: yes }
evaluate:
  candidate: { predictions: new.csv, score: p }
  baseline: { predictions: old.csv, score: p }
  primary: auc - baseline.auc > -0.005
  guardrails:
    - recall >= 0.5
`;

function swap(from: string | RegExp, to: string): string {
  const swapped = GOOD.replace(from, () => to);
  if (swapped === GOOD) throw new Error(`${from} is not in the good file`);
  return swapped;
}

async function load(project: string | Uint8Array) {
  await repository.write({ "mlops.yml": project });
  const { root } = repository;
  return loadProject({ stage: evaluate, head: workingTree(root), path: ".", root });
}

/** A fault as one line, as a terminal prints it. */
async function said(project: string | Uint8Array): Promise<string> {
  const loaded = await load(project);
  if (loaded.kind === "project") return "no fault";
  const { at, message, remedy } = loaded.error;
  return `${[at?.file, at?.line, at?.column].filter((part) => part !== undefined).join(":")} ${message}. ${remedy}`;
}

test.each([
  ["the good file", GOOD],
  ["a byte order mark", `\ufeff${GOOD}`],
  ["Windows line ends", GOOD.replaceAll("\n", "\r\n")],
  ["a comment behind a condition", swap("recall >= 0.5", "recall >= 0.5   # agreed in March")],
  ["a condition in single quotes", swap("recall >= 0.5", `'recall[tag = "a #1"] >= 0.5'`)],
  ["a glob", swap("data/test.csv", "data/*.csv")],
  ["an absent baseline", swap(/ {2}baseline.*\n/, "")],
])("%s is read", async (_, project) => {
  expect(await said(project)).toBe("no fault");
});

// Each text is a project file; each line is what its author reads.
test.each<[string | Uint8Array, string]>([
  ["", "mlops.yml:1:1 mlops.yml is empty. Begin with `model: NAME`."],
  [
    "- a\n",
    "mlops.yml:1:1 The file cannot be a list. Write a mapping with `model`, `task`, `paths`, `data`, `predict`, `train`, `evaluate`, `register`, `deploy`, `drift`.",
  ],
  [swap("evaluate:", "evalute:"), "mlops.yml:7:1 Unknown key `evalute`. Did you mean `evaluate`?"],
  [
    swap("guardrails", "guardrail"),
    "mlops.yml:11:3 Unknown key `guardrail` in `evaluate`. Did you mean `guardrails`?",
  ],
  [
    swap("model: churn\n", ""),
    "mlops.yml:1:1 `model` is missing. Add `model:`: the model's name, unique in the repository: a-z, 0-9, `-`, `_`, at most 64 characters.",
  ],
  [
    swap("task: binary\n", ""),
    "mlops.yml:1:1 `task` is missing. Add `task:`: what kind of answer the model gives.",
  ],
  [
    swap(/evaluate:[\s\S]*/, ""),
    "mlops.yml:1:1 `evaluate` is missing. Add it, for instance `evaluate: { candidate: { predictions: new.csv }, baseline: { predictions: old.csv } }`.",
  ],
  [
    swap(/ {2}candidate.*\n/, ""),
    "mlops.yml:8:3 `evaluate.candidate` is missing. Add `candidate:` with the predictions or the model of this change, or the section `train:`.",
  ],
  [
    swap("predictions: new.csv, ", ""),
    "mlops.yml:8:3 `evaluate.candidate.predictions` is missing. Add `predictions:`: a table: Parquet, CSV or JSON lines.",
  ],
  [
    swap("task: binary", "task: binry"),
    "mlops.yml:2:7 `task` cannot be the text `binry`. Did you mean `binary`?",
  ],
  [
    swap("churn", "churn.v2"),
    "mlops.yml:1:8 `churn.v2` is not a model's name. Use a-z, 0-9, `-` and `_`, at most 64 of them, beginning with a letter or digit.",
  ],
  [
    swap("churn", "Churn"),
    "mlops.yml:1:8 `Churn` is not a model's name. Use a-z, 0-9, `-` and `_`, at most 64 of them, beginning with a letter or digit.",
  ],
  [
    swap("model: churn", "model: 2024"),
    'mlops.yml:1:8 `model` cannot be `2024`. Put it in quotes: `"2024"`.',
  ],
  [swap("churn", ""), "mlops.yml:1:8 `model` has no value. Write one after the colon, or take the line out."],
  [
    swap("  label: { column: left, positive: yes }", "  target: left"),
    "mlops.yml:6:3 Unknown key `target` in `data`. Write `label: { column: NAME }`.",
  ],
  [
    swap("data:\n", "target: left\ndata:\n"),
    "mlops.yml:3:1 Unknown key `target`. Write `data: { label: { column: NAME } }`.",
  ],
  [
    swap("  key: id", "  key: id\n  features: [a, b]"),
    "mlops.yml:6:3 Unknown key `features` in `data`. Leave it out: every column but the key and the label is a feature.",
  ],
  [
    swap(/ {2}primary:.*/, "  metrics: [auc]"),
    "mlops.yml:10:3 Unknown key `metrics` in `evaluate`. Write conditions: `primary: auc >= 0.85`, more of them under `guardrails`.",
  ],
  [
    swap("  key: id", "  key: id\n  test_size: 0.2"),
    "mlops.yml:6:3 Unknown key `test_size` in `data`. Name the test rows themselves: `test: FILE`.",
  ],
  [
    swap("data:\n", "threshold: 0.5\ndata:\n"),
    "mlops.yml:3:1 Unknown key `threshold`. Write `evaluate: { threshold: 0.5 }`; a limit for a metric is a condition: `primary: auc >= 0.85`.",
  ],
  [
    swap("score: p }", "y_pred: p }"),
    "mlops.yml:8:38 Unknown key `y_pred` in `evaluate.candidate`. Write `decision: COLUMN` for labels, `prediction: COLUMN` for numbers.",
  ],
  [
    swap("old.csv, score: p", "old.csv, probability: p"),
    "mlops.yml:9:37 Unknown key `probability` in `evaluate.baseline`. Write `score: COLUMN`.",
  ],
  [
    `${GOOD}deploy:\n  production: { traffic: { kind: haproxy, sock: x } }\n`,
    "mlops.yml:14:43 Unknown key `sock` in `deploy.production.traffic`. Did you mean `socket`?",
  ],
  [
    `${GOOD}deploy:\n  production: { deadline: 24 hours }\n`,
    "mlops.yml:14:27 `24 hours` is no time. Write a number and its unit: `45 min`, `24 h`.",
  ],
  [
    `${GOOD}deploy:\n  Production: {}\n`,
    "mlops.yml:14:15 `Production` cannot be a name here. Use a-z, 0-9, `-` and `_`, beginning with a letter or digit.",
  ],
  [
    `${GOOD}drift: {}\n`,
    "mlops.yml:13:1 `drift.current` is missing. Add `current:`: what the model sees now: files, or a prediction log.",
  ],
  [
    swap("  key: id", "  key: id\n  group: {}"),
    "mlops.yml:6:3 `data.group` is not read by this version. Take it out until a version reads it: a rule that is silently ignored is worse than none.",
  ],
  [
    swap("  key: id\n", "  key: id\n  key: id2\n"),
    "mlops.yml:6:3 `key` is written twice. Keep one of the two.",
  ],
  [
    swap("key: id", "key: &a id"),
    "mlops.yml:5:11 Anchors and aliases (`&`) are not read here. Take the anchor out, or put the text in single quotes.",
  ],
  [
    swap("score: p }", "<<: { a: 1 } }"),
    "mlops.yml:8:38 Merge keys (`<<`) are not read here. Write the keys out.",
  ],
  [
    swap("key: id", "key: !!js/function id"),
    "mlops.yml:5:22 Tags (`!`) are not read here. Take it out, or put the text in single quotes.",
  ],
  [
    swap("task: binary", "__proto__: { a: 1 }\ntask: binary"),
    "mlops.yml:2:1 Unknown key `__proto__`. Take it out.",
  ],
  [
    swap("task: binary", "constructor: 1\ntask: binary"),
    "mlops.yml:2:1 Unknown key `constructor`. Write one of `model`, `task`, `paths`, `data`, `predict`, `train`, `evaluate`, `register`, `deploy`, `drift`.",
  ],
  [
    `${GOOD}  min_rows: 010\n`,
    'mlops.yml:13:13 `010` is a number to some readers and not to others. Write `10`, or `"010"` for the text.',
  ],
  [
    `${GOOD}  min_rows: 1_000\n`,
    'mlops.yml:13:13 `1_000` is a number to some readers and not to others. Write `1000`, or `"1_000"` for the text.',
  ],
  [
    `${GOOD}  min_rows: 0x1F\n`,
    'mlops.yml:13:13 `0x1F` is a number to some readers and not to others. Write `31`, or `"0x1F"` for the text.',
  ],
  [
    `${GOOD}  threshold: .inf\n`,
    "mlops.yml:13:14 `.inf` is a number to some readers and not to others. Write a plain decimal number, or quotes for a text.",
  ],
  [
    `${GOOD}  min_rows: 12345678901234567890\n`,
    "mlops.yml:13:13 `12345678901234567890` is too large a number. Write a smaller one, or quotes for a text.",
  ],
  [
    `${GOOD}  threshold: no\n`,
    "mlops.yml:13:14 `evaluate.threshold` cannot be the text `no`. Write a number.",
  ],
  [`${GOOD}  min_rows: 0\n`, "mlops.yml:13:13 `evaluate.min_rows` is `0`. Write a number of more than 0."],
  [
    `${GOOD}  min_rows: 10.5\n`,
    "mlops.yml:13:13 `evaluate.min_rows` cannot be `10.5`. Write a whole number.",
  ],
  [
    `${GOOD}  threshold:\n`,
    "mlops.yml:13:13 `evaluate.threshold` has no value. Write one after the colon, or take the line out.",
  ],
  [
    `${GOOD}  confidence: 5%\n`,
    "mlops.yml:13:15 `5%` is not a level of confidence. Write a share between 50% and 100%: `95%` or `0.95`.",
  ],
  [
    swap("test: data/test.csv", "test: { files: data/test.csv, header: no }"),
    "mlops.yml:4:41 `data.test.header` cannot be the text `no`. Write `false`.",
  ],
  [
    swap("test: data/test.csv", "test: { files: data/test.csv, format: tsv }"),
    "mlops.yml:4:41 `data.test.format` cannot be the text `tsv`. Did you mean `csv`?",
  ],
  [
    swap("test: data/test.csv", "test: { files: [] }"),
    "mlops.yml:4:18 `data.test.files` has too few entries. Write at least 1.",
  ],
  [
    swap(/baseline: \{.*\}/, "baseline: Production now"),
    "mlops.yml:9:13 `evaluate.baseline` cannot be the text `Production now`. Write an environment such as `production`, `latest`, a version such as `1.4.0`, `base`, `none`, or `{ predictions: FILE }`.",
  ],
  [
    `${GOOD}  inconclusive: pass\n`,
    "mlops.yml:13:17 `evaluate.inconclusive` cannot be the text `pass`. Write `review` or `allow` or `block` or a mapping with `pull_request`, `promote`.",
  ],
  [
    `${GOOD}  inconclusive: { pull_request: fail }\n`,
    "mlops.yml:13:33 `evaluate.inconclusive.pull_request` cannot be the text `fail`. Write one of `review`, `allow`, `block`.",
  ],
  [
    `${GOOD}  slices: sex\n`,
    "mlops.yml:13:11 `evaluate.slices` cannot be the text `sex`. Write a list, each entry on a line of its own after `- `.",
  ],
  [
    swap("  guardrails:\n    - recall >= 0.5", "  guardrails: recall >= 0.5"),
    "mlops.yml:11:15 `evaluate.guardrails` cannot be the text `recall >= 0.5`. Write a list, each entry on a line of its own after `- `.",
  ],
  [
    swap("recall >= 0.5", 'recall[job = "IT: senior"] >= 0.6'),
    "mlops.yml:12:7 YAML has read this condition as a mapping with the key recall[job = \"IT: it splits at ': ' and at { }. Put the whole line in single quotes: '…'.",
  ],
  [
    swap("recall >= 0.5", 'recall[tag = "a #1"] >= 0.5'),
    "mlops.yml:12:22 YAML has read the end of this condition as a comment, from ` #` on. Put the whole line in single quotes: '…'.",
  ],
  [
    swap("recall >= 0.5", "# recall >= 0.5"),
    "mlops.yml:12:7 YAML has read this condition as nothing: after ' #' it sees a comment. Put the whole line in single quotes: '…'. An item that is really empty can go.",
  ],
  [
    swap("recall >= 0.5", "[recall >= 0.5]"),
    "mlops.yml:12:7 YAML has read this condition as a list: it splits at [ ] and commas. Put the whole line in single quotes: '…'.",
  ],
  [
    swap("recall >= 0.5", "`my col` >= 0.5"),
    "mlops.yml:12:7 A text cannot begin with ` in YAML. Put the text in single quotes: '…'.",
  ],
  [
    swap("recall >= 0.5", "> 0.5"),
    "mlops.yml:12:7 A text cannot begin with > in YAML. Put the text in single quotes: '…'.",
  ],
  [
    swap(/primary:.*/, "primary:"),
    "mlops.yml:10:11 YAML has read this condition as nothing: after ' #' it sees a comment. Put the whole line in single quotes: '…'. An item that is really empty can go.",
  ],
  [
    swap("  guardrails:\n    - recall >= 0.5", "  guardrails: [worst(auc by sex, race) >= 0.8]"),
    "mlops.yml:11:32 YAML has split this condition at a comma. Put the whole line in single quotes: '…'.",
  ],
  [
    swap("recall >= 0.5", '"recall >= 0.5'),
    "mlops.yml:12:7 A quotation mark is not closed. Close it on the same line.",
  ],
  [
    swap("recall >= 0.5", "!recall >= 0.5"),
    "mlops.yml:12:7 A text cannot begin with ! in YAML. Put the text in single quotes: '…'.",
  ],
  [
    swap("- recall >= 0.5", "- - recall >= 0.5"),
    "mlops.yml:12:7 YAML has read this condition as a list: it splits at [ ] and commas. Put the whole line in single quotes: '…'.",
  ],
  [swap("  test:", "\ttest:"), "mlops.yml:4:1 A tab is used as indentation. Indent with spaces."],
  [
    `${GOOD}---\na: 1\n`,
    "mlops.yml:13:1 A second document begins here. Remove `---`: a project file is one document.",
  ],
  ["? [a]\n: 1\n", "mlops.yml:1:3 A key must be a text. Write `name: value`."],
  [
    swap("  key: id", "   key: id"),
    "mlops.yml:4:9 The next line is indented as if it belonged to this one. Give keys of one mapping the same indentation.",
  ],
  [
    swap("key: id", "key: id: x"),
    "mlops.yml:5:8 There is a second `: ` on this line. Put the text in single quotes: '…'.",
  ],
  [
    swap("positive: yes }", "positive: yes"),
    "mlops.yml:7:1 A `{` or `[` above this line is not closed. Close it with `}` or `]`.",
  ],
  [`a: ${"[".repeat(20000)}`, "mlops.yml:1:20 This is nested too deeply. Use at most 16 levels."],
  [
    swap(", positive: yes", ""),
    "mlops.yml:6:10 A binary label needs `positive`. Write `label: { column: left, positive: … }` with the value that counts as positive.",
  ],
  [
    swap("positive: yes", "positive: yes, classes: [a, b]"),
    "mlops.yml:6:50 `classes` has no meaning for binary. Take it out.",
  ],
  [
    swap("task: binary", "task: multiclass"),
    "mlops.yml:6:10 A multiclass label needs `classes`. Write `label: { column: left, classes: [a, b, c] }`, in the order of the scores.",
  ],
  [
    swap("task: binary", "task: regression"),
    "mlops.yml:6:36 `positive` has no meaning for regression. Take it out.",
  ],
  [
    swap("key: id", "key: left"),
    "mlops.yml:6:20 `left` is the label and part of the key. Take it out of `data.key`: the answer must not name the row.",
  ],
  [
    swap("positive: yes", "positive: [a]"),
    "mlops.yml:6:36 `data.label.positive` cannot be a list. Write a text or a number or `true` or `false`.",
  ],
  [
    swap("{ column: left, positive: yes }", "left"),
    "mlops.yml:6:10 `data.label` cannot be the text `left`. Write `label: { column: left }`.",
  ],
  [swap("new.csv", "nwe.csv"), "mlops.yml:8:29 There is no file `nwe.csv`. Did you mean `new.csv`?"],
  [
    swap("data/test.csv", "data/test-*.csv"),
    "mlops.yml:4:9 No file matches `data/test-*.csv`. Its folder has `test.csv`.",
  ],
  [
    swap("data/test.csv", "nodir/*.csv"),
    "mlops.yml:4:9 No file matches `nodir/*.csv`. Write the pattern relative to `mlops.yml`; its folder is empty or absent.",
  ],
  [swap("data/test.csv", "data"), "mlops.yml:4:9 `data` is a folder. Name its files: `data/*`."],
  [
    swap("data/test.csv", "../x.csv"),
    "mlops.yml:4:9 `../x.csv` leads out of the repository. Name a file inside the repository.",
  ],
  [
    swap("data/test.csv", "data/../../x.csv"),
    "mlops.yml:4:9 `data/../../x.csv` leads out of the repository. Name a file inside the repository.",
  ],
  [
    swap("data/test.csv", "/etc/passwd"),
    "mlops.yml:4:9 `/etc/passwd` is not a path relative to the project's folder. Write it relative to `mlops.yml`, with `/` between folders.",
  ],
  [
    swap("data/test.csv", "s3://b/x.csv"),
    "mlops.yml:4:9 `s3://b/x.csv` is an address. Fetch the data in a step before this one and name the local file.",
  ],
  [
    swap("data/test.csv", ".git/config"),
    'mlops.yml:4:9 ".git/config" is not a path inside the repository. Name a file by its path inside the repository, with `/` between folders and without `..`.',
  ],
  [
    swap("test: data/test.csv", "test: [data/test.csv]"),
    "mlops.yml:4:9 `data.test` cannot be a list. Write a text or a mapping with `files`, `format`, `header`, `names`, `missing`.",
  ],
  [
    swap("test: data/test.csv", "test: { files: [data/test.csv, data/*.csv] }"),
    "mlops.yml:4:9 `data/test.csv` is named twice. Name each file once: its rows would count double.",
  ],
  [swap("data/test.csv", "''"), "mlops.yml:4:9 `data.test` is an empty text. Write a name."],
  [
    GOOD.replace("id", "i\0d"),
    "mlops.yml:5:9 There is a control character (0x00) here. Remove it: a project file is plain text.",
  ],
  [
    Buffer.from(swap("churn", "ch\xfcrn"), "latin1"),
    "mlops.yml The file is not valid UTF-8. Save it as UTF-8.",
  ],
  [
    Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(GOOD, "utf16le")]),
    "mlops.yml The file is UTF-16. Save it as UTF-8.",
  ],
  [
    swap("guardrails", "guardrail").replaceAll("\n", "\r\n"),
    "mlops.yml:11:3 Unknown key `guardrail` in `evaluate`. Did you mean `guardrails`?",
  ],
  [
    `\ufeff${swap("model: churn", "modle: churn")}`,
    "mlops.yml:1:1 Unknown key `modle`. Did you mean `model`?",
  ],
  [
    swap("  key: id", "  key: id\n  zzz: 1"),
    "mlops.yml:6:3 Unknown key `zzz` in `data`. Write one of `fetch`, `train`, `test`, `key`, `label`, `columns`, `checks`, `show`.",
  ],
  [
    swap("  guardrails:\n    - recall >= 0.5", "  guardrails: >\n    recall"),
    "mlops.yml:11:15 `evaluate.guardrails` cannot be the text `recall `. Write a list, each entry on a line of its own after `- `.",
  ],
])("fault %#", async (project, line) => {
  expect(await said(project)).toBe(line);
});

test("whatever the file says, the answer is a project or a fault with what, where and how to mend it", async () => {
  const line = fc.constantFrom(
    ...GOOD.split("\n"),
    "  - a",
    "? b",
    "&a *a",
    "key: [",
    "'",
    '"',
    "|",
    "-",
    "{}",
    "<<: 1",
    "!!x",
  );
  const project = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(line).map((lines) => lines.join("\n")),
    fc
      .tuple(
        fc.nat(GOOD.length),
        fc.nat(12),
        fc.string({ unit: fc.constantFrom(...":-#'\"{}[]&*!|>%@`,?\n \tx0") }),
      )
      .map(([at, cut, text]) => GOOD.slice(0, at) + text + GOOD.slice(at + cut)),
    fc.jsonValue().map((value) => stringify(value)),
  );
  await fc.assert(
    fc.asyncProperty(project, async (project) => {
      const loaded = await load(project);
      if (loaded.kind === "project") return;
      expect(loaded.error.name).toBe("UserError");
      expect(loaded.error.message).toMatch(/^\S/);
      expect(loaded.error.message).not.toMatch(/\.$/);
      expect(loaded.error.remedy).toMatch(/[.?]$/);
      expect(loaded.error.at?.file).toBe("mlops.yml");
    }),
    { numRuns: 300 },
  );
});

test("no project file reaches the prototype of all objects", async () => {
  await load(swap("task: binary", "task: binary\n__proto__: { polluted: true }"));
  await load(swap("task: binary", "task: binary\nconstructor: { prototype: { polluted: true } }"));
  expect("polluted" in {}).toBe(false);
});
