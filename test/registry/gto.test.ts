import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { findGto } from "./gto.ts";
import { type Scene, scene } from "./scene.ts";

const gto = findGto();
if ("missing" in gto) console.warn(`the registry against GTO: skipped, ${gto.missing}`);

const shown = z.record(
  z.string(),
  z.object({ version: z.string().nullable(), stage: z.record(z.string(), z.string().nullable()) }),
);
const told = z.array(
  z.object({
    artifact: z.string(),
    event: z.string(),
    version: z.string().nullish(),
    stage: z.string().nullish(),
    timestamp: z.string(),
  }),
);

describe.skipIf("missing" in gto)("GTO reads the same tags", () => {
  const ask = (...args: string[]): unknown =>
    "missing" in gto ? undefined : JSON.parse(gto.run(at.repository.root, ...args, "--json"));
  let at: Scene;
  beforeAll(async () => {
    // A clock that stands still: only our own seconds order the tags.
    at = await scene({ now: () => new Date("2026-03-01T09:30:00Z") });
    const one = await at.publish({ bytes: "a" });
    const two = await at.publish({ bytes: "b" });
    const three = await at.publish({ bytes: "c" });
    await at.publish({ model: "churn", bytes: "d", bump: "patch" });
    const { registry } = at;
    await registry.assign("production", one.version, 0);
    await registry.assign("production", two.version, 1);
    await registry.assign("staging", two.version, 0);
    await registry.assign("production", one.version, 2);
    at.git("tag", "-a", `${three.version.tag}!`, three.version.record, "-m", "bad data");
  });
  afterAll(() => at.repository[Symbol.asyncDispose]());

  it("finds the same newest versions and the same versions live, after a rollback and a withdrawal", async () => {
    // It names every stage of the repository at every model; what is empty there is nothing here.
    const theirs = Object.fromEntries(
      Object.entries(shown.parse(ask("show"))).map(([model, { version, stage }]) => [
        model,
        { version, stage: Object.fromEntries(Object.entries(stage).filter(([, at]) => at !== null)) },
      ]),
    );
    const ours = Object.fromEntries(
      (await at.registry.show()).map(({ model, newest, environments }) => [
        model,
        {
          version: `v${newest?.number}`,
          stage: Object.fromEntries(
            environments.map(({ environment, number }) => [environment, `v${number}`]),
          ),
        },
      ]),
    );
    expect(ours).toEqual({
      "census-income": { version: "v1.1.0", stage: { production: "v1.0.0", staging: "v1.1.0" } },
      churn: { version: "v1.0.0", stage: {} },
    });
    expect(theirs).toEqual(ours);
  });

  it("tells the same history, second by second", async () => {
    const theirs = told.parse(ask("history", "census-income")).map((entry) => {
      const when = new Date(entry.timestamp).toISOString().slice(0, 19);
      return `${when} ${entry.event} ${entry.version ?? ""} ${entry.stage ?? ""}`.trim();
    });
    const events = { registered: "registration", withdrawn: "deregistration", assigned: "assignment" };
    const ours = (await at.registry.history("census-income")).map(({ what, date, number, environment }) =>
      `${date.slice(0, 19)} ${events[what]} v${number} ${environment ?? ""}`.trim(),
    );
    expect(ours).toHaveLength(8);
    // Theirs is newest first.
    expect(theirs.toReversed()).toEqual(ours);
  });

  it("lists the same models", async () => {
    expect((await at.registry.list()).map(({ model }) => model)).toEqual(
      Object.keys(shown.parse(ask("show"))).sort(),
    );
  });
});
