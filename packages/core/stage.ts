import type { z } from "zod";
import type { Judged } from "./condition/judge.ts";
import type { Document } from "./document.ts";
import type { Evidence, StageName, Subject } from "./evidence.ts";
import type { MetricSpec } from "./metric-spec.ts";
import type { Ports } from "./ports/index.ts";
import type { Project } from "./project.ts";
import type { Verdict } from "./verdict.ts";

/** What a stage found, before `execute` makes evidence of it. */
export interface Finding<Details> {
  verdict: Verdict;
  judged: Judged[];
  details: Details;
  subject: Subject[];
  materials: Subject[];
}

/** A stage measures, conditions judge, evidence remains. It throws only for bugs; what the user can cause is a `UserError`. */
export interface Stage<Name extends StageName, Section, Details, Needs extends keyof Ports> {
  name: Name;
  section: z.ZodType<Section>;
  details: z.ZodType<Details>;
  metrics: readonly MetricSpec[];
  /** Keys of the section that are read from the base commit of a pull request. */
  policy: readonly (keyof Section & string)[];
  needs: readonly Needs[];
  run(
    project: Project<Section>,
    upstream: readonly Evidence[],
    ports: Pick<Ports, Needs>,
    signal: AbortSignal,
  ): Promise<Finding<Details>>;
  document(evidence: Evidence<Details>): Document;
}
