import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { census, recorded } from "../release/census.ts";
import { type BuiltActions, builtActions } from "../release/pipeline.ts";
import { type Engine, engine, missing } from "./engine.ts";

describe.skipIf(missing !== "")(`train-on-gpu through act${missing}`, () => {
  let built: BuiltActions;
  let here: Engine;
  beforeAll(async () => {
    built = await builtActions();
    here = await engine(built, census({ "requirements.txt": "# none\n" }));
  });
  afterAll(async () => {
    await here?.[Symbol.asyncDispose]();
    await built?.[Symbol.asyncDispose]();
  });
  const review = async (branch: string, options?: { fork: string }) => {
    const pull = await here.propose(branch, { "made.onnx": recorded("better"), [branch]: "" }, options);
    const { jobs } = await here.act("train-on-gpu", { name: "pull_request", payload: pull.event });
    return { pull, jobs };
  };

  test("a branch of the repository is trained on the one machine and judged on the other", async () => {
    const { pull, jobs } = await review("ours");
    expect([jobs.Train?.result, jobs.Evaluate?.result]).toEqual(["success", "success"]);
    expect(await here.checks(pull.head.sha)).toMatchObject([
      { name: "mlops / census", conclusion: "success" },
    ]);
  });

  test("what was reviewed there is what ships, and main is judged there as well", async () => {
    const { pull } = await review("shipped");
    const merged = await here.merge(pull);
    const { jobs } = await here.act("model-release", merged);
    expect(jobs.Plan?.said).toContain(`.: reviewed in #${pull.number}`);
    expect(Object.keys(jobs).filter((name) => name.endsWith("Train"))).toEqual([]);
    expect(jobs["Version / Register"]?.said).toContain("1.0.0");
    const again = await here.act("train-on-gpu", merged);
    expect([again.jobs.Train?.result, again.jobs.Evaluate?.result]).toEqual(["success", "success"]);
  });

  test("a fork's change does not reach the machine, and is not judged as if it had", async () => {
    const { jobs } = await review("theirs", { fork: "eve" });
    expect(jobs.Train).toBeUndefined();
    expect(jobs.Evaluate?.result).toBe("failure");
    expect(jobs.Evaluate?.said).toContain("could not judge");
  });
});
