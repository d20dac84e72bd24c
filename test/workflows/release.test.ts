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

  /** What came of the jobs of these models; two workflows deep act does not say whose they are. */
  const released = (
    models: readonly string[],
    { without = [] as string[], production = "success" } = {},
  ) => ({
    Plan: "success",
    ...Object.fromEntries(
      ["Validate", "Train", "Evaluate", "Register"]
        .filter((job) => !without.includes(job))
        .map((job) => [`Version / ${job}`, "success"]),
    ),
    ...Object.fromEntries(models.map((model) => [`${model} / Staging`, "success"])),
    ...Object.fromEntries(models.map((model) => [`${model} / Production`, production])),
  });
  const live = async () => (await tags()).filter((tag) => tag.includes("#"));

  test("the first push makes a version of each model; nobody has approved, so that production stays as it is", async () => {
    await here.box.setEnvironment("production", { reviewers: ["eve"], preventsSelfReview: true });
    const { jobs } = await here.act("model-release", await here.main());
    expect(resultsOf(jobs)).toEqual(released(["models/adult", "models/census"], { production: "failure" }));
    expect(jobs["models/adult / Production"]?.said).toContain("none of them has approved this run");
    expect(await tags()).toEqual(["adult#staging#1", "adult@v1.0.0", "census#staging#1", "census@v1.0.0"]);
  });

  test("what was reviewed is what ships: it is not trained again, nothing else is released, and once approved it is live", async () => {
    for (const made of ["looks-different", "better"] as const) {
      const pull = await here.propose(made, { "models/adult/made.onnx": recorded(made) });
      const review = await here.act("model-review", { name: "pull_request", payload: pull.event });
      expect(review.jobs.mlops?.result).toBe("success");
      const { jobs } = await here.act("model-release", await here.merge(pull), { approvedBy: "eve" });
      expect(resultsOf(jobs)).toEqual(released(["models/adult"], { without: ["Train"] }));
      expect(jobs.Plan?.said).toContain(`models/adult: reviewed in #${pull.number}`);
    }
    expect((await tags()).filter((tag) => tag.startsWith("adult@")).length).toBe(3);
    expect(await live()).toEqual([
      "adult#production#1",
      "adult#production#2",
      "adult#staging#1",
      "adult#staging#2",
      "adult#staging#3",
      "census#staging#1",
    ]);
  });

  test("the way back is a dispatch, to the version before", async () => {
    const told = { project: "models/adult", environment: "production", to: "" };
    const back = await dispatch("rollback", told);
    expect(back.jobs["Roll back"]).toMatchObject({
      result: "success",
      said: expect.stringContaining("1.1.0"),
    });
    expect(await live()).toContain("adult#production#3");
    // What waits for an approval is ended by the same; then there is nothing to go back from.
    const other = { ...told, project: "models/census" };
    const waiting = await dispatch("rollback", other);
    expect(waiting.jobs["Roll back"]).toMatchObject({
      result: "success",
      said: expect.stringContaining("rollout ended, no requests"),
    });
    const nowhere = await dispatch("rollback", other);
    expect(nowhere.jobs["Roll back"]?.result).toBe("failure");
  });
});
