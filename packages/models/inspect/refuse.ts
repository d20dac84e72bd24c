import { type ModelSource, shown, type UserError } from "@mlops-actions/core";
import { modelFault } from "../fault.ts";
import {
  type OnnxAttribute,
  type OnnxFunction,
  type OnnxGraph,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
  SPARSE,
} from "../onnx/model.ts";
import { constantIntegers } from "./known-values.ts";

// The runtime's own operators. `ai.onnx.training` and the layout domains of optimised models are none of a finished, portable model.
const DOMAINS = new Set(["", "ai.onnx", "ai.onnx.ml", "com.microsoft"]);

/** Operators that run what the file brings, instead of computing. */
const CODE: ReadonlySet<string> = new Set(["EPContext", "PyOp"]);

/** No constant that is made at run time may be larger: elements. */
const LARGEST_MADE = 2n ** 28n;

/** @throws UserError for a model that would reach outside its file, or be other than its bytes */
export function refuseHostile(model: ModelSource, found: OnnxModel): void {
  const local = new Set(found.functions.map(nameOf));
  const check = { model, local };
  if (found.graph !== undefined) checkGraph(check, found.graph);
  for (const one of found.functions) {
    for (const node of one.nodes) checkNode(check, node);
    for (const attribute of one.attributes) checkAttribute(check, attribute);
  }
  refuseRecursion(model, found.functions);
}

interface Check {
  model: ModelSource;
  local: ReadonlySet<string>;
}

function checkGraph(check: Check, graph: OnnxGraph): void {
  for (const constant of graph.constants) checkTensor(check, constant);
  for (const { name, shape } of [...graph.inputs, ...graph.outputs]) {
    const sizes = (shape ?? []).filter((size) => size !== null);
    if (sizes.some((size) => size < 0n) || product(sizes) > LARGEST_MADE)
      throw impossible(check.model, `${shown(name)} is declared with the shape ${shapeText(sizes)}`);
  }
  const constants = constantIntegers(graph);
  for (const node of graph.nodes) {
    checkNode(check, node);
    const made = madeShape(node, constants);
    if (made !== undefined && (made.some((size) => size < 0n) || product(made) > LARGEST_MADE))
      throw impossible(check.model, `${called(node)} makes a tensor of the shape ${shapeText(made)}`);
  }
}

function checkNode(check: Check, node: OnnxNode): void {
  const { model, local } = check;
  if (CODE.has(node.operator) && !local.has(nameOf({ ...node, name: node.operator }))) {
    throw modelFault(
      "model-runs-code",
      model,
      `holds ${called(node)}, which runs code that the file brings.`,
      "Export the model again without it: only operators of ONNX itself are run.",
    );
  }
  if (!DOMAINS.has(node.domain) && !local.has(nameOf({ ...node, name: node.operator }))) {
    throw modelFault(
      "model-operator",
      model,
      `needs ${called(node)}, which is no operator of ONNX or onnxruntime.`,
      "Export it with operators of ONNX only, or predict with a command of your own (`predict.run`).",
    );
  }
  for (const attribute of node.attributes) checkAttribute(check, attribute);
}

function checkAttribute(check: Check, attribute: OnnxAttribute): void {
  for (const tensor of attribute.tensors) checkTensor(check, tensor);
  for (const graph of attribute.graphs) checkGraph(check, graph);
}

function checkTensor({ model }: Check, tensor: OnnxTensor): void {
  if (tensor.external !== undefined) {
    const where = tensor.external === "" ? "another file" : shown(tensor.external, 80);
    throw modelFault(
      "model-external-data",
      model,
      `keeps the weights ${shown(tensor.name)} in ${tensor.external.includes("_ORT_MEM_ADDR_") ? "an address of memory" : where}.`,
      "Save the weights inside the file: `onnx.save(onnx.load(path), path)` after loading them, or `torch.onnx.export(…, external_data=False)`.",
    );
  }
  if (tensor.dims.some((size) => size < 0n))
    throw impossible(model, `${shown(tensor.name)} has the shape ${shapeText(tensor.dims)}`);
  const elements = product(tensor.dims);
  if (elements > (tensor.type === SPARSE ? LARGEST_MADE : tensor.capacity))
    throw impossible(
      model,
      `${shown(tensor.name)} has the shape ${shapeText(tensor.dims)}, but the file has not so many values`,
    );
}

function madeShape(
  { operator, inputs, attributes }: OnnxNode,
  constants: ReadonlyMap<string, readonly bigint[]>,
): readonly bigint[] | undefined {
  if (operator === "ConstantOfShape") return constants.get(inputs[0] ?? "");
  if (operator === "Expand") return constants.get(inputs[1] ?? "");
  if (operator === "RandomNormal" || operator === "RandomUniform")
    return attributes.find(({ name }) => name === "shape")?.integers;
  return undefined;
}

function refuseRecursion(model: ModelSource, functions: readonly OnnxFunction[]): void {
  const callees = new Map(functions.map((one) => [nameOf(one), one.nodes.flatMap(calls)]));
  const done = new Set<string>();
  const open = new Set<string>();
  const visit = (name: string): void => {
    if (done.has(name) || !callees.has(name)) return;
    if (open.has(name)) {
      throw modelFault(
        "model-recursive",
        model,
        `has a function that calls itself: ${shown(name)}.`,
        "Export the model again: ONNX knows no recursion.",
      );
    }
    open.add(name);
    for (const callee of callees.get(name) ?? []) visit(callee);
    open.delete(name);
    done.add(name);
  };
  for (const name of callees.keys()) visit(name);
}

function calls(node: OnnxNode): string[] {
  const inner = node.attributes.flatMap(({ graphs }) =>
    graphs.flatMap(({ nodes }) => nodes.flatMap((one) => calls(one))),
  );
  return [nameOf({ ...node, name: node.operator }), ...inner];
}

function nameOf({ domain, name, overload }: { domain: string; name: string; overload: string }): string {
  return [domain, name, overload].filter((part) => part !== "").join("::");
}

function called({ operator, domain, name }: OnnxNode): string {
  const full = domain === "" ? operator : `${domain}.${operator}`;
  return name === "" ? `the operator ${shown(full)}` : `the operator ${shown(full)} (${shown(name)})`;
}

function impossible(model: ModelSource, what: string): UserError {
  return modelFault(
    "model-shape",
    model,
    `cannot be right: ${what}.`,
    "The file is damaged, or made to harm: export the model again.",
  );
}

function product(sizes: readonly bigint[]): bigint {
  return sizes.reduce((all, size) => all * size, 1n);
}

function shapeText(sizes: readonly bigint[]): string {
  const first = sizes.slice(0, 8).join("×");
  return sizes.length > 8 ? `${first}×…` : first;
}
