import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildInto, folderOf, mlops } from "./command.ts";
import { churn, rules } from "./project.ts";

let built: Awaited<ReturnType<typeof folderOf>>;
let main: string;
beforeAll(async () => {
  built = await folderOf({});
  main = join(await buildInto(built.path), "cli.js");
});
afterAll(() => built[Symbol.asyncDispose]());

const BASE = churn();

/** The line of a data file, from 1, replaced. */
function line(file: string, number: number, by: string) {
  const lines = (BASE[file] as string).split("\n");
  lines[number - 1] = by;
  return { [file]: lines.join("\n") };
}

const yml = (piece: string, by: string) => ({ "mlops.yml": rules(piece, by) });

/** What is changed, where the message must point, what it must say, and how to fix it. */
const FAULTS: readonly [
  name: string,
  files: Record<string, string>,
  at: string,
  says: RegExp,
  fix: RegExp,
][] = [
  ["a bracket that is never closed", yml("binary", "[binary"), "mlops.yml:3:1", /not closed/, /`\]`/],
  ["a tab as indentation", yml("  test: data", "\ttest: data"), "mlops.yml:4:1", /tab/, /spaces/],
  [
    "a key written twice",
    yml("task: binary", "task: binary\ntask: binary"),
    "mlops.yml:3:1",
    /twice/,
    /one of the two/,
  ],
  ["an unknown key", yml("slices: [", "slice: ["), "mlops.yml:14:3", /Unknown key `slice`/, /`slices`/],
  [
    "an unknown first key",
    yml("model: churn", "modle: churn"),
    "mlops.yml:1:1",
    /Unknown key `modle`/,
    /`model`/,
  ],
  [
    "a key column that is not there",
    yml("key: id", "key: idd"),
    "mlops.yml:5:8",
    /"idd" is not in data\/test\.csv/,
    /did you mean "id"/,
  ],
  [
    "a label column that is not there",
    yml("column: left", "column: lefft"),
    "mlops.yml:6:20",
    /"lefft"/,
    /did you mean "left"/,
  ],
  [
    "a misspelt score column",
    yml("new.csv, score: score", "new.csv, score: scores"),
    "mlops.yml:8:45",
    /"scores" is not in new\.csv/,
    /did you mean "score"/,
  ],
  [
    "a misspelt slice column",
    yml("slices: [plan]", "slices: [plam]"),
    "mlops.yml:14:12",
    /"plam"/,
    /did you mean "plan"/,
  ],
  [
    "a label that no row has",
    yml("positive: 1", "positive: 7"),
    "mlops.yml:6:36",
    /no test row has the label "7"/,
    /"0", "1"/,
  ],
  [
    "a test row with a field too few",
    line("data/test.csv", 18, "16,free"),
    "data/test.csv:18",
    /line 18: 2 fields where 3/,
    /same number of fields/,
  ],
  [
    "a prediction with a field too many",
    line("new.csv", 9, "7,0.5,1"),
    "new.csv:9",
    /line 9: 3 fields where 2/,
    /same number of fields/,
  ],
  [
    "a quote that is never closed",
    line("data/test.csv", 18, '16,"free,0'),
    "data/test.csv:18",
    /never closed/,
    /Close the quote/,
  ],
  [
    "an unknown metric",
    yml("auc - baseline.auc", "banana - baseline.banana"),
    "mlops.yml:10:12",
    /no metric `banana`/,
    /accuracy, /,
  ],
  [
    "a misspelt metric",
    yml("- recall >=", "- recal >="),
    "mlops.yml:12:7",
    /no metric `recal`/,
    /Did you mean recall/,
  ],
  [
    "a misspelt metric in quotes",
    yml("- flips <= 90%", '- "flipz <= 90%"'),
    "mlops.yml:13:8",
    /`flipz`/,
    /flips/,
  ],
  [
    "a wrong unit in a folded text",
    yml("- flips <= 90%", "- >-\n      flips\n      <= 90 qq"),
    "mlops.yml:15:13",
    /qq is no unit/,
    /Units are/,
  ],
  [
    "a condition compared twice",
    yml("flips <= 90%", "0 <= flips <= 90%"),
    "mlops.yml:13:18",
    /compares once/,
    /two lines/,
  ],
  [
    "`: ` in a condition",
    yml("flips <= 90%", 'recall[plan = "a: b"] >= 1%'),
    "mlops.yml:13:7",
    /YAML/,
    /single quotes/,
  ],
  [
    "` #` inside a value",
    yml("flips <= 90%", 'recall[plan = "a #b"] >= 1%'),
    "mlops.yml:13:23",
    /YAML.*comment/,
    /single quotes/,
  ],
  [
    "` #` after a comparison sign",
    yml("flips <= 90%", "flips <= #90%"),
    "mlops.yml:13:15",
    /YAML.*comment/,
    /single quotes/,
  ],
  [
    "` #` before the comparison",
    yml("auc - baseline.auc > -0.01", "auc #- baseline.auc > -0.01"),
    "mlops.yml:10:15",
    /YAML.*comment/,
    /single quotes/,
  ],
  [
    "` #` before everything",
    yml("auc - baseline.auc > -0.01", "#auc - baseline.auc > -0.01"),
    "mlops.yml:10:",
    /./,
    /./,
  ],
  [
    "a condition with a comma in a flow list",
    yml(
      "guardrails:\n    - recall >= 10%\n    - flips <= 90%",
      "guardrails: [worst(auc by plan, id) >= 0.5, flips <= 90%]",
    ),
    "mlops.yml:11:",
    /comma/,
    /single quotes/,
  ],
  [
    "a condition that is a flow list",
    yml("auc - baseline.auc > -0.01", "[auc > 0.5]"),
    "mlops.yml:10:12",
    /list/,
    /single quotes/,
  ],
  ["a backtick at the start", yml("flips <= 90%", "`my col` <= 90%"), "mlops.yml:13:7", /`/, /single quotes/],
  [
    "a file that is not there",
    yml("data/test.csv", "data/tset.csv"),
    "mlops.yml:4:9",
    /no file `data\/tset\.csv`/,
    /data\/test\.csv/,
  ],
  [
    "a pattern that matches nothing",
    yml("data/test.csv", "parts/*.csv"),
    "mlops.yml:4:9",
    /No file matches `parts\/\*\.csv`/,
    /relative to/,
  ],
  ["a path that leads out", yml("data/test.csv", "../test.csv"), "mlops.yml:4:9", /leads out/, /inside/],
  [
    "predictions for two thirds of the rows",
    { "new.csv": `${(BASE["new.csv"] as string).split("\n").slice(0, 261).join("\n")}\n` },
    "mlops.yml:8:",
    /260 of 400 test rows.*90 %/,
    /predict the missing rows/,
  ],
  [
    "text where a score should be",
    line("new.csv", 9, "7,high"),
    "mlops.yml:8:",
    /"score" of new\.csv holds text/,
    /numbers/,
  ],
  ["an empty predictions file", { "new.csv": "" }, "new.csv", /0 bytes/, /Check what writes it/],
  [
    "a web page for a file",
    { "new.csv": "<!DOCTYPE html><html>sign in</html>" },
    "new.csv",
    /web page/,
    /download/,
  ],
];

describe("a fault ends in exit 3 and one message that says what, where and how to fix it", () => {
  test.concurrent.each(FAULTS)("%s", async (_name, files, at, says, fix) => {
    const { exit, stdout, stderr, left, report, outcome } = await faulty({ ...BASE, ...files });
    expect(stderr).toBe("");
    const [first = "", ...rest] = stdout.trimEnd().split("\n");
    expect(
      first.startsWith(at) && /^[^ ]*(:\d+(:\d+)?)? error: /.test(first),
      `${first}\nshould be at ${at}`,
    ).toBe(true);
    const told = stdout.replaceAll(/\s+/g, " ");
    expect(told).toMatch(says);
    expect(told.slice(told.indexOf(" error: "))).toMatch(fix);
    // One message, and nothing that could be read as a verdict.
    expect(stdout.match(/error: /g)).toHaveLength(1);
    expect(stdout).not.toMatch(/\b(PASS|FAIL|pass|CANNOT TELL|inconclusive|better|not worse)\b/);
    expect([rest.at(-1), exit]).toEqual(["exit 3", 3]);
    expect(left).toEqual(["out.json", "r.md"]);
    expect(outcome).toMatchObject({
      kind: "error",
      verdict: "error",
      fault: { at: { file: at.split(":")[0] } },
    });
    expect(report).toContain("could not judge");
  });

  test.concurrent("no mlops.yml", async () => {
    const { "mlops.yml": _, ...data } = BASE;
    const { exit, stdout } = await faulty(data);
    expect([exit, stdout]).toEqual([
      3,
      expect.stringMatching(
        /^mlops\.yml error: There is no `mlops\.yml`\n {2}`npx mlops-actions init` proposes one/,
      ),
    ]);
  });

  test.concurrent.each([
    ["a score that is not a number", line("new.csv", 9, "7,NaN"), /NaN in "score"/, /7/],
    ["a score that is missing", line("new.csv", 9, "7,"), /no value in "score"/, /7/],
    ["a key that stands twice in the predictions", line("new.csv", 9, "6,0.5"), /more than one row/, /"6"/],
    [
      "a key that stands twice in the test rows",
      line("data/test.csv", 9, "6,free,1"),
      /more than one row/,
      /"6"/,
    ],
  ])("%s is named", async (_name, files, says, row) => {
    const { exit, stdout, outcome } = await faulty({ ...BASE, ...files });
    expect([exit, outcome.kind]).toEqual([3, "error"]);
    expect(stdout).toMatch(says);
    expect(stdout).toMatch(row);
    expect(stdout.match(/error: /g)).toHaveLength(1);
  });
});

describe("a mistake on the command line", () => {
  const cases: readonly [string, readonly string[], RegExp][] = [
    [
      "an unknown option",
      ["evaluate", "--fast"],
      /unknown option '--fast'[\s\S]*see `mlops-actions evaluate --help`/,
    ],
    ["an option without its value", ["evaluate", "--evidence"], /--evidence/],
    ["an unknown command", ["judge"], /unknown command 'judge'[\s\S]*see `mlops-actions --help`/],
    ["too many arguments", ["evaluate", "here"], /too many arguments/],
    ["a report of another kind", ["evaluate", "--report", "r.pdf"], /r\.pdf[\s\S]*\.md or \.html/],
    ["a folder that is not there", ["evaluate", "--project", "nowhere"], /no folder nowhere[\s\S]*--project/],
  ];
  test.concurrent.each(cases)("%s is exit 3, said on stderr alone", async (_name, args, says) => {
    await using folder = await folderOf(BASE);
    const { exit, stdout, stderr } = await mlops(args, { main, cwd: folder.path });
    expect([exit, stdout]).toEqual([3, ""]);
    expect(stderr).toMatch(/^error: /);
    expect(stderr).toMatch(says);
    expect((await readdir(folder.path)).sort()).toEqual(["data", "mlops.yml", "new.csv", "old.csv"]);
  });

  test.concurrent("`--version` is the program's before a command, and the command's own behind it", async () => {
    const asked = await mlops(["--version"], { main });
    expect(asked).toEqual({
      exit: 0,
      stdout: expect.stringMatching(/^mlops-actions \d+\.\d+\.\d+\n$/),
      stderr: "",
    });
    const { exit, stdout, stderr } = await mlops(["deploy", "--environment", "a", "--version", "1.0.0"], {
      main,
    });
    expect([exit, stdout]).toEqual([3, expect.not.stringContaining("mlops-actions 0")]);
    expect(stderr).not.toContain("unknown option");
  });

  test.concurrent("no command at all shows the help, and is exit 3", async () => {
    const { exit, stdout } = await mlops([], { main });
    expect(exit).toBe(3);
    expect(stdout).toMatch(/^Usage: mlops-actions/);
  });
});

describe("a place that cannot be written", () => {
  test.concurrent.each([["--evidence"], ["--report"]])(
    "%s below a file is exit 3 with its name",
    async (option) => {
      await using folder = await folderOf(BASE);
      const file = join(folder.path, "new.csv", "out.md");
      const { exit, stdout, stderr } = await mlops(["evaluate", "--project", folder.path, option, file], {
        main,
      });
      expect(stderr).toContain(file);
      expect(stderr).toMatch(/^error: /);
      expect(stderr).not.toMatch(/bug|at .*\.js/);
      expect([exit, stdout]).toEqual([3, ""]);
    },
  );

  // Node's own `mkdir` never comes back from such a place.
  test.concurrent("a folder that the system does not give is exit 3 with its name", async () => {
    await using folder = await folderOf(BASE);
    const args = ["evaluate", "--project", folder.path, "--evidence", "/proc/nope/out.json"];
    const { exit, stderr } = await mlops(args, { main });
    expect([exit, stderr]).toEqual([3, expect.stringMatching(/^error: \/proc\/nope\/out\.json cannot/)]);
  });

  test.concurrent("a folder in place of the file leaves no part of it behind", async () => {
    await using folder = await folderOf({ ...BASE, "out/kept.txt": "kept" });
    const args = ["evaluate", "--project", folder.path, "--evidence", join(folder.path, "out")];
    const { exit, stderr } = await mlops(args, { main });
    expect([exit, stderr]).toEqual([3, expect.stringMatching(/^error: .*out/)]);
    expect((await readdir(folder.path)).sort()).toEqual(["data", "mlops.yml", "new.csv", "old.csv", "out"]);
  });

  test.concurrent("an older report is not left beside the new evidence's fault", async () => {
    await using folder = await folderOf({
      ...BASE,
      "mlops.yml": "model: [",
      "r.md": "pass",
      "out.json": "{}",
    });
    const args = ["evaluate", "--project", folder.path, "--evidence", "out.json", "--report", "r.md"];
    expect((await mlops(args, { main, cwd: folder.path })).exit).toBe(3);
    expect(await readFile(join(folder.path, "r.md"), "utf8")).toContain("could not judge");
    expect(JSON.parse(await readFile(join(folder.path, "out.json"), "utf8")).predicate.outcome.kind).toBe(
      "error",
    );
  });
});

/** Judges a project that cannot be judged, and reads what it left behind. */
async function faulty(files: Record<string, string>) {
  await using folder = await folderOf(files);
  await using place = await folderOf({});
  const [out, page] = [join(place.path, "out.json"), join(place.path, "r.md")];
  const told = await mlops(["evaluate", "--project", folder.path, "--evidence", out, "--report", page], {
    main,
  });
  return {
    ...told,
    left: (await readdir(place.path)).sort(),
    report: await readFile(page, "utf8"),
    outcome: JSON.parse(await readFile(out, "utf8")).predicate.outcome,
  };
}
