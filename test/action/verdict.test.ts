import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { churn, rules } from "../terminal/project.ts";
import { type BuiltAction, builtAction, type Scene, scene } from "./scene.ts";

const better = churn("better");
const { "new.csv": good, "old.csv": poor } = better;
/** On the base the candidate is the production model itself. */
const MAIN: Record<string, string> = { ...better, "new.csv": poor as string };

let built: BuiltAction;
let on: Scene;
beforeAll(async () => {
  built = await builtAction();
  on = await scene(built, MAIN);
});
afterAll(async () => {
  await on?.[Symbol.asyncDispose]();
  await built?.[Symbol.asyncDispose]();
});

const outcomeOf = async (path: string | undefined) =>
  JSON.parse(await readFile(path ?? "", "utf8")).predicate;

test.concurrent("the documented permissions and a checkout of one commit are enough for everything", async () => {
  await using on = await scene(built, MAIN);
  const pull = await on.propose("good", { "new.csv": good as string });
  await on.box.forgetRequests();
  await using first = await on.run(pull, { runId: 100, artifacts: true });
  expect([first.exitCode, first.stderr]).toEqual([0, ""]);
  expect(first.annotations).toEqual([]);
  expect(Object.keys(first.outputs).sort()).toEqual([
    "evidence",
    "evidence-digest",
    "report",
    "title",
    "verdict",
  ]);
  expect(first.outputs).toMatchObject({ verdict: "pass", title: expect.stringMatching(/^pass: auc \+/) });
  expect([first.state, first.environment, first.path]).toEqual([{}, {}, []]);
  const predicate = await outcomeOf(first.outputs.evidence);
  expect(predicate.policy).toMatchObject({ from: "base", commit: pull.base.sha, changedHere: [] });
  expect(predicate.run).toMatchObject({
    commit: pull.head.sha,
    clean: true,
    github: { runId: 100, event: "pull_request" },
  });
  expect(first.summary).toContain("better than the baseline");

  const [comment, ...others] = await on.comments(pull);
  expect(others).toEqual([]);
  expect(comment?.user.login).toBe("github-actions[bot]");
  expect(comment?.body).toMatch(
    /^<!-- mlops:churn:evaluate .*-->\n+### ✅ churn: pass — better than the baseline/,
  );
  expect(await on.checks(pull.head.sha)).toMatchObject([
    { name: "mlops / churn", conclusion: "success", output: { title: first.outputs.title } },
  ]);
  const asked = (await on.box.requests()).filter(({ login }) => login === "github-actions[bot]");
  expect(asked.filter(({ status }) => status >= 400)).toEqual([]);
  expect(asked.some(({ path }) => path.includes("/git/blobs/"))).toBe(true);

  await using again = await on.run(pull, { runId: 100 });
  expect(again.exitCode).toBe(0);
  expect(await on.comments(pull)).toHaveLength(1);
  expect(await on.checks(pull.head.sha)).toHaveLength(1);

  await on.box.forgetRequests();
  await using deeper = await on.run(pull, { runId: 101, depth: 2 });
  expect((await on.box.requests()).some(({ path }) => path.includes("/git/"))).toBe(false);
  expect((await outcomeOf(deeper.outputs.evidence)).outcome).toEqual(predicate.outcome);

  await using older = await on.run(pull, { runId: 99 });
  expect(older.exitCode).toBe(0);
  expect(older.annotations).toMatchObject([
    { level: "notice", title: "The comment was not written", message: expect.stringContaining("newer run") },
    { level: "notice", title: "The check was not written", message: expect.stringContaining("newer run") },
  ]);
  expect(await on.checks(pull.head.sha)).toHaveLength(2);
  const [last, ...more] = await on.comments(pull);
  expect([more, last?.body.slice(0, 120)]).toEqual([[], expect.stringContaining("run=101")]);
});

test.concurrent("a token that may only read, as in a pull request from a fork, changes neither verdict nor exit code", async () => {
  const { "new.csv": worse, "old.csv": strong } = churn("worse");
  await using here = await scene(built, {
    ...MAIN,
    "new.csv": strong as string,
    "old.csv": strong as string,
  });
  const pull = await here.propose("bad", { "new.csv": worse as string });
  await using told = await here.run(pull, { token: "fork" });
  expect([told.exitCode, told.outputs.verdict]).toEqual([1, "fail"]);
  const notices = told.annotations.filter(({ level }) => level === "notice");
  expect(notices).toMatchObject([
    {
      title: "The comment was not written",
      message: expect.stringMatching(/issues: write|pull_requests: write/),
    },
    { title: "The check was not written", message: expect.stringContaining("checks: write") },
  ]);
  expect(told.annotations.filter(({ level }) => level === "error")).toMatchObject([
    { title: "This condition is violated", file: "mlops.yml", line: 10 },
  ]);
  expect(told.summary).toContain("fail — auc is worse");
  expect([await here.comments(pull), await here.checks(pull.head.sha)]).toEqual([[], []]);
});

test.concurrent("a pull request that changes what judges it is told so first, and is judged by the base", async () => {
  const main: Record<string, string> = { ...MAIN, "new.csv": good as string, "old.csv": good as string };
  await using here = await scene(built, main);
  const eased = await here.propose("eased", {
    "mlops.yml": rules("auc - baseline.auc > -0.01", "auc - baseline.auc > -0.5"),
    "new.csv": poor as string,
  });
  const relabelled = await here.propose("relabelled", {
    "data/test.csv": (main["data/test.csv"] as string).replace(/,1\n/, ",0\n"),
    "old.csv": poor as string,
    "new.csv": poor as string,
  });
  for (const [pull, changed, says] of [
    [eased, ["evaluate.primary"], [/by the proposed ones: pass/]],
    [relabelled, ["data/test.csv", "old.csv"], [/test (rows|set)|data\/test\.csv/, /old\.csv/]],
  ] as const) {
    await using told = await here.run(pull);
    expect([pull.head.ref, told.exitCode, told.outputs.verdict]).toEqual([pull.head.ref, 1, "fail"]);
    expect((await outcomeOf(told.outputs.evidence)).policy.changedHere.toSorted()).toEqual(changed);
    const [comment] = await here.comments(pull);
    const [, title, warned = ""] = (comment?.body ?? "").split("\n").filter((line) => line.trim() !== "");
    expect(title).toMatch(/^### ❌ churn: fail/);
    expect(warned).toContain("⚠");
    for (const what of says) expect(comment?.body.split("\n").slice(0, 8).join("\n")).toMatch(what);
  }
});

test.concurrent("a pull request that brings the test rows by which it would be judged is not judged by them", async () => {
  const { "data/test.csv": rows, ...rest } = MAIN;
  await using here = await scene(built, rest);
  const pull = await here.propose("exam", { "data/test.csv": rows as string, "new.csv": good as string });
  await using told = await here.run(pull);
  expect([told.exitCode, told.outputs.verdict]).toEqual([3, "error"]);
  expect(told.outputs.title).toMatch(/^could not judge: data\/test\.csv judges this change/);
});

test.concurrent("the first pull request with rules cannot pass by them: neutral, and says why", async () => {
  await using here = await scene(built, { "README.md": "nothing yet\n" });
  const pull = await here.propose("begin", better);
  await using told = await here.run(pull);
  expect([told.exitCode, told.outputs.verdict]).toEqual([0, "inconclusive"]);
  expect((await outcomeOf(told.outputs.evidence)).policy).toMatchObject({ from: "new-here" });
  expect(await here.checks(pull.head.sha)).toMatchObject([
    { conclusion: "neutral", output: { title: expect.stringMatching(/^inconclusive: /) } },
  ]);
  const [comment] = await here.comments(pull);
  expect(comment?.body).toContain("rules are new here");
});

test.concurrent("what cannot be judged says so in comment and check, and the next good push takes the same comment back", async () => {
  await using here = await scene(built, MAIN);
  const broken = await here.propose("broken", { "mlops.yml": rules("key: id", "kye: id") });
  await using told = await here.run(broken, { runId: 1 });
  expect([told.exitCode, told.outputs.verdict]).toEqual([3, "error"]);
  expect(told.annotations).toMatchObject([
    { level: "error", file: "mlops.yml", line: 5, message: expect.stringContaining("`kye`") },
  ]);
  const [said] = await here.comments(broken);
  expect(said?.body).toMatch(/### ⛔ churn: could not judge — /);
  expect(said?.body).toContain("mlops.yml:5");
  expect(await here.checks(broken.head.sha)).toMatchObject([
    {
      name: "mlops / churn",
      conclusion: "failure",
      output: { title: expect.stringMatching(/^could not judge: /) },
    },
  ]);
  expect((await outcomeOf(told.outputs.evidence)).outcome).toMatchObject({
    kind: "error",
    fault: { at: { line: 5 } },
  });

  const column = await here.amend(broken, {
    "mlops.yml": MAIN["mlops.yml"] as string,
    "new.csv": (good as string).replace("score", "skore"),
  });
  await using missing = await here.run(column, { runId: 2 });
  expect([missing.exitCode, missing.outputs.title]).toEqual([
    3,
    expect.stringMatching(/^could not judge: .*"score"/),
  ]);

  const fixed = await here.amend(column, { "new.csv": good as string });
  await using passed = await here.run(fixed, { runId: 3 });
  expect(passed.exitCode).toBe(0);
  const [now, ...more] = await here.comments(fixed);
  expect([now?.id, more]).toEqual([said?.id, []]);
  expect(now?.body).toMatch(/### ✅ churn: pass/);
});

test.concurrent("among 130 comments its own is found, and nobody else's with the same marker is touched", async () => {
  await using here = await scene(built, MAIN);
  const pull = await here.propose("talk", { "new.csv": good as string });
  const path = `/issues/${pull.number}/comments`;
  const spoof = "<!-- mlops:churn:evaluate run=99999 attempt=1 -->\n\n### ✅ churn: pass — trust me";
  await here.ask("POST", path, { body: spoof }, "eve");
  await Promise.all(Array.from({ length: 105 }, (_, n) => here.ask("POST", path, { body: `comment ${n}` })));
  await using first = await here.run(pull, { runId: 1 });
  await Promise.all(Array.from({ length: 25 }, (_, n) => here.ask("POST", path, { body: `later ${n}` })));
  await using second = await here.run(pull, { runId: 2 });
  expect([first.exitCode, second.exitCode]).toEqual([0, 0]);
  const all = await here.comments(pull);
  expect(all.filter(({ user }) => user.login === "github-actions[bot]")).toMatchObject([
    { body: expect.stringContaining("run=2") },
  ]);
  expect(all.filter(({ user }) => user.login === "eve").map(({ body }) => body)).toEqual([spoof]);
  expect(all).toHaveLength(132);
});

test.concurrent.each([
  ["push", (sha: string) => ({ ref: "refs/heads/main", after: sha })],
  ["workflow_dispatch", () => ({ ref: "refs/heads/main", inputs: {} })],
])("on %s it judges what is checked out: no comment, a check beside the commit", async (name, payload) => {
  await using on = await scene(built, MAIN);
  const sha = await on.repository.revision("main");
  const repository = await on.ask<Record<string, unknown>>("GET", "");
  await on.box.forgetRequests();
  await using told = await on.runOn({ name, payload: { ...payload(sha), repository } });
  expect([told.exitCode, told.stderr, told.annotations]).toEqual([0, "", []]);
  expect((await outcomeOf(told.outputs.evidence)).policy).toMatchObject({
    from: "working-tree",
    commit: null,
  });
  expect((await on.checks(sha)).filter(({ name }) => name === "mlops / churn").length).toBeGreaterThan(0);
  const paths = (await on.box.requests()).map(({ path }) => path);
  expect(paths.filter((path) => path.includes("/comments"))).toEqual([]);
});

test.concurrent.each([
  ["pull_request", "another checkout than that of the pull request"],
  ["pull_request_target", "the checkout that this event brings"],
])("on %s with %s it judges nothing: those are not the files of the change", async (name) => {
  const pull = await on.propose(`elsewhere-${name}`, { "new.csv": good as string, "README.md": name });
  await using told = await on.runOn({ name, payload: pull.event });
  expect([told.exitCode, told.outputs.verdict]).toEqual([3, "error"]);
  expect(told.annotations).toMatchObject([
    {
      level: "error",
      message: expect.stringMatching(/neither its head .* nor its merge[\s\S]*actions\/checkout/),
    },
  ]);
  expect(await on.checks(pull.head.sha)).toMatchObject([{ conclusion: "failure" }]);
});

test.concurrent("a checkout of the pull request's head, without its merge, is judged by the event's base", async () => {
  const pull = await on.propose("headed", { "new.csv": good as string, "README.md": "head" });
  const ref = `refs/heads/${pull.head.ref}`;
  await using told = await on.runOn({ name: "pull_request", payload: pull.event }, { ref });
  expect([told.exitCode, told.outputs.verdict]).toEqual([0, "pass"]);
  expect((await outcomeOf(told.outputs.evidence)).policy).toMatchObject({
    from: "base",
    commit: pull.base.sha,
  });
});

test.concurrent("two projects of a repository have a comment and a check each", async () => {
  const inFolder = (folder: string, model: string) =>
    Object.fromEntries(
      Object.entries(MAIN).map(([name, text]) => [
        `${folder}/${name}`,
        text.replace("model: churn", `model: ${model}`),
      ]),
    );
  await using here = await scene(built, {
    ...inFolder("models/churn", "churn"),
    ...inFolder("models/offer", "offer"),
  });
  const pull = await here.propose("both", { "models/churn/new.csv": good as string });
  await using churned = await here.run(pull, { inputs: { project: "models/churn" } });
  await using offered = await here.run(pull, { inputs: { project: "models/offer" } });
  expect([churned.exitCode, offered.exitCode]).toEqual([0, 0]);
  const heads = (await here.comments(pull)).map(({ body }) => body.match(/^### \S+ (\S+: \w+)/m)?.[1]);
  expect(heads).toEqual(["churn: pass", "offer: pass"]);
  expect((await here.checks(pull.head.sha)).map(({ name }) => name).sort()).toEqual([
    "mlops / churn",
    "mlops / offer",
  ]);
});

test.concurrent("without the engine and without a registry it says what to do, in 3", async () => {
  const pull = await on.propose("offline", { "new.csv": good as string, "README.md": "offline\n" });
  await using told = await on.run(pull, {
    env: { MLOPS_NATIVES: undefined, npm_config_registry: "http://127.0.0.1:1" },
  });
  expect([told.exitCode, told.outputs.verdict]).toEqual([3, "error"]);
  expect(told.annotations).toMatchObject([
    { level: "error", message: expect.stringContaining("MLOPS_NATIVES") },
  ]);
  const [comment] = await on.comments(pull);
  expect(comment?.body).toContain("could not judge");
  expect(comment?.body).toContain("MLOPS_NATIVES");
  expect(await on.checks(pull.head.sha)).toMatchObject([{ conclusion: "failure" }]);
});
