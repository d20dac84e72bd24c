import { type Field, readFields } from "./fields.ts";

// What we look at of onnx.proto (https://github.com/onnx/onnx, IR version 13). Weights stay where they are in the file's bytes.

export interface OnnxTensor {
  name: string;
  dims: readonly bigint[];
  type: number;
  /** More elements than this are not in the file. */
  capacity: bigint;
  /** Where its bytes lie, if not in this file. */
  external: string | undefined;
  raw: Uint8Array | undefined;
  integers: readonly bigint[];
  texts: readonly string[];
}

export interface OnnxAttribute {
  name: string;
  integers: readonly bigint[];
  texts: readonly string[];
  tensors: readonly OnnxTensor[];
  graphs: readonly OnnxGraph[];
}

export interface OnnxNode {
  name: string;
  domain: string;
  operator: string;
  overload: string;
  inputs: readonly string[];
  outputs: readonly string[];
  attributes: readonly OnnxAttribute[];
}

export interface OnnxValue {
  name: string;
  /** What it is: a tensor of an element type and a shape, or something else that is named. */
  kind: "tensor" | "sequence" | "map" | "sparse tensor" | "optional" | "untyped";
  element: number;
  /** `null` for a size left open; absent where the model does not say. */
  shape: readonly (bigint | null)[] | undefined;
}

export interface OnnxGraph {
  nodes: readonly OnnxNode[];
  constants: readonly OnnxTensor[];
  inputs: readonly OnnxValue[];
  outputs: readonly OnnxValue[];
}

export interface OnnxFunction {
  domain: string;
  name: string;
  overload: string;
  nodes: readonly OnnxNode[];
  attributes: readonly OnnxAttribute[];
}

export interface OnnxModel {
  irVersion: number;
  producer: string;
  opsets: readonly { domain: string; version: number }[];
  graph: OnnxGraph | undefined;
  metadata: Readonly<Record<string, string>>;
  functions: readonly OnnxFunction[];
}

/** Longer lists are weights, never names of classes or a shape. */
const LONGEST_LIST = 100_000;

/** @throws Damaged for bytes that are no protobuf message, or one that readers understand differently */
export function readModel(bytes: Uint8Array): OnnxModel {
  const producer = { name: "", version: "" };
  const opsets: { domain: string; version: number }[] = [];
  const metadata = new Map<string, string>();
  const functions: OnnxFunction[] = [];
  let irVersion = 0;
  let graph: OnnxGraph | undefined;
  readFields(bytes, (field) => {
    if (field.number === 1) irVersion = Number(field.once().integer());
    else if (field.number === 2) producer.name = field.once().text();
    else if (field.number === 3) producer.version = field.once().text();
    else if (field.number === 7) graph = readGraph(field.once());
    else if (field.number === 8) opsets.push(readOpset(field));
    else if (field.number === 14) {
      const { key, value } = readEntry(field);
      metadata.set(key, value);
    } else if (field.number === 25) functions.push(readFunction(field));
  });
  return {
    irVersion,
    producer: [producer.name, producer.version].filter((part) => part !== "").join(" "),
    opsets,
    graph,
    metadata: Object.fromEntries(metadata),
    functions,
  };
}

function readOpset(of: Field) {
  const opset = { domain: "", version: 0 };
  of.message((field) => {
    if (field.number === 1) opset.domain = field.once().text();
    else if (field.number === 2) opset.version = Number(field.once().integer());
  });
  return opset;
}

function readEntry(of: Field) {
  const entry = { key: "", value: "" };
  of.message((field) => {
    if (field.number === 1) entry.key = field.once().text();
    else if (field.number === 2) entry.value = field.once().text();
  });
  return entry;
}

function readGraph(of: Field): OnnxGraph {
  const nodes: OnnxNode[] = [];
  const constants: OnnxTensor[] = [];
  const inputs: OnnxValue[] = [];
  const outputs: OnnxValue[] = [];
  of.message((field) => {
    if (field.number === 1) nodes.push(readNode(field));
    else if (field.number === 5) constants.push(readTensor(field));
    else if (field.number === 11) inputs.push(readValue(field));
    else if (field.number === 12) outputs.push(readValue(field));
    else if (field.number === 15) constants.push(...readSparse(field));
  });
  return { nodes, constants, inputs, outputs };
}

function readFunction(of: Field): OnnxFunction {
  const found = { domain: "", name: "", overload: "" };
  const nodes: OnnxNode[] = [];
  const attributes: OnnxAttribute[] = [];
  of.message((field) => {
    if (field.number === 1) found.name = field.once().text();
    else if (field.number === 7) nodes.push(readNode(field));
    else if (field.number === 10) found.domain = field.once().text();
    else if (field.number === 11) attributes.push(readAttribute(field));
    else if (field.number === 13) found.overload = field.once().text();
  });
  return { ...found, nodes, attributes };
}

function readNode(of: Field): OnnxNode {
  const found = { name: "", domain: "", operator: "", overload: "" };
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes: OnnxAttribute[] = [];
  of.message((field) => {
    if (field.number === 1) inputs.push(field.text());
    else if (field.number === 2) outputs.push(field.text());
    else if (field.number === 3) found.name = field.once().text();
    else if (field.number === 4) found.operator = field.once().text();
    else if (field.number === 5) attributes.push(readAttribute(field));
    else if (field.number === 7) found.domain = field.once().text();
    else if (field.number === 8) found.overload = field.once().text();
  });
  return { ...found, inputs, outputs, attributes };
}

function readAttribute(of: Field): OnnxAttribute {
  let name = "";
  const integers: bigint[] = [];
  const texts: string[] = [];
  const tensors: OnnxTensor[] = [];
  const graphs: OnnxGraph[] = [];
  of.message((field) => {
    if (field.number === 1) name = field.once().text();
    else if (field.number === 3) integers.push(field.once().integer());
    else if (field.number === 4) texts.push(field.once().text());
    else if (field.number === 5) tensors.push(readTensor(field.once()));
    else if (field.number === 6) graphs.push(readGraph(field.once()));
    else if (field.number === 8) field.integers(integers, LONGEST_LIST);
    else if (field.number === 9) texts.push(field.text());
    else if (field.number === 10) tensors.push(readTensor(field));
    else if (field.number === 11) graphs.push(readGraph(field));
    else if (field.number === 22) tensors.push(...readSparse(field.once()));
    else if (field.number === 23) tensors.push(...readSparse(field));
  });
  return { name, integers, texts, tensors, graphs };
}

/** Values and indices; the dense size of a sparse tensor is checked like one that is all there. */
function readSparse(of: Field): OnnxTensor[] {
  const parts: OnnxTensor[] = [];
  const dims: bigint[] = [];
  of.message((field) => {
    if (field.number === 1 || field.number === 2) parts.push(readTensor(field.once()));
    else if (field.number === 3) field.integers(dims, LONGEST_LIST);
  });
  const name = parts[0]?.name ?? "";
  const none = { capacity: 0n, external: undefined, raw: undefined, integers: [], texts: [] };
  return [...parts, { ...none, name, dims, type: SPARSE }];
}

/** Not a type of ONNX: the dense form of a sparse tensor, which is never in the file. */
export const SPARSE = -1;

// Bits an element, by TensorProto.DataType; what is not here is taken for the smallest there is.
const BITS: Readonly<Record<number, bigint>> = {
  1: 32n,
  2: 8n,
  3: 8n,
  4: 16n,
  5: 16n,
  6: 32n,
  7: 64n,
  9: 8n,
  10: 16n,
  11: 64n,
  12: 32n,
  13: 64n,
  14: 64n,
  15: 128n,
  16: 16n,
  17: 8n,
  18: 8n,
  19: 8n,
  20: 8n,
};

function readTensor(of: Field): OnnxTensor {
  const found = { name: "", type: 0 };
  const dims: bigint[] = [];
  const integers: bigint[] = [];
  const texts: string[] = [];
  let raw: Uint8Array | undefined;
  let location: string | undefined;
  let isExternal = false;
  let elements = 0n;
  of.message((field) => {
    switch (field.number) {
      case 1:
        field.integers(dims, LONGEST_LIST);
        return;
      case 2:
        found.type = Number(field.once().integer());
        return;
      case 6:
        elements += 1n;
        if (texts.length < LONGEST_LIST) texts.push(field.text());
        return;
      case 7:
        elements += BigInt(field.integers(integers, LONGEST_LIST));
        return;
      case 4:
      case 5:
      case 10:
      case 11:
        elements += BigInt(field.numbers());
        return;
      case 8:
        found.name = field.once().text();
        return;
      case 9:
        raw = field.once().bytes();
        return;
      case 13: {
        const { key, value } = readEntry(field);
        isExternal = true;
        if (key === "location") location = value;
        return;
      }
      case 14:
        isExternal ||= field.once().integer() !== 0n;
        return;
    }
  });
  const bits = BITS[found.type] ?? 2n;
  return {
    ...found,
    dims,
    capacity: elements + (BigInt(raw?.length ?? 0) * 8n) / bits,
    external: isExternal ? (location ?? "") : undefined,
    raw,
    integers,
    texts,
  };
}

const KINDS: Readonly<Record<number, OnnxValue["kind"]>> = {
  1: "tensor",
  4: "sequence",
  5: "map",
  8: "sparse tensor",
  9: "optional",
};

function readValue(of: Field): OnnxValue {
  let name = "";
  let kind: OnnxValue["kind"] = "untyped";
  let element = 0;
  let shape: (bigint | null)[] | undefined;
  of.message((field) => {
    if (field.number === 1) name = field.once().text();
    else if (field.number === 2)
      field.once().message((type) => {
        kind = KINDS[type.number] ?? kind;
        if (type.number !== 1) return;
        type.once().message((tensor) => {
          if (tensor.number === 1) element = Number(tensor.once().integer());
          else if (tensor.number === 2) shape = readShape(tensor.once());
        });
      });
  });
  return { name, kind, element, shape };
}

function readShape(of: Field): (bigint | null)[] {
  const shape: (bigint | null)[] = [];
  of.message((field) => {
    if (field.number !== 1) return;
    let size: bigint | null = null;
    field.message((dim) => {
      if (dim.number === 1) size = dim.once().integer();
    });
    shape.push(size);
  });
  return shape;
}
