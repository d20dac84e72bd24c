import type { Fault, ModelInterface, ModelSource, Task, Tensor } from "@mlops-actions/core";

// What the server and the process of a model say to each other. Plain data, so that it survives the pipe.

/** A model as its process is told of it. */
export interface ModelToServe {
  model: string;
  /** As answers name it. */
  version: string;
  source: ModelSource;
  /** Of the file: other bytes are not served. */
  sha256: string;
  task: Task;
  interface: ModelInterface;
}

export interface EngineLimits {
  /** Rows of one request. */
  maxRows: number;
}

export interface Start {
  kind: "start";
  serve: ModelToServe;
  limits: EngineLimits;
  /** Columns that go into the log; those that the model does not take may be carried by requests. */
  log: readonly string[] | "all" | undefined;
  /** The verified folder of onnxruntime; else it is found as any import is. */
  natives: string | undefined;
}

export interface Infer {
  kind: "infer";
  id: number;
  body: Uint8Array;
  jsonBytes: number | undefined;
}

export type ToEngine = Start | Infer;

/** What the model takes and gives, in the protocol's words. */
export interface Described {
  inputs: readonly (Tensor & { columns?: readonly string[] })[];
  outputs: readonly Tensor[];
}

export type FromEngine =
  | { kind: "ready"; described: Described }
  | { kind: "fault"; fault: Fault }
  | {
      kind: "answer";
      id: number;
      body: Uint8Array;
      jsonBytes: number | undefined;
      rows: number;
      /** For the log: a row each, JSON members without braces. */
      logged: readonly string[] | undefined;
    }
  /** The caller's mistake. */
  | { kind: "refused"; id: number; status: number; body: string }
  /** The model could not answer; or we could not, which is a bug, and the message where it is. */
  | { kind: "failed"; id: number; message: string; isModel: boolean };
