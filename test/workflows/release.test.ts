import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { recorded } from "../release/census.ts";
import { type BuiltActions, builtActions } from "../release/pipeline.ts";
import { type Ended, type Engine, engine, missing } from "./engine.ts";
import { two } from "./models.ts";

const resultsOf = (jobs: Readonly<Record<string, Ended>>) =>
  Object.fromEntries(Object.entries(jobs).map(([name, { result }]) => [name, result]));

describe.skipIf(missing !== "")(`from merge to production and back through act${missing}`, () => {
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
  const tags = async () => {
    const found = await here.ask<{ ref: string }[]>("GET", "/git/matching-refs/tags/");
    return found.map(({ ref }) => ref.replace("refs/tags/", "")).sort();
  };
  const dispatch = async (workflow: string, inputs: Readonly<Record<string, string>>) => {
    const repository = await here.ask("GET", "");
    const event = { name: "workflow_dispatch", payload: { inputs, ref: "refs/heads/main", repository } };
    return here.act(workflow, event);
  };

  test("the first push makes a version of each model, in jobs of their own", async () => {
    const { jobs } = await here.act("model-release", await here.main());
    expect(resultsOf(jobs)).toEqual({
      Plan: "success",
      ...Object.fromEntries(
        ["Validate", "Train", "Evaluate", "Register"].flatMap((job) =>
          ["models/adult", "models/census"].map((model) => [`${model} / ${job}`, "success"]),
        ),
      ),
    });
    expect(await tags()).toEqual(["adult@v1.0.0", "census@v1.0.0"]);
  });

  test("what was reviewed is what ships: it is not trained again, and nothing else is released", async () => {
    const pull = await here.propose("better", { "models/adult/made.onnx": recorded("better") });
    const review = await here.act("model-review", { name: "pull_request", payload: pull.event });
    expect(review.jobs.mlops?.result).toBe("success");
    const { jobs } = await here.act("model-release", await here.merge(pull));
    expect(resultsOf(jobs)).toEqual({
      Plan: "success",
      "models/adult / Validate": "success",
      "models/adult / Evaluate": "success",
      "models/adult / Register": "success",
    });
    expect(jobs.Plan?.said).toContain(`models/adult: reviewed in #${pull.number}`);
    expect((await tags()).filter((tag) => tag.startsWith("adult@")).length).toBe(2);
  });

  test("a version goes live by dispatch, and back to the one before", async () => {
    const [, second = ""] = (await tags()).filter((tag) => tag.startsWith("adult@"));
    for (const version of ["1.0.0", second.replace("adult@v", "")]) {
      const promoted = await dispatch("model-promote", {
        model: "adult",
        version,
        environment: "production",
      });
      expect(promoted.jobs.Promote).toMatchObject({
        result: "success",
        said: expect.stringContaining(version),
      });
    }
    const back = await dispatch("rollback", { model: "adult", environment: "production", to: "previous" });
    expect(back.jobs["Roll back"]).toMatchObject({
      result: "success",
      said: expect.stringContaining("1.0.0"),
    });
    expect((await tags()).filter((tag) => tag.includes("#"))).toEqual([
      "adult#production#1",
      "adult#production#2",
      "adult#production#3",
    ]);
  });

  test("a version that has never lived there is no way back", async () => {
    const back = await dispatch("rollback", { model: "census", environment: "production", to: "previous" });
    expect(back.jobs["Roll back"]?.result).toBe("failure");
  });
});
