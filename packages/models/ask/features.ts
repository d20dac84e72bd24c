import type { InspectedModel, Tensor } from "@mlops-actions/core";
import { shown } from "@mlops-actions/core";
import { z } from "zod";
import { modelFault } from "../fault.ts";
import type { Described } from "./described.ts";

const list = z.array(z.string().min(1)).min(1);

/**
 * The columns of the one matrix that a model takes, and who names them; `undefined` where every column has an input of its own.
 * @throws UserError where nobody names them
 */
export function featuresOf(
  asked: Described,
  facts: InspectedModel,
  columns: readonly string[],
): { names: readonly string[]; from: string } | undefined {
  const [input, ...others] = facts.inputs;
  if (input === undefined || others.length > 0) {
    if (asked.features === undefined) return undefined;
    throw modelFault(
      "model-features",
      asked.model,
      `takes ${facts.inputs.length} inputs by name, but \`predict.features\` lists the columns of one matrix.`,
      "Leave `predict.features` out: each input is fed from the column of its name.",
    );
  }
  if (asked.features !== undefined) return { names: asked.features, from: "`predict.features`" };
  const own = facts.metadata.features;
  if (own !== undefined) return { names: parsed(asked, own), from: "the model's own `features`" };
  if (isColumn(input, columns)) return undefined;
  const width = input.shape[1] ?? null;
  throw modelFault(
    "model-features",
    asked.model,
    `takes one matrix ${shown(input.name)}${width === null ? "" : ` of ${width} columns`}, and nothing says which columns these are.`,
    'Name them in that order as `predict.features` in mlops.yml, or write them into the model: `onnx.helper.set_model_props(model, {"features": json.dumps(names)})`.',
  );
}

/** An only input that takes one column; where it does not say, one that is called like a column. */
function isColumn({ name, shape }: Tensor, columns: readonly string[]): boolean {
  return shape.length === 0 ? columns.includes(name) : (shape[1] ?? (shape.length === 1 ? 1 : null)) === 1;
}

function parsed({ model }: Described, text: string): readonly string[] {
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
