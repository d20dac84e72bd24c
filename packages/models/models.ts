import type { Asking, Models, Rows } from "@mlops-actions/core";
import { latency } from "./ask/latency.ts";
import { type Asked, predict, type Sessions } from "./ask/predict.ts";
import { openCrew } from "./crew/crew.ts";
import type { OpenFile } from "./inspect/file.ts";
import { inspectModel } from "./inspect/inspect.ts";
import { loaded } from "./loaded.ts";
import { type LoadOnnxruntime, openSession } from "./onnxruntime.ts";

export interface ModelsOptions {
  /** The tables' neighbour in this process: values go in and answers come out without crossing to another. */
  rows: Rows;
  open: OpenFile;
  /** The library, where it does not lie in `node_modules`. */
  load?: LoadOnnxruntime | undefined;
  /** Where to ask in more than this thread, and how. Default: in this thread. */
  crew?: { entry: string | URL; threads: number; natives?: string | undefined } | undefined;
}

/** ONNX models in this process. Answers are the same bits on any number of threads. */
export function openOnnx(options: ModelsOptions): Models {
  const { rows, open, load, crew } = options;
  const here = async (asked: Asking, bytes: Uint8Array): Promise<Sessions> => ({
    ...(await loaded(asked, () => openSession(load, bytes))),
    atOnce: 1,
  });
  // A thread more takes longer to come than a batch to be answered.
  const start: Asked["start"] = async (asked, bytes, batches) =>
    crew === undefined || Math.min(crew.threads, batches) < 2
      ? here(asked, bytes)
      : loaded(asked, () => openCrew(crew, bytes));
  return {
    inspect: async (model) => (await inspectModel(open, model)).facts,
    predict: (asked) => predict({ rows, open, start }, asked),
    latency: (of) => latency({ rows, open, start: here }, of),
  };
}
