export { canonicalJson, canonicalText } from "./canonical-json.ts";
export type {
  Argument,
  At,
  Comparator,
  Condition,
  Expression,
  Filter,
  Literal,
  Metric,
} from "./condition/ast.ts";
export { ConditionError } from "./condition/condition-error.ts";
export { type Contrast, contrast, type Quantity, quantity } from "./condition/contrast.ts";
export { type Judged, type Judgement, judge, judged } from "./condition/judge.ts";
export { nearestMetric } from "./condition/nearest-metric.ts";
export { normalise } from "./condition/normalise.ts";
export { parseCondition } from "./condition/parse.ts";
export { parseLiteral } from "./condition/parse-literal.ts";
export { printCondition, printLiteral, printQuantity } from "./condition/print.ts";
export { inBaseUnit, type Measured, unitNames } from "./condition/units.ts";
export { explainYamlTrap } from "./condition/yaml-trap.ts";
export { type Block, conversationOf, type Document, type Inline, type Target } from "./document.ts";
export {
  type Estimate,
  type ExactEstimate,
  estimate,
  type Interval,
  interval,
  type MissingEstimate,
  type Promised,
  promise,
  type SampledEstimate,
  type Unit,
  unit,
} from "./estimate.ts";
export {
  type Evidence,
  evidenceOf,
  type Policy,
  policy,
  type Run,
  run,
  type StageName,
  type Subject,
  stageName,
  subject,
} from "./evidence.ts";
export { execute, type Loaded, type RunContext } from "./execute.ts";
export {
  ASSET_NAME,
  type Manifest,
  type ModelInterface,
  manifest,
  modelInterface,
  type Tensor,
  tensor,
} from "./manifest.ts";
export type { MetricSpec, Source } from "./metric-spec.ts";
export { MODEL_NAME } from "./model-name.ts";
export { BUG_EXIT, type Inconclusive, type Outcome, outcomeOf } from "./outcome.ts";
export type { Artifacts, FoundArtifact } from "./ports/artifacts.ts";
export type { Checks } from "./ports/checks.ts";
export type { Clock } from "./ports/clock.ts";
export type { Comments } from "./ports/comments.ts";

export type {
  Approvals,
  Deployment,
  DeploymentState,
  DeploymentStatus,
  Deployments,
  People,
} from "./ports/deployments.ts";

export type { Dispatches } from "./ports/dispatches.ts";
export type { Files } from "./ports/files.ts";
export type { Ports } from "./ports/index.ts";
export type { Issue, Issues } from "./ports/issues.ts";
export type { Job, JobEvent, JobReference, Launcher, Usage } from "./ports/launcher.ts";
export type { Asking, InspectedModel, LatencyBlock, ModelSource, Models } from "./ports/models.ts";
export type { Progress } from "./ports/progress.ts";
export type { Remade } from "./ports/remade.ts";
export type {
  Answering,
  Batch,
  Element,
  MadeColumn,
  Reading,
  Rows,
  TableShape,
  Unfit,
  Values,
} from "./ports/rows.ts";
export type { Snapshot } from "./ports/snapshot.ts";
export type { Column, ColumnType, OpenedTable, Presence, TableSource, Tables } from "./ports/tables.ts";
export type { Counted, SlotCounters, Traffic, TrafficMetrics, TrafficSlot } from "./ports/traffic.ts";
export type {
  Environments,
  Publication,
  Publishing,
  Resolved,
  Version,
  Versions,
  Which,
} from "./ports/versions.ts";
export type { Workspace } from "./ports/workspace.ts";
export type { Before, Data, Judge, Label, Predict, Project, Task } from "./project.ts";
export { listed, shown } from "./quoted.ts";
export type { Finding, Stage } from "./stage.ts";
export { fileReference, type TableReference, tableReference, tableShape } from "./table-reference.ts";
export { type Fault, fault, type Place, place, UserError } from "./user-error.ts";
export { combine, type Verdict, verdict, worse } from "./verdict.ts";
