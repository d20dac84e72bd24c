import type { App, Box } from "./box.ts";
import type { Approval, Environment } from "./environments.ts";
import type { Fault, Faults } from "./fault.ts";
import type { Journaled } from "./journal.ts";
import { notFound } from "./refusal.ts";
import type { Run } from "./workflow-run.ts";

/** What tests, not users, may ask of the box. */
export function control(app: App, box: Box, faults: Faults, journal: Journaled[]): void {
  app.get("/__box/requests", (c) => c.json(journal));

  // What the box offers, so that a test of its answers can see what it has left out.
  app.get("/__box/routes", (c) =>
    c.json(app.routes.filter(({ method }) => method !== "ALL").map(({ method, path }) => ({ method, path }))),
  );

  app.get("/__box/dispatches", (c) => c.json(box.dispatches));

  app.delete("/__box/requests", (c) => {
    journal.length = 0;
    return c.body(null, 204);
  });

  app.post("/__box/faults", async (c) => {
    faults.add(await c.req.json<Fault>());
    return c.body(null, 204);
  });

  app.delete("/__box/faults", (c) => {
    faults.clear();
    return c.body(null, 204);
  });

  app.delete("/__box/artifacts/:id/bytes", (c) => {
    const artifact = box.artifacts.get(Number(c.req.param("id")));
    if (artifact === undefined) throw notFound();
    artifact.expired = true;
    return c.body(null, 204);
  });

  app.put("/__box/environments/:name", async (c) => {
    const name = c.req.param("name");
    const given = await c.req.json<Pick<Environment, "reviewers" | "preventsSelfReview">>();
    box.environments.set(name, { id: box.nextId(), name, ...given });
    return c.body(null, 204);
  });

  app.post("/__box/runs/:id/approvals", async (c) => {
    const id = Number(c.req.param("id"));
    box.approvals.set(id, [...(box.approvals.get(id) ?? []), await c.req.json<Approval>()]);
    return c.body(null, 204);
  });

  app.put("/__box/runs/:id", async (c) => {
    const given = await c.req.json<Partial<Run>>();
    const id = Number(c.req.param("id"));
    const before = box.runs.get(id);
    box.runs.set(id, { ...before, ...newRun(box, id), ...before, updatedAt: box.now(), ...given, id });
    return c.body(null, 204);
  });
}

function newRun(box: Box, id: number): Run {
  return {
    id,
    path: ".github/workflows/mlops.yml",
    name: "mlops",
    event: "pull_request",
    headSha: "0".repeat(40),
    headBranch: "main",
    headOwner: box.settings.owner,
    status: "in_progress",
    conclusion: null,
    attempt: 1,
    actor: box.settings.owner,
    createdAt: box.now(),
    updatedAt: box.now(),
  };
}
