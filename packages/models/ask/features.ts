import type { Asking, InspectedModel, Tensor } from "@mlops-actions/core";
import { shown } from "@mlops-actions/core";
import { z } from "zod";
import { modelFault } from "../fault.ts";

const list = z.array(z.string().min(1)).min(1);

/**
 * The columns of the one matrix that a model takes, and who names them; `undefined` where every column has an input of its own.
 * @throws UserError where nobody names them
 */
export function featuresOf(
  asked: Asking,
  facts: InspectedModel,
  columns: readonly string[],
): { names: readonly string[]; from: string } | undefined {
  const [input, ...others] = facts.inputs;
  const isMatrix = input !== undefined && others.length === 0 && !isColumn(input, columns);
  if (asked.features !== undefined) {
    if (isMatrix || (input !== undefined && others.length === 0))
      return { names: asked.features, from: "`predict.features`" };
    throw modelFault(
      "model-features",
      asked.model,
      `takes ${facts.inputs.length} inputs by name, but \`predict.features\` lists the columns of one matrix.`,
      "Leave `predict.features` out: each input is fed from the column of its name.",
    );
  }
  if (!isMatrix) return undefined;
  const own = facts.metadata.features;
  if (own !== undefined) return { names: parsed(asked, own), from: "the model's own `features`" };
  const width = input.shape[1] ?? null;
  throw modelFault(
    "model-features",
    asked.model,
    `takes one matrix ${shown(input.name)}${width === null ? "" : ` of ${width} columns`}, and nothing says which columns these are.`,
    'Name them in that order as `predict.features` in mlops.yml, or write them into the model: `onnx.helper.set_model_props(model, {"features": json.dumps(names)})`.',
  );
}

/** An only input that takes one column, and is called like one. */
function isColumn(input: Tensor, columns: readonly string[]): boolean {
  return (input.shape.length < 2 || input.shape[1] === 1) && columns.includes(input.name);
}

function parsed({ model }: Asking, text: string): readonly string[] {
  try {
    return list.parse(JSON.parse(text));
  } catch (cause) {
    throw modelFault(
      "model-features",
      model,
      `has metadata \`features\` that is no list of columns: ${shown(text)}.`,
      'Write it as JSON: `onnx.helper.set_model_props(model, {"features": json.dumps(names)})`.',
      cause,
    );
  }
}
