import type { Tensor } from "../manifest.ts";
import type { Task } from "../project.ts";
import type { OpenedTable } from "./tables.ts";

/** A model as it lies on disk. */
export interface ModelSource {
  /** Absolute path. */
  file: string;
  /** The name used in messages: the path as the user wrote it, or the version's. */
  label: string;
}

export interface InspectedModel {
  bytes: number;
  sha256: string;
  irVersion: number;
  opsets: readonly { domain: string; version: number }[];
  producer: string;
  inputs: readonly Tensor[];
  outputs: readonly Tensor[];
  metadata: Readonly<Record<string, string>>;
  /** The classes that a classifier in the graph names, in the order of its scores. */
  classes?: readonly string[] | undefined;
}

/** How the columns of a table become a model's inputs, and its outputs answers. */
export interface Asking {
  model: ModelSource;
  task: Task;
  /** Binary: the two labels, the positive one last. Multiclass: all classes, in the order of the scores. Regression: none. */
  classes: readonly string[];
  /** Columns in the order of the one matrix that the model takes; absent: an input for each column. */
  features?: readonly string[] | undefined;
  /** The name of an opened table, or of one that a query made. */
  from: string;
}

/** The seconds that one answer took, block by block, the models in turn. */
export interface LatencyBlock {
  own: readonly number[];
  /** Empty where there is only one model. */
  baseline: readonly number[];
}

/** ONNX models as data: they are run by us, in the measuring child, and bring no code of their own. */
export interface Models {
  /** @throws UserError for what is no ONNX model, or one that would reach outside itself */
  inspect(model: ModelSource): Promise<InspectedModel>;
  /**
   * Asks a model about every row of a table: predictions go from table to table, none cross. `into` gets the columns `keep` and
   * `score` (binary), `p_<class>` (multiclass), `prediction` (regression), in the order of the rows; a classifier that gives no scores
   * gets `label`, by the declared classes' names. What a model makes of a missing number is kept: a score may be NaN.
   * @throws UserError for columns that the model asks for and the table lacks, and for answers that do not fit the task
   */
  predict(asked: Asking & { into: string; keep: readonly string[] }): Promise<OpenedTable>;
  /**
   * Times single answers, after warming up, in blocks of both models in turn: what disturbs the machine disturbs both.
   * @param of.calls answers a block and model
   */
  latency(of: {
    own: Asking;
    baseline?: Asking | undefined;
    blocks: number;
    calls: number;
  }): Promise<readonly LatencyBlock[]>;
}
