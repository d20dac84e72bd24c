import type { Evidence } from "@mlops-actions/core";
import { keepIssue } from "@mlops-actions/drift";
import { connect, githubIssues } from "@mlops-actions/github";
import { personToken, startGitHub, workflowToken } from "@mlops-actions/testkit";
import { expect, test } from "vitest";
import { check } from "./checked.ts";
import { log, PROJECT } from "./rows.ts";

const reference = log({ rows: 5_000, seed: 1n });
const quiet = log({ rows: 1_000, seed: 2n });
const project = PROJECT.replace("0.005 min", "1 d");

/** A month of daily checks against a real repository's issues. */
async function month(rowsOf: (day: number) => string, days = 30) {
  await using box = await startGitHub({
    tokens: { ada: personToken("ada"), job: workflowToken({ issues: "write" }) },
  });
  const octokit = connect({
    token: "job",
    baseUrl: box.apiUrl,
    deadlineMs: 5_000,
    paced: false,
    wait: async () => {},
  });
  const repo = { owner: box.owner, repo: box.repo };
  const issues = githubIssues({ octokit, repo });
  let upstream: Evidence[] = [];
  const retrains: number[] = [];
  for (let day = 1; day <= days; day++) {
    const now = new Date(Date.UTC(2026, 10, day, 6));
    const files = { "mlops.yml": project, "reference.csv": reference, "now.csv": rowsOf(day) };
    const { evidence, details } = await check(files, { now, upstream, run: day });
    const order = { runId: day, attempt: 1 };
    await keepIssue(evidence, { issues, links: {}, order, now, redact: (text) => text });
    if (details.retrain.decision === "dispatch") retrains.push(day);
    upstream = [JSON.parse(JSON.stringify(evidence))];
  }
  const { data: all } = await octokit.issues.listForRepo({ ...repo, state: "all" });
  const comments = await Promise.all(
    all.map(
      async ({ number }) => (await octokit.issues.listComments({ ...repo, issue_number: number })).data,
    ),
  );
  const last = upstream[0]?.predicate.outcome;
  const details =
    last?.kind === "measured"
      ? (last.details as { history: unknown[]; columns: { since: string }[] })
      : undefined;
  return { all, comments: comments.flat().map(({ body }) => body ?? ""), retrains, details };
}

test("thirty days of one drift make one issue, no comment, and a retrain a cool-down", async () => {
  const drifted = log({ rows: 1_000, seed: 3n, shift: 1 });
  const { all, comments, retrains, details } = await month(() => drifted);
  expect(all.map(({ state }) => state)).toEqual(["open"]);
  expect(comments).toEqual([]);
  // The second day at the earliest; then one a week, since nothing was mended.
  expect(retrains).toEqual([2, 9, 16, 23, 30]);
  expect(details?.history).toHaveLength(30);
  expect(details?.columns[0]?.since).toBe("2026-11-01T06:00:00.000Z");
  expect(all[0]?.body).toMatch(/`usage` \| 1 Nov \| \d\d % of the rows \(at least/);
}, 120_000);

test("two drifts, apart from each other, make two issues, each closed when it is over; one day alone starts no retrain", async () => {
  const { all, comments, retrains } = await month(
    (day) => (day === 2 || day === 8 ? log({ rows: 1_000, seed: BigInt(10 + day), shift: 1 }) : quiet),
    12,
  );
  expect(all.map(({ state }) => state)).toEqual(["closed", "closed"]);
  expect(comments.filter((text) => text.startsWith("✅ over"))).toHaveLength(2);
  expect(retrains).toEqual([]);
}, 120_000);
