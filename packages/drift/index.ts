export { withoutRetrain } from "./checks/retrain.ts";
export { overdue } from "./checks/schedule.ts";
export { type Compared, compareColumns } from "./compare/columns.ts";
export { type Details, details, type Severity } from "./details.ts";
export { type Keeping, type Kept, keepIssue, sayFailure } from "./issue/keep.ts";
export { METRICS } from "./quality/metrics.ts";
export { type Section, section } from "./section.ts";
export { type Checking, checking } from "./stage.ts";
