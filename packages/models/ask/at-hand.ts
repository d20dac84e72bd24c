import type {
  Batch,
  MadeColumn,
  ModelInterface,
  ModelSource,
  Reading,
  Task,
  Tensor,
} from "@mlops-actions/core";
import { modelFault } from "../fault.ts";
import type { OpenFile } from "../inspect/file.ts";
import { inspectModel } from "../inspect/inspect.ts";
import { loaded } from "../loaded.ts";
import { type LoadOnnxruntime, openSession } from "../onnxruntime.ts";
import { answersOf } from "./answers.ts";
import { bindInputs, feedsOf, isSingle, readingsOf } from "./binding.ts";
import { declaredClasses } from "./classes.ts";
import { featuresOf } from "./features.ts";
import { joined, run } from "./predict.ts";

/** A model that is loaded for as long as its process lives, and is asked about values at hand, without a table. */
export interface AtHand {
  /** What `answer` wants of each row, in this order. */
  read: readonly Reading[];
  inputs: readonly Tensor[];
  /** The name of the one input that takes all columns, where the model has one. */
  matrix: string | undefined;
  made: readonly MadeColumn[];
  /** @throws UserError with the runtime's words where the model fails */
  answer(batch: Batch): Promise<readonly (Float64Array | string[])[]>;
}

/**
 * Loads a model that is asked as its version says.
 * @param of.sha256 of the file: other bytes are not run. Between a look at a version and its loading somebody may have put them there
 * @throws UserError `bytes-differ`, and for what is no ONNX model, a hostile one, one that does not load, and answers that do not fit the task
 */
export async function openAtHand(
  { open, load }: { open: OpenFile; load?: LoadOnnxruntime | undefined },
  of: { model: ModelSource; sha256: string; task: Task; asked: ModelInterface },
): Promise<AtHand> {
  const { model, sha256, task, asked } = of;
  const { facts, bytes } = await inspectModel(open, model);
  if (facts.sha256 !== sha256) {
    throw modelFault(
      "bytes-differ",
      model,
      `has the SHA-256 ${facts.sha256} and not ${sha256}, as its version says.`,
      "Somebody changed the file: fetch the version again.",
    );
  }
  const { features } = asked;
  const described = {
    model,
    task,
    classes: declaredClasses(task, asked, facts),
    ...(features && { features }),
  };
  const answers = answersOf(described, facts);
  const names = facts.inputs.map(({ name }) => name);
  const matrix = featuresOf(described, facts, names);
  const bound = bindInputs(described, facts, matrix?.names ?? names);
  const single = isSingle(described, facts);
  const session = await loaded(described, () => openSession(load, bytes));
  return {
    read: readingsOf(bound),
    inputs: facts.inputs,
    matrix: matrix && bound[0]?.input.name,
    made: answers.made,
    async answer(batch) {
      const step = single ? 1 : batch.rows;
      const parts = [];
      for (let from = 0; from < batch.rows; from += step) {
        const feeds = feedsOf(bound, batch, from, from + step);
        parts.push(answers.take(await run(session, described, feeds, answers.outputs), step));
      }
      return joined(parts, batch.rows);
    },
  };
}
