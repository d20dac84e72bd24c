import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { recorded } from "../release/census.ts";
import { type BuiltActions, builtActions } from "../release/pipeline.ts";
import { type Engine, engine, missing } from "./engine.ts";
import { two } from "./models.ts";

describe.skipIf(missing !== "")(`a fork's pull request through act${missing}`, () => {
  let built: BuiltActions;
  let here: Engine;
  beforeAll(async () => {
    built = await builtActions();
    here = await engine(built, two());
  });
  afterAll(async () => {
    await here?.[Symbol.asyncDispose]();
    await built?.[Symbol.asyncDispose]();
  });

  /** The event that GitHub sends when a run has ended. */
  const ended = async (id: number) => ({
    name: "workflow_run",
    payload: {
      action: "completed",
      repository: await here.ask("GET", ""),
      workflow_run: await here.ask("GET", `/actions/runs/${id}`),
    },
  });

  test("its own run may not speak; another says what it has measured, as a claim, and writes no check", async () => {
    const pull = await here.propose(
      "theirs",
      { "models/adult/made.onnx": recorded("better") },
      { fork: "eve" },
    );
    const review = await here.act("model-review", { name: "pull_request", payload: pull.event });
    expect(review.jobs.mlops?.result).toBe("success");
    expect(review.jobs["models/adult / Evaluate"]?.said).toContain("The comment was not written");
    expect([await here.comments(pull), await here.checks(pull.head.sha)]).toEqual([[], []]);

    const report = await here.act("fork-reports", await ended(review.id));
    expect(report.jobs.Report).toMatchObject({ result: "success" });
    const [comment, ...more] = await here.comments(pull);
    expect(more).toEqual([]);
    expect(comment?.body).toMatch(/### ⚪ adult: not judged — the pull request's own workflow says: pass/);
    expect(comment?.body).toContain("Measured by the pull request's own workflow, not verified.");
    expect(comment?.body).toContain(`run=${review.id} attempt=1`);
    expect(comment?.body).not.toContain("✅ adult");
    expect(await here.checks(pull.head.sha)).toEqual([]);

    // Said again it is the same comment.
    await here.act("fork-reports", await ended(review.id));
    expect((await here.comments(pull)).length).toBe(1);
  });
});
