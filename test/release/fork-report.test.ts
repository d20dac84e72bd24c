import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { census, recorded } from "./census.ts";
import { type BuiltActions, builtActions, type Pipeline, pipeline, type Run, review } from "./pipeline.ts";

type Propose = Awaited<ReturnType<Pipeline["propose"]>>;

let built: BuiltActions;
let here: Pipeline;
let pull: Propose;
let evidence: string;
beforeAll(async () => {
  built = await builtActions();
  here = await pipeline(built, census());
  pull = await here.propose("theirs", { "made.onnx": recorded("better") }, { fork: "eve" });
  // With a token that may write in a test's own run, to have a true evidence; what it says is taken away.
  const { run } = await review(here, pull);
  const artifact = (await here.artifacts()).find(
    (one) => one.name === "mlops-evaluate-census" && one.workflow_run.id === run.id,
  );
  evidence = new TextDecoder().decode((await here.artifactFiles(artifact?.id ?? 0))["evidence.json"]);
});
afterAll(async () => {
  await here?.[Symbol.asyncDispose]();
  await built?.[Symbol.asyncDispose]();
});
beforeEach(async () => {
  for (const { id } of await here.comments(pull)) await here.ask("DELETE", `/issues/comments/${id}`);
});

/** A run of the fork's that has uploaded this, and then the run that reports it. */
async function reported(
  text: string | undefined,
  { of = pull, name = "mlops-evaluate-census" }: { of?: Propose; name?: string } = {},
) {
  const theirs: Run = here.runOn(of);
  await theirs.known();
  if (text !== undefined) await here.upload(theirs, name, { "evidence.json": text, "report.html": "<p>" });
  return report(theirs.id);
}

async function report(id: number) {
  const payload = {
    action: "completed",
    repository: await here.ask("GET", ""),
    workflow_run: await here.ask("GET", `/actions/runs/${id}`),
  };
  const { exitCode, stdout } = await here
    .run({ name: "workflow_run", payload })
    .job("root", { rights: "report", inputs: { stages: "fork-report" } });
  return { exitCode, stdout, comments: await here.comments(pull) };
}

const changed = (change: (predicate: Predicate) => void) => {
  const statement = JSON.parse(evidence) as { predicate: Predicate };
  change(statement.predicate);
  return JSON.stringify(statement);
};
interface Predicate {
  project: { model: string };
  run: { commit: string };
  outcome: Record<string, unknown>;
}

test("what the fork's run has measured is said, as a claim", async () => {
  const { exitCode, comments } = await reported(evidence);
  expect(exitCode).toBe(0);
  expect(comments.length).toBe(1);
  expect(comments[0]?.body).toContain("⚪ census: not judged — the pull request's own workflow says: pass");
  expect(comments[0]?.body).toContain("not verified");
});

test("a text of the fork's is text: no mention, no image, no link, no command", async () => {
  const message = "@acme/owners <img src=x> [x](https://evil.example) ::set-output::";
  const hostile = changed((predicate) => {
    predicate.outcome = { kind: "error", verdict: "error", fault: { code: "x", message, remedy: message } };
  });
  const { exitCode, comments, stdout } = await reported(hostile);
  expect([exitCode, comments.length]).toEqual([0, 1]);
  expect(comments[0]?.body).not.toMatch(/@acme|(?<!\\)<img|\]\(https:\/\/evil/);
  expect(stdout).not.toMatch(/^::set-output/m);
});

test("more text than a comment holds ends nothing", async () => {
  const long = "x ".repeat(100_000);
  const { exitCode } = await reported(
    changed((predicate) => {
      predicate.outcome = {
        kind: "error",
        verdict: "error",
        fault: { code: "x", message: long, remedy: long },
      };
    }),
  );
  expect(exitCode).toBe(0);
});

test("where GitHub does not answer the run is red, so that it can be started again", async () => {
  const theirs: Run = here.runOn(pull);
  await theirs.known();
  await here.upload(theirs, "mlops-evaluate-census", { "evidence.json": evidence });
  const answer = { kind: "status", status: 403, message: "Resource not accessible by integration" } as const;
  await here.box.fault({ path: "*/zip", times: "always", phase: "before", answer });
  const { exitCode, comments } = await report(theirs.id);
  await here.box.clearFaults();
  expect([exitCode, comments]).toEqual([3, []]);
});

test.each([
  ["nothing", () => undefined],
  ["no JSON", () => "{"],
  ["another statement", () => "{}"],
  ["too much", () => `${evidence}${" ".repeat(3_000_000)}`],
  ["another model", () => changed(({ project }) => Object.assign(project, { model: "other" }))],
  ["another commit", () => changed(({ run }) => Object.assign(run, { commit: "a".repeat(40) }))],
])("a run that has uploaded %s: nothing is said", async (_, text) => {
  expect(await reported(text())).toMatchObject({ exitCode: 0, comments: [] });
});

test("an artifact of that name from another run is not taken for this run's", async () => {
  const other = here.runOn(pull);
  await other.known();
  await here.upload(other, "mlops-evaluate-census", { "evidence.json": evidence });
  const { comments, stdout } = await reported(undefined);
  expect([comments, stdout]).toEqual([[], expect.stringContaining("says nothing of it")]);
});

test("a run of the repository's own branch has spoken for itself", async () => {
  const own = await here.propose("ours", { "README.md": "Text\n" });
  const { exitCode, stdout } = await reported(evidence, { of: own });
  expect([exitCode, await here.comments(own)]).toEqual([0, []]);
  expect(stdout).toContain("has spoken for itself");
});

test("a head that has moved on is not spoken of", async () => {
  const id = 90_001;
  const run = here.run({ name: "pull_request", payload: pull.event }, { runId: id });
  await run.known();
  await here.box.registerRun(id, { headSha: "b".repeat(40) });
  const { comments, stdout } = await report(id);
  expect([comments, stdout]).toEqual([[], expect.stringContaining("head of 0 open pull requests")]);
});

test("any other event is refused", async () => {
  const done = await here
    .run({ name: "pull_request", payload: pull.event })
    .job("root", { rights: "report", inputs: { stages: "fork-report" } });
  expect([done.exitCode, done.stdout]).toEqual([3, expect.stringContaining("workflow_run")]);
});
