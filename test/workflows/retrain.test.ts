import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Files, temporaryFolder } from "@mlops-actions/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { log, PROJECT } from "../drift/rows.ts";
import { census } from "../release/census.ts";
import { type BuiltActions, builtActions } from "../release/pipeline.ts";
import { mlops } from "../terminal/command.ts";
import { churn, customers } from "./churn.ts";
import { type Ended, type Engine, engine, missing } from "./engine.ts";

const within = (folder: string, files: Files): Files =>
  Object.fromEntries(Object.entries(files).map(([path, content]) => [`${folder}/${path}`, content]));

const resultsOf = (jobs: Readonly<Record<string, Ended>>) =>
  Object.fromEntries(Object.entries(jobs).map(([name, { result }]) => [name, result]));

const CRON = ".github/workflows/drift-cron.yml";
/** Most have the new tariff by now. */
const TODAY = { rows: 2_000, tariff: 0.6 };

describe.skipIf(missing !== "")(`from drift to a model that knows it, through act${missing}`, () => {
  let built: BuiltActions;
  let here: Engine;
  beforeAll(async () => {
    built = await builtActions();
    here = await engine(built, {
      ...within("models/churn", churn()),
      ...within("models/census", census({ "requirements.txt": "# none\n" })),
    });
    await here.box.setEnvironment("production", { reviewers: ["eve"], preventsSelfReview: true });
  });
  afterAll(async () => {
    await here?.[Symbol.asyncDispose]();
    await built?.[Symbol.asyncDispose]();
  });

  const release = async (event: Parameters<Engine["act"]>[1]) =>
    (await here.act("model-release", event, { approvedBy: "eve" })).jobs;
  const check = async () => {
    const { repository, ref } = (await here.main()).payload;
    const { jobs } = await here.act("drift-cron", { name: "schedule", payload: { repository, ref } });
    return Object.values(jobs);
  };
  const retrains = async () =>
    (await here.box.dispatches())
      .filter(({ type }) => type === "mlops-retrain")
      .map(({ payload }) => payload);
  /** What GitHub starts where somebody has sent the newest dispatch. */
  const dispatched = async () => ({
    name: "repository_dispatch",
    payload: {
      action: "mlops-retrain",
      client_payload: (await retrains()).at(-1),
      branch: "main",
      repository: await here.ask("GET", ""),
    },
  });
  const tags = async () =>
    (await here.ask<{ ref: string }[]>("GET", "/git/matching-refs/tags/churn")).map(({ ref }) =>
      ref.replace("refs/tags/", ""),
    );
  const issues = () =>
    here.ask<{ number: number; title: string; state: string; body: string }[]>("GET", "/issues?state=all");
  let heard = 0;
  /** What the issue says that it has not said before. */
  const news = async () => {
    const all = await here.ask<{ body: string }[]>("GET", "/issues/1/comments");
    const fresh = all.slice(heard).map(({ body }) => body);
    heard = all.length;
    return fresh;
  };
  /** The folders that the cron looks at. */
  const watch = async (...folders: readonly string[]) => {
    const text = await readFile(join(here.repository.path, CRON), "utf8");
    const cron = parse(text) as { jobs: { check: { strategy: { matrix: { project: readonly string[] } } } } };
    cron.jobs.check.strategy.matrix.project = folders;
    await here.pushMain({ [CRON]: stringify(cron) });
  };
  /** Nobody releases what a job of GitHub's own token has pushed: it starts no workflow. */
  const arrive = (files: Files) => here.pushMain(within("models/churn", files));

  /** Customers of today, as the live model answers for them. */
  async function answered(seed: bigint): Promise<string> {
    await using folder = await temporaryFolder("answered");
    const [rows, into] = [join(folder.path, "rows.csv"), join(folder.path, "now.csv")];
    await writeFile(rows, customers({ ...TODAY, seed }));
    const from = ["churn@production", rows, "--repo", `${here.box.owner}/${here.box.repo}`];
    const env = { GITHUB_TOKEN: "ada", GITHUB_API_URL: here.box.apiUrl, HOME: folder.path };
    const told = await mlops(["predict", ...from, "--into", into, "--keep", "id", "usage", "tenure"], {
      env,
    });
    expect(told).toMatchObject({ exit: 0 });
    return readFile(into, "utf8");
  }

  test("drift is told in one issue, and asks for a retrain in the second check in a row", async () => {
    const first = await release(await here.main());
    expect(new Set(Object.values(resultsOf(first)))).toEqual(new Set(["success"]));
    await watch("models/churn");
    await arrive({ "logs/now.csv": await answered(11n) });

    expect(await check()).toMatchObject([{ result: "success" }]);
    expect(await issues()).toMatchObject([{ title: "drift: churn in production — severe", state: "open" }]);
    expect(await retrains()).toEqual([]);
    expect(await check()).toMatchObject([{ result: "success" }]);
    expect(await issues()).toMatchObject([{ body: expect.stringContaining("Retrain: started") }]);
    expect(await retrains()).toMatchObject([
      { model: "churn", project: "models/churn", version: "1.0.0", issue: 1, artifact: "mlops-drift-churn" },
    ]);
  });

  test("rows that break the rules stop a retrain, too, and the issue says so", async () => {
    const rows = customers({ ...TODAY, seed: 3n });
    await arrive({ "data/train.csv": `${rows}${rows.split("\n")[1]}\n` });
    const jobs = await release(await dispatched());
    expect(resultsOf(jobs)).toEqual({ Plan: "success", "Version / Validate": "failure" });
    expect(await news()).toEqual([expect.stringMatching(/^\*\*Retrain, validate: fail\*\*/)]);
  });

  test("a training that fails is said there as what could not be judged", async () => {
    const { "train.py": train = "" } = churn();
    await arrive({
      "data/train.csv": customers({ ...TODAY, seed: 3n }),
      "train.py": "raise SystemExit(7)\n",
    });
    const jobs = await release(await dispatched());
    expect(jobs["Version / Train"]?.result).toBe("failure");
    expect(await news()).toEqual([expect.stringMatching(/^\*\*Retrain, evaluate: error\*\*/)]);
    await arrive({ "train.py": train });
  });

  test("it goes through the same gate: what is worse becomes no version, and the issue says so", async () => {
    const before = await tags();
    await arrive({ "data/train.csv": customers({ ...TODAY, seed: 3n, isMixedUp: true }) });
    const jobs = await release(await dispatched());
    expect(resultsOf(jobs)).toEqual({
      Plan: "success",
      "Version / Validate": "success",
      "Version / Train": "success",
      "Version / Evaluate": "failure",
    });
    expect(await tags()).toEqual(before);
    expect(await news()).toEqual([
      expect.stringMatching(/^\*\*Retrain, evaluate: fail\*\*: auc −0\.\d+ \(allowed −0\.005\)/),
    ]);
  });

  test("what is better becomes a version that is live once approved; it and the issue say of one another", async () => {
    const before = await tags();
    await arrive({ "data/train.csv": customers({ ...TODAY, seed: 4n }) });
    await check();
    expect(await retrains()).toHaveLength(2);
    const asked = (await retrains()).at(-1);
    const jobs = await release(await dispatched());
    expect(resultsOf(jobs)).toEqual({
      Plan: "success",
      ...Object.fromEntries(
        ["Validate", "Train", "Evaluate", "Register"].map((job) => [`Version / ${job}`, "success"]),
      ),
      "models/churn / Staging": "success",
      "models/churn / Production": "success",
    });
    expect(jobs.Plan?.said).toContain(`run ${asked?.run}`);
    expect((await tags()).filter((tag) => !before.includes(tag))).toEqual([
      "churn#production#2",
      "churn#staging#2",
      "churn@v1.1.0",
    ]);
    expect(await news()).toEqual([
      expect.stringMatching(/^\*\*Retrain, evaluate: pass\*\*: auc \+0\.\d+/),
      expect.stringMatching(/^\*\*Retrain, register: pass\*\*\. churn v1\.1\.0 registered/),
    ]);
    // Nobody was told that something could not be written: each job has the rights for what it says.
    expect(Object.values(jobs).filter((job) => job.said.includes("was not written"))).toEqual([]);

    const cause = JSON.parse(await here.textOf("churn@v1.1.0", "drift.intoto.jsonl"));
    expect(cause.predicate).toMatchObject({
      project: { model: "churn" },
      run: { github: { runId: asked?.run } },
      outcome: { details: { severity: "severe", retrain: { decision: "dispatch" } } },
    });
    expect(await here.textOf("churn@v1.1.0", "card.md")).toContain(`run ${asked?.run}`);
  });

  test("that model knows the customers of today: after three quiet checks the issue is over", async () => {
    await arrive({ "logs/now.csv": await answered(12n) });
    for (let n = 0; n < 3; n++) expect(await check()).toMatchObject([{ result: "success" }]);
    expect(await issues()).toMatchObject([{ title: "drift: churn in production — quiet", state: "closed" }]);
    expect((await news()).at(-1)).toContain("recovered by `v1.1.0`");
  });

  test("a fault of the data never asks for one: nulls, another schema, another unit", async () => {
    const before = await retrains();
    const reference = log({ rows: 2_000, seed: 1n });
    const faults = {
      nulls: log({ rows: 2_000, seed: 2n, shift: 1, missing: 0.4 }),
      schema: log({ rows: 2_000, seed: 2n, shift: 1 }).replace(/^(\d+,[\d.]+)/gm, "$1 kWh"),
      unit: log({ rows: 2_000, seed: 2n, factor: 1.6 }),
    };
    for (const [model, now] of Object.entries(faults))
      await here.pushMain(
        within(`watched/${model}`, {
          "mlops.yml": PROJECT.replace("model: churn", `model: ${model}`),
          "reference.csv": reference,
          "now.csv": now,
        }),
      );
    await watch(...Object.keys(faults).map((model) => `watched/${model}`));
    for (let n = 0; n < 2; n++)
      expect(await check()).toMatchObject(Object.keys(faults).map(() => ({ result: "success" })));
    const told = (await issues()).filter(({ state }) => state === "open");
    expect(told.map(({ title }) => title).sort()).toEqual(
      Object.keys(faults).map((model) => `drift: ${model} — severe`),
    );
    for (const { body } of told) expect(body).toContain("fix the data first");
    expect(await retrains()).toEqual(before);
  });
});
