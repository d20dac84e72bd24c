import type { ModelInterface, Subject, TableSource } from "@mlops-actions/core";
import type { Predictions } from "../section.ts";

/** How a model's answers for the test rows are had. */
export type Answering =
  /** They were written down: by whoever ran the model. */
  | { by: "predictions"; source: TableSource; columns: Omit<Predictions, "predictions"> }
  /** An ONNX file is asked here, as data. */
  | { by: "model"; file: string; interface: ModelInterface };

/** One of the two models that are compared. */
export interface Side {
  name: "candidate" | "baseline";
  /** As messages and reports call it. */
  label: string;
  answering: Answering;
  /** A registered version: the answers that are stored with it are all that it will give. */
  registered?: true;
  /** A score of at least this much decides for the positive class: each model decides by its own. */
  threshold: number;
  /** Bytes of the model's files, where they are known. */
  size?: number | undefined;
  /** What it is, by digest; without the predictions, which are digested as they are read. */
  subject: readonly Subject[];
}
