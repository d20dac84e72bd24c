import type { Fault } from "@mlops-actions/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { churn } from "../terminal/project.ts";
import { type BuiltAction, builtAction, scene } from "./scene.ts";

let built: BuiltAction;
beforeAll(async () => {
  built = await builtAction();
});
afterAll(() => built?.[Symbol.asyncDispose]());

const files = churn();
const main = { ...files, "new.csv": files["old.csv"] as string };

/** Every request that a run makes, by its own path, so that each meets the fault once. */
// The check's POST comes last: one creation that was not carried out costs the seconds of its looking back already.
const REQUESTS = [
  { method: "GET", path: "/repos/*/git/trees/*" },
  { method: "GET", path: "/repos/*/git/blobs/*" },
  { method: "GET", path: "/repos/*/issues/*/comments" },
  { method: "GET", path: "/repos/*/commits/*/check-runs" },
  { method: "POST", path: "/repos/*/issues/*/comments" },
  { method: "POST", path: "/repos/*/check-runs" },
];

const FAULTS: readonly [string, readonly Fault[]][] = [
  [
    "a 502 before it is carried out",
    each({ phase: "before", answer: { kind: "status", status: 502 } }).slice(0, 5),
  ],
  [
    "a reply that is lost after it was carried out",
    each({ phase: "after-commit", answer: { kind: "drop" } }),
  ],
  [
    "a 502 after it was carried out",
    each({ phase: "after-commit", answer: { kind: "status", status: 502 } }),
  ],
  ["an answer that breaks off", each({ phase: "cut" })],
  [
    "a page of HTML for an answer",
    each({ phase: "after-commit", answer: { kind: "body", body: "<html>", contentType: "text/html" } }),
  ],
  ["a delay", each({ phase: "delay", milliseconds: 300 })],
];

function each(how: Record<string, unknown>): Fault[] {
  return REQUESTS.map((request) => ({ ...request, ...how }) as Fault);
}

// The runs wait for GitHub most of the time, so they wait together.
test.concurrent.each(FAULTS)(
  "%s, at every request of a run: one comment, one check, the same exit code",
  async (_name, faults) => {
    await using here = await scene(built, main);
    const pull = await here.propose("change", { "new.csv": files["new.csv"] as string });
    for (const fault of faults) await here.box.fault(fault);
    await here.box.forgetRequests();
    await using told = await here.run(pull, { runId: 1 });
    expect([told.exitCode, told.outputs.verdict, told.stderr]).toEqual([0, "pass", ""]);
    const met = (await here.box.requests()).filter(({ fault }) => fault !== null);
    expect(met).toHaveLength(faults.length);
    await here.box.clearFaults();
    expect(await here.comments(pull)).toHaveLength(1);
    expect((await here.checks(pull.head.sha)).map(({ conclusion }) => conclusion)).toEqual(["success"]);
  },
);

test.concurrent("updates that are lost on the way are made once more, and nothing is doubled", async () => {
  await using here = await scene(built, main);
  const pull = await here.propose("change", { "new.csv": files["new.csv"] as string });
  await using first = await here.run(pull, { runId: 1 });
  for (const method of ["PATCH", "POST"]) {
    await here.box.fault({ method, path: "/repos/*", phase: "after-commit", answer: { kind: "drop" } });
  }
  await using second = await here.run(pull, { runId: 1, attempt: 2 });
  expect([first.exitCode, second.exitCode]).toEqual([0, 0]);
  await here.box.clearFaults();
  expect(await here.comments(pull)).toMatchObject([{ body: expect.stringContaining("attempt=2") }]);
  const checks = await here.checks(pull.head.sha);
  expect(new Set(checks.map(({ name }) => name)).size).toBe(1);
  expect(checks.length).toBeLessThanOrEqual(2);
});

test.concurrent("where GitHub refuses to write for good, the verdict stays and the refusal is named", async () => {
  await using here = await scene(built, main);
  const pull = await here.propose("change", { "new.csv": files["new.csv"] as string });
  await here.box.fault({
    method: "POST",
    path: "/repos/*",
    times: "always",
    phase: "before",
    answer: {
      kind: "status",
      status: 403,
      message: "Resource not accessible by integration",
      headers: { "x-accepted-github-permissions": "issues=write; pull_requests=write" },
    },
  });
  await using told = await here.run(pull);
  expect([told.exitCode, told.outputs.verdict]).toEqual([0, "pass"]);
  expect(told.annotations.map(({ title, level }) => [level, title])).toEqual([
    ["notice", "The comment was not written"],
    ["notice", "The check was not written"],
  ]);
});
