import { LIMIT, renderMarkdown } from "@mlops-actions/report";
import { document } from "@mlops-actions/rollout";
import { expect, test } from "vitest";
import { PLAN } from "./simulated.ts";
import { ask, invoke, newUsers, newWorld, type World } from "./world.ts";

const FAST = { ...PLAN, min_requests: 100, windows: 1, dwell: "1 min" };
const START = { mode: "start", version: "1.1.0" } as const;

async function said(world: World, written: object, told: object = {}): Promise<string> {
  const page = document(await invoke(world, written, told));
  expect(page.title.length).toBeLessThanOrEqual(80);
  expect(page.title).toContain(page.verdict === "error" ? "not deployed" : "census");
  return `${page.title}\n${renderMarkdown(page, { limit: LIMIT.summary, links: {} })}`;
}
const users = newUsers(20_000, 5);
const minute = (world: World, ratio: number) =>
  ask(world, users, { requests: 2_000, rate: 0.02, ratio, candidate: "1.1.0" });

test("a rollout says where it stands, what it waits for, what was counted, and what it will take", async () => {
  const world = newWorld("1.0.0");
  expect(await said(world, FAST, START)).toMatch(
    /5% of production[\s\S]*Step 1 of 5% → 25% → 50% → 100% until 2026-03-08 00:00 UTC[\s\S]*about [\d,]+00 requests, .*at 36,000 an hour/,
  );
  minute(world, 1);
  world.time += 1000;
  expect(await said(world, { ...FAST, min_requests: 50_000 })).toContain("25%");
  minute(world, 1);
  const text = await said(world, FAST);
  expect(text).toMatch(
    /Counted:\*\* stable \d+ bad of [\d,]+ requests, canary \d+ bad of [\d,]+ requests in \d windows; each key/,
  );
  expect(text).toContain("mode: rollback");
});

test("one that was worse says so first, with how sure that is, and that all is as it was", async () => {
  const world = newWorld("1.0.0");
  await invoke(world, FAST, START);
  let text = "";
  for (let i = 0; i < 10 && !text.includes("worse than stable"); i++) {
    minute(world, 6);
    text = await said(world, FAST);
  }
  expect(text).toMatch(/rolled back: worse than stable[\s\S]*All requests go to v1\.0\.0 again[\s\S]*p = /);
});

test("a pointer is one line, and the way back names who asked", async () => {
  const world = newWorld("1.0.0", false);
  expect(await said(world, {}, START)).toMatch(/live in production[\s\S]*has replaced v1\.0\.0/);
  expect(await said(world, {}, { mode: "rollback", by: "grace" })).toMatch(
    /live again[\s\S]*as grace has asked/,
  );
  expect(await said(world, {}, { mode: "tick" })).toContain("nothing is under way");
  expect(await said(world, {}, { mode: "start", version: "9.9.9" })).toContain("9.9.9");
});

test("who has approved their own change is named", async () => {
  const world = newWorld("1.0.0");
  world.approvals = {
    rules: async () => ({ reviewers: true, preventsSelfReview: false }),
    ofRun: async () => [{ environments: ["production"], by: "<b>ada</b>", approved: true }],
    comments: async () => [],
    mayWrite: async () => true,
    authors: async () => ["<b>ada</b>"],
    startedBy: async () => [],
  };
  const run = { repositoryId: 1, runId: 7, attempt: 1 };
  const text = await said(world, { ...FAST, approval: "required" }, { ...START, run });
  expect(text).toContain("approved a change of their own");
  expect(text).not.toMatch(/(?<!\\)<b>/);
});
