import { describe, expect, it } from "vitest";
import { z } from "zod";
import { evidenceOf, type Policy } from "./evidence.ts";
import { execute, type Loaded } from "./execute.ts";
import type { Clock } from "./ports/clock.ts";
import type { Project } from "./project.ts";
import type { Finding, Stage } from "./stage.ts";
import { UserError } from "./user-error.ts";

const details = z.object({ rows: z.int() });
const sha256 = "ab".repeat(32);
const policy: Policy = { commit: "c".repeat(40), from: "base", digest: sha256, changedHere: [] };
const project = { path: "models/a", model: "a", policy } as unknown as Project<object>;
const loaded: Loaded<object> = { kind: "project", project };

const found: Finding<{ rows: number }> = {
  verdict: "pass",
  judged: [],
  details: { rows: 3 },
  subject: [{ name: "candidate", digest: { sha256 } }],
  materials: [{ name: "data/test.csv", digest: { sha256 } }],
};

type Run = Stage<"drift", object, { rows: number }, "clock">["run"];

function stage(run: Run): Stage<"drift", object, { rows: number }, "clock"> {
  return {
    name: "drift",
    section: z.object({}),
    details,
    metrics: [],
    policy: [],
    needs: ["clock"],
    run,
    document: () => ({ key: { model: "a", stage: "drift" }, verdict: "pass", title: "", blocks: [] }),
  };
}

/** A clock that is a second later at every look. */
function clock(): Clock {
  let seconds = 0;
  return { now: () => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds++)) };
}

const context = { commit: null, clean: true, tool: "mlops-actions 0.1.0" };
const executed = (run: Run, from: Loaded<object> = loaded) =>
  execute(stage(run), from, [], { clock: clock() }, context, new AbortController().signal);

describe("executing a stage", () => {
  it("makes evidence of what it found", async () => {
    const evidence = await executed(async () => found);
    expect(evidence).toMatchObject({
      predicateType: "https://mlops-actions.dev/drift/v1",
      subject: found.subject,
      predicate: {
        project: { path: "models/a", model: "a" },
        policy,
        materials: found.materials,
        run: { ...context, started: "2026-01-01T00:00:00.000Z", finished: "2026-01-01T00:00:01.000Z" },
        outcome: { kind: "measured", verdict: "pass", judged: [], details: { rows: 3 } },
      },
    });
    expect(evidenceOf("drift", details).parse(evidence)).toEqual(evidence);
  });

  it("makes evidence of what the user can fix", async () => {
    const error = new UserError("no-labels", "No labels", {
      remedy: "Add them.",
      at: { file: "mlops.yml", line: 2 },
    });
    const evidence = await executed(async () => {
      throw error;
    });
    expect(evidence.predicate.outcome).toEqual({ kind: "error", verdict: "error", fault: error.toJSON() });
    expect(evidence.predicate.policy).toEqual(policy);
    expect(evidence.subject).toEqual([]);
    expect(evidenceOf("drift", details).parse(evidence)).toEqual(evidence);
  });

  it("makes evidence of a project that did not load, without running anything", async () => {
    const error = new UserError("yaml", "Not YAML", { remedy: "Mend it." });
    const from: Loaded<object> = { kind: "fault", error, project: { path: "b", model: "b" } };
    const evidence = await executed(() => {
      throw new Error("ran");
    }, from);
    expect(evidence.predicate.outcome).toMatchObject({ kind: "error", fault: { code: "yaml" } });
    expect(evidence.predicate.project).toEqual({ path: "b", model: "b" });
    expect(evidenceOf("drift", details).parse(evidence)).toEqual(evidence);
  });

  it.each([new TypeError("x is not a function"), "a text"])("lets a bug through as it is", async (bug) => {
    const run = executed(async () => {
      throw bug;
    });
    await expect(run).rejects.toBe(bug);
  });

  it("hands the stage its project, what came before, its ports and the signal", async () => {
    const signal = AbortSignal.abort();
    const ports = { clock: clock() };
    const upstream = [await executed(async () => found)];
    let seen: unknown[] = [];
    const run: Run = async (...given) => {
      seen = given;
      return found;
    };
    await execute(stage(run), loaded, upstream, ports, context, signal);
    expect(seen).toEqual([project, upstream, ports, signal]);
  });
});
