import type { Evidence, Policy, Run, StageName } from "./evidence.ts";
import type { Ports } from "./ports/index.ts";
import type { Project } from "./project.ts";
import type { Stage } from "./stage.ts";
import { UserError } from "./user-error.ts";

/** What only the composition root knows about this run. */
export type RunContext = Omit<Run, "started" | "finished">;

/** A project that may have failed to load: its fault is evidence too. */
export type Loaded<Section> =
  | { kind: "project"; project: Project<Section> }
  | { kind: "fault"; error: UserError; project: { path: string; model: string } };

// What is said about the rules when `mlops.yml` could not be read: nothing was judged by any.
const NO_POLICY: Policy = { commit: null, from: "working-tree", digest: "0".repeat(64), changedHere: [] };

/** Runs a stage: the one place that turns a finding, or a `UserError`, into evidence. Bugs pass through as throws. */
export async function execute<Name extends StageName, Section, Details, Needs extends keyof Ports>(
  stage: Stage<Name, Section, Details, Needs>,
  loaded: Loaded<Section>,
  upstream: readonly Evidence[],
  ports: Pick<Ports, Needs> & Pick<Ports, "clock">,
  context: RunContext,
  signal: AbortSignal,
): Promise<Evidence<Details>> {
  const started = ports.clock.now().toISOString();
  const envelope = (
    subject: Evidence["subject"],
    materials: Evidence["subject"],
    outcome: Evidence<Details>["predicate"]["outcome"],
  ): Evidence<Details> => ({
    _type: "https://in-toto.io/Statement/v1",
    predicateType: `https://mlops-actions.dev/${stage.name}/v1`,
    subject,
    predicate: {
      project: { path: loaded.project.path, model: loaded.project.model },
      policy: loaded.kind === "project" ? loaded.project.policy : NO_POLICY,
      materials,
      run: { ...context, started, finished: ports.clock.now().toISOString() },
      outcome,
    },
  });
  try {
    if (loaded.kind === "fault") throw loaded.error;
    const found = await stage.run(loaded.project, upstream, ports, signal);
    const { verdict, judged, details } = found;
    return envelope(found.subject, found.materials, { kind: "measured", verdict, judged, details });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return envelope([], [], { kind: "error", verdict: "error", fault: error.toJSON() });
  }
}
