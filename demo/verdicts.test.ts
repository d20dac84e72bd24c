import { homedir, hostname, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type GitHubBox, gitRepository, type PullRequest, push } from "@mlops-actions/testkit";
import { expect, test } from "vitest";
import type { Change, ChangeName } from "./change.ts";
import { BRANCHES, projectFiles, readChanges } from "./example.ts";
import { conditionOf, surprise } from "./expectation.ts";
import { applyChange, commitPredictions, OWNER, propose, startHosting } from "./hosting.ts";
import { recordedPredictions } from "./recorded.ts";
import { type Review, review, TOKENS } from "./review.ts";

const root = resolve(import.meta.dirname, "..");
const example = join(root, "examples/census-income");

interface Played {
  box: GitHubBox;
  pull: PullRequest;
  change: Change;
  review: Review;
}

// The built action judges the four pull requests once; the tests look at what is there afterwards.
const played = test.extend<{ story: Map<ChangeName, Played> }>({
  story: [
    // biome-ignore lint/correctness/noEmptyPattern: Vitest reads the names out of this pattern
    async ({}, use) => {
      const changes = await readChanges(example, BRANCHES);
      await using box = await startHosting({
        repo: "census-income",
        changes,
        tokens: TOKENS,
        private: false,
      });
      await using repository = await gitRepository(await projectFiles(example));
      await push(box, repository, { token: OWNER });
      const story = new Map<ChangeName, Played>();
      for (const change of changes) {
        await applyChange(repository, change);
        const predictions = await recordedPredictions(example, change.name);
        await commitPredictions(repository, change, predictions);
        const pull = await propose(box, repository, change);
        const done = await review(box, pull, { root, runId: 100 + pull.number });
        story.set(change.name, { box, pull, change, review: done });
      }
      await use(story);
    },
    { scope: "file" },
  ],
});

const LONG = 240_000;

// Estimate and interval as the example's README has them.
const TABLE = [
  ["better", "pass: auc +0.0219", "success", 0, [0.0219, 0.0195, 0.0244], 0.059],
  ["worse", "fail: auc −0.0192", "failure", 1, [-0.0192, -0.0218, -0.0165], 0.059],
  ["looks-different", "pass, not better: auc +0.0001", "success", 0, [0.0001, -0.0008, 0.001], 0.0119],
  ["cannot-tell", "inconclusive: auc −0.0056", "neutral", 0, [-0.0056, -0.0071, -0.0041], 0.0375],
] as const;

for (const [name, title, conclusion, exitCode, [value, low, high], flips] of TABLE)
  played(`${name}: ${title}`, { timeout: LONG }, ({ story }) => {
    const { review } = at(story, name);
    expect(surprise(name, review.evidence)).toBeUndefined();
    expect(review.exitCode).toBe(exitCode);
    expect(review.checks).toMatchObject([{ name: "mlops / census-income", conclusion }]);
    expect(review.checks[0]?.title.startsWith(title)).toBe(true);
    const auc = sampled(review, "auc - baseline.auc");
    expect(auc.n).toBe(16_281);
    expect(auc.value).toBeCloseTo(value, 4);
    expect(auc.interval.low).toBeCloseTo(low, 3);
    expect(auc.interval.high).toBeCloseTo(high, 3);
    expect(sampled(review, "flips").value).toBeCloseTo(flips, 3);
  });

// Another version of scikit-learn moves an AUC by far less than that.
played(
  "what decides the first three lies at least four standard errors from its limit",
  { timeout: LONG },
  ({ story }) => {
    const distances = (["better", "worse", "looks-different"] as const).map((name) => {
      const { value, interval } = sampled(at(story, name).review, "auc - baseline.auc");
      const limit = name === "better" ? 0 : -0.005;
      return Math.abs(value - limit) / ((Number(interval.high) - Number(interval.low)) / (2 * 1.96));
    });
    for (const distance of distances) expect(distance).toBeGreaterThan(4);
  },
);

played(
  "each pull request has one comment, by the workflow, that names nothing of this machine",
  ({ story }) => {
    for (const { review } of story.values()) {
      expect(review.comments.map(({ author }) => author)).toEqual(["github-actions[bot]"]);
      const [{ body } = { body: "" }] = review.comments;
      expect(body).toContain("16,281");
      for (const place of [root, tmpdir(), homedir(), hostname()].filter(({ length }) => length > 3))
        expect(body).not.toContain(place);
    }
  },
);

played(
  "the next run rewrites the comment, and an older one leaves it",
  { timeout: LONG },
  async ({ story }) => {
    const { box, pull, review: first } = at(story, "looks-different");
    const later = await review(box, pull, { root, runId: 300 });
    expect(later.comments.map(({ url }) => url)).toEqual(first.comments.map(({ url }) => url));
    expect(later.comments[0]?.body).toContain("run=300");
    const older = await review(box, pull, { root, runId: 200 });
    expect(older.exitCode).toBe(0);
    expect(older.comments).toEqual(later.comments);
  },
);

function at(story: Map<ChangeName, Played>, name: ChangeName): Played {
  const found = story.get(name);
  if (found === undefined) throw new Error(`${name} was not played`);
  return found;
}

function sampled(review: Review, left: string) {
  const { estimate } = conditionOf(review.evidence, left);
  if (estimate?.kind !== "sampled") throw new Error(`${left} was not measured`);
  return estimate;
}
