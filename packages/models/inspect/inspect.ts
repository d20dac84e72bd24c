import {
  type InspectedModel,
  type ModelSource,
  shown,
  type Tensor,
  type UserError,
} from "@mlops-actions/core";
import { modelFault } from "../fault.ts";
import { Damaged } from "../onnx/fields.ts";
import { type OnnxGraph, type OnnxModel, type OnnxValue, readModel } from "../onnx/model.ts";
import { classesOf } from "./classes.ts";
import { contentOf } from "./content.ts";
import { type OpenFile, readModelFile } from "./file.ts";
import { refuseHostile } from "./refuse.ts";

/** TensorProto.DataType by number, as ONNX calls them. */
const ELEMENTS =
  "undefined float uint8 int8 uint16 int16 int32 int64 string bool float16 double uint32 uint64 complex64 complex128 bfloat16 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz uint4 int4 float4e2m1".split(
    " ",
  );

/** A model that may be run, and the very bytes that were looked at. */
export interface ReadModel {
  facts: InspectedModel;
  bytes: Uint8Array;
}

/** Reads a model and looks at it, before any runtime sees it. @throws UserError for what is no ONNX model, or a hostile one */
export async function inspectModel(open: OpenFile, model: ModelSource): Promise<ReadModel> {
  const { bytes, sha256 } = await readModelFile(open, model);
  const { found, graph } = parsed(model, bytes);
  refuseHostile(model, found);
  const constants = new Set(graph.constants.map(({ name }) => name));
  const facts: InspectedModel = {
    bytes: bytes.length,
    sha256,
    irVersion: found.irVersion,
    opsets: found.opsets,
    producer: found.producer,
    inputs: graph.inputs.filter(({ name }) => !constants.has(name)).map(described),
    outputs: graph.outputs.map(described),
    metadata: found.metadata,
    classes: classesOf(graph),
  };
  return { facts, bytes };
}

function parsed(model: ModelSource, bytes: Uint8Array): { found: OnnxModel; graph: OnnxGraph } {
  let found: OnnxModel;
  try {
    found = readModel(bytes);
  } catch (error) {
    if (error instanceof Damaged) throw notOnnx(model, bytes, error);
    throw error;
  }
  const { graph } = found;
  if (graph === undefined || graph.outputs.length === 0 || found.irVersion < 1 || found.opsets.length === 0)
    throw notOnnx(model, bytes);
  return { found, graph };
}

function notOnnx(model: ModelSource, bytes: Uint8Array, cause?: Damaged): UserError {
  const what = contentOf(bytes);
  if (what?.includes("pickle")) {
    return modelFault(
      "model-not-onnx",
      model,
      `is ${what}: loading it would run code that the file brings.`,
      "Export the model to ONNX (skl2onnx, onnxmltools, torch.onnx), or predict with a command of your own (`predict.run`).",
    );
  }
  if (what?.includes("Git LFS")) {
    return modelFault(
      "model-not-onnx",
      model,
      `is ${what}.`,
      "Fetch the real file first: `git lfs pull`, or `lfs: true` at actions/checkout.",
    );
  }
  if (what !== undefined) {
    return modelFault(
      "model-not-onnx",
      model,
      `is ${what === "empty" ? what : `${what}, not an ONNX model`}.`,
      "Export the model to ONNX (skl2onnx, onnxmltools, torch.onnx), or predict with a command of your own (`predict.run`).",
    );
  }
  // Every ONNX file that we know of begins with its IR version.
  const begins = bytes[0] === 0x08 && (bytes[1] ?? 0) < 64;
  return modelFault(
    "model-damaged",
    model,
    begins
      ? "begins as an ONNX model, but is cut off or damaged."
      : "is not an ONNX model, nor anything known.",
    "Check what writes or copies it, then export the model again.",
    cause,
  );
}

function described({ name, kind, element, shape }: OnnxValue): Tensor {
  const type = kind === "tensor" ? (ELEMENTS[element] ?? `type ${element}`) : kind;
  return { name, type, shape: (shape ?? []).map((size) => (size === null ? null : Number(size))) };
}

/** A name from a model as it may stand in a message. */
export function namesOf(tensors: readonly Tensor[]): string {
  return tensors.map(({ name, type }) => `${shown(name)} (${type})`).join(", ");
}
