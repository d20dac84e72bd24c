import type { Policy, Subject } from "./evidence.ts";
import type { TableSource } from "./ports/tables.ts";
import type { Place } from "./user-error.ts";

export type Task = "binary" | "multiclass" | "regression";

export interface Label {
  column: string;
  /** Binary: the value that counts as positive. */
  positive?: string | number | boolean | undefined;
  /** Multiclass: all classes, in the order of the scores. */
  classes?: readonly string[] | undefined;
}

/** How a model that we do not run ourselves answers, or which columns one takes that we do. */
export type Predict = { run: string } | { features: readonly string[] };

export interface Data {
  train?: TableSource | undefined;
  test?: TableSource | undefined;
  key: readonly string[];
  label?: Label | undefined;
  /** Columns that have rules of their own. */
  ruled?: readonly string[] | undefined;
}

/** The keys of `mlops.yml` that say how a change is judged, and the files they name. */
export interface Judge<Section> {
  task: Task;
  data: Data;
  section: Section;
  /** How models answer by these rules. */
  predict?: Predict | undefined;
  /** Where a key stands in its `mlops.yml`: `["evaluate", "guardrails", 1]`; with `offset`, a character inside its text. */
  place(path: readonly (string | number)[], offset?: number): Place;
  /**
   * The table that a key of `mlops.yml` names, with its files found: `["evaluate", "baseline", "predictions"]`. For a key that judges
   * these are the base's bytes.
   */
  table(path: readonly (string | number)[]): TableSource;
}

/** A table at the base: of the same bytes, other ones, none, or nobody knows because the base has it not in Git. */
export type Before =
  | { kind: "same" }
  | { kind: "none" }
  | { kind: "other"; source: TableSource }
  | { kind: "unknown" };

/** A project as one stage sees it: judged by the base's rules where there is a base. */
export interface Project<Section> extends Judge<Section> {
  /** Absolute path of the project's folder. */
  root: string;
  /** The same from the repository's root, `.` for the root itself. */
  path: string;
  model: string;
  /** Globs from the repository's root: the files that this model is made of, besides its data and its project file. */
  paths: readonly string[];
  /** How the change's own model answers. */
  ownPredict?: Predict | undefined;
  /** The project files that were read: the one whose rules judge, and the change's own where it differs. */
  files: readonly Subject[];
  policy: Policy;
  /** The rules proposed by this change, where they differ from those that count. */
  proposed?: Judge<Section> | undefined;
  /** The tables as they are at the base, for a stage that compares data with data; absent where there is no base. */
  before?: Readonly<Record<"train" | "test", Before>> | undefined;
}
