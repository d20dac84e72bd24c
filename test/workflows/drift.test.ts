import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BuiltActions, builtActions } from "../release/pipeline.ts";
import { type Engine, engine, missing } from "./engine.ts";
import { two } from "./models.ts";

/** The same rows, as if people had grown older by 30 years. */
function older(rows: string): string {
  const [header = "", ...lines] = rows.split("\n");
  const at = header.split(",").indexOf("age");
  const aged = lines.map((line) =>
    line
      .split(",")
      .map((value, index) => (index === at ? String(Number(value) + 30) : value))
      .join(","),
  );
  return [header, ...aged.filter((line) => line.includes(","))].join("\n");
}

describe.skipIf(missing !== "")(`drift-cron and a retrain through act${missing}`, () => {
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
  const tags = async () => (await here.ask<{ ref: string }[]>("GET", "/git/matching-refs/tags/")).length;

  test("drift is told in one issue of its model, however often it is found", async () => {
    await here.act("model-release", await here.main());
    const files = two();
    const cron = ".github/workflows/drift-cron.yml";
    const text = await readFile(join(here.repository.path, cron), "utf8");
    const event = await here.pushMain({
      "models/adult/mlops.yml": `${files["models/adult/mlops.yml"]}drift:\n  current: logs/now.csv\n  retrain: severe\n`,
      "models/adult/logs/now.csv": older(String(files["models/adult/data/test.csv"])),
      [cron]: text.replace(/- "?\.?"?$/m, "- models/adult"),
    });
    const { repository } = event.payload;
    for (const name of ["schedule", "workflow_dispatch"]) {
      const { jobs } = await here.act("drift-cron", {
        name,
        payload: { repository, ref: "refs/heads/main" },
      });
      expect(Object.values(jobs).map(({ result }) => result)).toEqual(["success"]);
    }
    const issues = await here.ask<{ number: number; title: string }[]>("GET", "/issues?state=all");
    expect(issues.map(({ title }) => title)).toEqual([expect.stringContaining("adult")]);
  });

  test("a retrain is of the one model, and its verdict is written to the issue", async () => {
    const [issue] = await here.ask<{ number: number }[]>("GET", "/issues?state=all");
    const { payload } = await here.main();
    const before = await tags();
    await here.box.setEnvironment("production", { reviewers: ["eve"], preventsSelfReview: true });
    const event = {
      name: "repository_dispatch",
      payload: {
        action: "mlops-retrain",
        client_payload: { model: "adult", project: "models/adult", issue: issue?.number },
        repository: payload.repository,
        branch: "main",
      },
    };
    const { jobs } = await here.act("model-release", event, { approvedBy: "eve" });
    expect(Object.keys(jobs).filter((name) => name.includes("census"))).toEqual([]);
    expect(new Set(Object.values(jobs).map(({ result }) => result))).toEqual(new Set(["success"]));
    expect(await tags()).toBeGreaterThanOrEqual(before);
    const said = await here.ask<{ body: string }[]>("GET", `/issues/${issue?.number}/comments`);
    expect(said.some(({ body }) => body.includes("Retrain, evaluate: pass"))).toBe(true);
  });
});
