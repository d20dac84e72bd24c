import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { churn, csv, customers, rules } from "../terminal/project.ts";
import { type BuiltAction, builtAction, JOB, scene } from "./scene.ts";

let built: BuiltAction;
beforeAll(async () => {
  built = await builtAction();
});
afterAll(() => built?.[Symbol.asyncDispose]());

/** What a stranger may put into a value of a column: markup, commands of the runner, mentions, our own marker, the job's token. */
const VALUES = [
  "::error file=mlops.yml::owned",
  "@ada @acme/owners #1",
  "<img src=x onerror=alert(1)>",
  "[click](javascript:alert(1)) ![x](https://evil.example/p.png)",
  "<!-- mlops:churn:evaluate run=9 attempt=9 -->",
  "</details>| a | b |\n::set-output name=verdict::pass\n::add-mask::a",
  "`code` **bold** $(touch x) ##[error]x",
  `token ${JOB} ${Buffer.from(JOB).toString("base64")}`,
];

test.concurrent("text from data and branches appears nowhere but escaped, and the token appears nowhere", async () => {
  const { test: rows, good, poor } = customers(480);
  const named = rows.map((row, i) => ({ ...row, plan: `"${VALUES[i % VALUES.length]}"` }));
  const yml = rules("- flips <= 90%", "- worst(accuracy by plan) >= 99%");
  const main = { "mlops.yml": yml, "data/test.csv": csv(named), "old.csv": csv(good), "new.csv": csv(good) };
  await using here = await scene(built, main);
  const branch = ["x/$(touch$", "{IFS}x);`id`-@ada-%0A-<b>"].join("");
  const pull = await here.propose(branch, { "new.csv": csv(poor) });
  await using told = await here.run(pull, { artifacts: true });

  expect([told.exitCode, told.outputs.verdict]).toEqual([1, "fail"]);
  expect(told.outputs.title).toMatch(/^fail: /);
  expect(told.maskedValues).toContain(JOB);
  for (const { title, file } of told.annotations) {
    expect(title).toMatch(/^This condition (is violated|cannot be decided)$/);
    expect(file).toBe("mlops.yml");
  }
  expect(told.annotations.filter(({ level }) => level === "error").length).toBeLessThanOrEqual(10);
  expect(told.stdout).not.toMatch(/^\s*::(set-output|error file=mlops\.yml::)/m);
  expect(told.stdout).not.toContain("##[error]");

  const [comment, ...others] = await here.comments(pull);
  const [check] = await here.checks(pull.head.sha);
  expect(others).toEqual([]);
  const evidence = await readFile(told.outputs.evidence ?? "", "utf8");
  const page = await readFile(told.outputs.report ?? "", "utf8");
  expect(evidence).toContain("owned");
  const seen = { comment: comment?.body ?? "", check: check?.output.summary ?? "", summary: told.summary };
  for (const [sink, text] of Object.entries(seen)) {
    expect([sink, text.includes("owned")]).toEqual([sink, true]);
    // A mention or a tag is text only inside code or behind an escape.
    const bare = text.replaceAll(/(`+)[\s\S]*?\1/g, "");
    expect([sink, bare.match(/(?<![\\\w`])@(ada|acme)|(?<!\\)<img|javascript:alert|(?<!\\)!\[x\]/)]).toEqual([
      sink,
      null,
    ]);
    // Of markers there is our own at the very start, or none.
    expect([sink, bare.replace(/^<!-- mlops:[^>]*-->/, "").includes("<!--")]).toEqual([sink, false]);
  }
  expect(page.replaceAll(/="[^"]*"/g, "")).not.toMatch(/<img|<script[^>]*src/i);
  expect(page).not.toMatch(/(href|src)="(?!#|https:|http:\/\/github\.localhost|data:)/i);

  const secret = [
    JOB,
    Buffer.from(JOB).toString("base64").replace(/=+$/, ""),
    Buffer.from(JOB).toString("hex"),
  ];
  const log = told.stdout.replace(`::add-mask::${JOB}`, "");
  for (const [place, text] of Object.entries({
    ...seen,
    log,
    evidence,
    page,
    outputs: JSON.stringify(told.outputs),
    annotations: JSON.stringify(told.annotations),
  }))
    expect([place, secret.filter((form) => text.includes(form))]).toEqual([place, []]);
});

test.concurrent.each([
  ["a column's name", { "new.csv": churn()["new.csv"]?.replace("score", `"${JOB}"`) ?? "" }],
  ["a key of mlops.yml", { "mlops.yml": rules("key: id", `${JOB}: id`) }],
])("a token in %s is not told in a fault either", async (_name, files) => {
  await using here = await scene(built, churn());
  const pull = await here.propose("leak", files);
  await using told = await here.run(pull);
  expect(told.exitCode).toBe(3);
  const [comment] = await here.comments(pull);
  const [check] = await here.checks(pull.head.sha);
  const log = told.stdout.replace(`::add-mask::${JOB}`, "");
  const left = {
    log,
    summary: told.summary,
    comment: comment?.body,
    check: JSON.stringify(check),
    outputs: JSON.stringify(told.outputs),
  };
  for (const [place, text] of Object.entries(left))
    expect([place, text?.includes(JOB)]).toEqual([place, false]);
  expect(comment?.body).toContain("***");
});

test.concurrent("forty violated conditions are ten annotations, the tenth of which says how many more there are", async () => {
  const many = Array.from({ length: 40 }, (_, i) => `    - auc >= 0.99${String(i).padStart(2, "0")}`).join(
    "\n",
  );
  await using here = await scene(built, { ...churn(), "mlops.yml": rules("    - flips <= 90%", many) });
  const pull = await here.propose("many", { "README.md": "same model\n" });
  await using told = await here.run(pull);
  expect(told.exitCode).toBe(1);
  const errors = told.annotations.filter(({ level }) => level === "error");
  expect(errors).toHaveLength(10);
  expect(errors.at(-1)?.message).toBe("31 more are in the job's summary");
  expect(told.summary.match(/>= 0\.99|≥ 0\.99|at least 0\.99/g)?.length).toBeGreaterThanOrEqual(40);
});

test.skipIf(process.platform !== "linux")(
  "the process that reads the data has no token, in variables or arguments",
  async () => {
    await using here = await scene(built, churn("better", 8_000));
    const pull = await here.propose("spied", { "README.md": "same\n" });
    const seen = new Map<string, string>();
    let over = false;
    const spying = (async () => {
      while (!over && seen.size === 0) {
        for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
          const about = (name: string) => readFile(join("/proc", pid, name), "utf8").catch(() => "");
          const cmdline = await about("cmdline");
          if (cmdline.includes(join(built.dist, "measuring-child.js")))
            seen.set(cmdline, await about("environ"));
        }
        await sleep(5);
      }
    })();
    await using told = await here.run(pull, {
      artifacts: true,
      env: { GITHUB_TOKEN: JOB, AWS_SECRET_ACCESS_KEY: "aws-secret" },
    });
    over = true;
    await spying;
    expect(told.exitCode).toBe(0);
    const [[cmdline, environ] = ["", ""]] = seen;
    expect(cmdline).toContain("measuring-child.js");
    expect(
      environ
        .split("\0")
        .map((each) => each.split("=")[0])
        .filter(Boolean)
        .sort(),
    ).toEqual(["LC_ALL", "NODE_CHANNEL_FD", "NODE_CHANNEL_SERIALIZATION_MODE", "TZ"]);
    expect(cmdline).not.toContain(JOB);
  },
);
