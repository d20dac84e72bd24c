import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Folder, temporaryFolder } from "@mlops-actions/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { census, recorded } from "../release/census.ts";
import { type BuiltActions, builtActions } from "../release/pipeline.ts";
import { type Engine, engine, missing } from "./engine.ts";

/** What carries the requests is a file, and who counts them another. */
const deploy = (world: string) => `deploy:
  staging: {}
  production:
    traffic: { kind: command, set: 'echo "$MLOPS_WEIGHT $MLOPS_VERSION" > ${world}/now', get: cat ${world}/now }
    metrics: { kind: command, run: cat ${world}/counted }
    steps: [50%, 100%]
    guardrails: ["error_rate / stable.error_rate <= 3"]
    windows: 1
    window: 1 s
    dwell: 1 s
    min_requests: 100
`;

const RELEASE = ".github/workflows/model-release-project.yml";

describe.skipIf(missing !== "")(`a rollout in steps through act${missing}`, () => {
  let built: BuiltActions;
  let world: Folder;
  let here: Engine;
  beforeAll(async () => {
    built = await builtActions();
    world = await temporaryFolder("world");
    const { "mlops.yml": rules, ...files } = census({ "requirements.txt": "# none\n" });
    here = await engine(built, { ...files, "mlops.yml": `${rules}${deploy(world.path)}` });
    await writeFile(join(world.path, "now"), "100 1.0.0\n");
    await count({});
  });
  afterAll(async () => {
    await here?.[Symbol.asyncDispose]();
    await world?.[Symbol.asyncDispose]();
    await built?.[Symbol.asyncDispose]();
  });

  /** Requests and errors of each version since counting began. */
  const count = (counted: Readonly<Record<string, readonly [requests: number, errors: number]>>) =>
    writeFile(
      join(world.path, "counted"),
      JSON.stringify({
        since: "2026-01-01T00:00:00Z",
        slots: Object.fromEntries(
          Object.entries(counted).map(([version, [requests, errors]]) => [version, { requests, errors }]),
        ),
      }),
    );
  const now = async () => (await readFile(join(world.path, "now"), "utf8")).trim();
  const live = async () => {
    const found = await here.ask<{ ref: string }[]>("GET", "/git/matching-refs/tags/census%23production");
    return found.map(({ ref }) => ref.replace("refs/tags/", ""));
  };
  const release = async (made: "better" | "looks-different") =>
    here.act("model-release", await here.pushMain({ "made.onnx": recorded(made) }));
  const tick = async () => {
    const { repository, ref } = (await here.main()).payload;
    const { jobs } = await here.act("canary-tick", { name: "schedule", payload: { repository, ref } });
    return Object.values(jobs);
  };

  test("the release begins it, and ticks bring the rest of the requests over", async () => {
    const text = await readFile(join(here.repository.path, RELEASE), "utf8");
    const { payload } = await here.pushMain({ [RELEASE]: text.replace("watch: 45 min", "watch: 0 s") });
    const { repository, ref } = payload;
    await here.act("model-release", {
      name: "workflow_dispatch",
      payload: { inputs: {}, repository, ref },
    });
    expect([await now(), await live()]).toEqual(["100 1.0.0", ["census#production#1"]]);

    await count({ "1.0.0": [4_000_000, 40_000], "1.1.0": [0, 0] });
    await release("looks-different");
    expect([await now(), await live()]).toEqual(["50 1.1.0", ["census#production#1"]]);
    await sleep(1_500);
    await count({ "1.0.0": [4_020_000, 40_200], "1.1.0": [20_000, 190] });
    expect(await tick()).toMatchObject([
      { result: "success", said: expect.stringContaining("live in production") },
    ]);
    expect([await now(), await live()]).toEqual([
      "100 1.1.0",
      ["census#production#1", "census#production#2"],
    ]);
  });

  test("a canary that is worse is taken back by the next tick, which is red; where nothing is under way nothing happens", async () => {
    await count({ "1.1.0": [4_000_000, 40_000], "1.2.0": [0, 0] });
    await release("better");
    expect(await now()).toBe("50 1.2.0");
    await sleep(1_500);
    await count({ "1.1.0": [4_002_000, 40_020], "1.2.0": [2_000, 200] });
    expect(await tick()).toMatchObject([
      { result: "failure", said: expect.stringContaining("worse than stable") },
    ]);
    const taken = [await now(), await live()];
    expect(taken).toEqual(["0 1.2.0", ["census#production#1", "census#production#2"]]);
    expect(await tick()).toMatchObject([{ result: "success" }]);
    expect([await now(), await live()]).toEqual(taken);
  });
});
