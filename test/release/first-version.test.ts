import { afterAll, beforeAll, expect, test } from "vitest";
import { census } from "./census.ts";
import { type BuiltActions, builtActions, pipeline, release } from "./pipeline.ts";

let built: BuiltActions;
beforeAll(async () => {
  built = await builtActions();
});
afterAll(() => built?.[Symbol.asyncDispose]());

test("the first push makes the first version", async () => {
  await using here = await pipeline(built, census());
  const t0 = Date.now();
  const done = await release(here, await here.main());
  for (const [name, one] of Object.entries(done)) {
    if (typeof one !== "object" || !("stdout" in one)) continue;
    console.log(name, one.exitCode, one.stdout, one.stderr, one.outputs, one.summary, one.annotations);
  }
  console.log(Date.now() - t0, done.candidate);
  expect(done.register.outputs).toMatchObject({ version: "1.0.0", how: "published" });
});
