import type { OnnxGraph, OnnxNode, OnnxValue } from "../onnx/model.ts";
import { constantsOf, textsOf } from "./known-values.ts";

const NAMES = new Set(["classlabels_strings", "classlabels_int64s", "classlabels_ints"]);
const FLOATS = new Set([1, 10, 11, 16]);

/**
 * The classes that a graph names, in the order of its scores: those nearest to the label, because an ensemble's members name their own.
 * `undefined` where it names none.
 */
export function classesOf(graph: OnnxGraph): readonly string[] | undefined {
  const isLabel = ({ kind, element }: OnnxValue) => kind === "tensor" && !FLOATS.has(element);
  const labels = graph.outputs.filter(isLabel);
  return nearest(graph, labels.length > 0 ? labels : graph.outputs);
}

function nearest(graph: OnnxGraph, outputs: readonly OnnxValue[]): readonly string[] | undefined {
  const constants = constantsOf(graph);
  const makers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const named = (node: OnnxNode): readonly string[] | undefined => {
    const list = node.attributes.find(
      ({ name, texts, integers }) => NAMES.has(name) && texts.length + integers.length > 0,
    );
    if (list !== undefined) return list.texts.length > 0 ? list.texts : list.integers.map(String);
    // scikit-learn's own converters look a label up in a constant.
    if (node.operator !== "ArrayFeatureExtractor" && node.operator !== "Gather") return undefined;
    const table = constants.get(node.inputs[0] ?? "");
    return table === undefined ? undefined : textsOf(table);
  };
  const seen = new Set<OnnxNode>();
  let level = outputs.map(({ name }) => name);
  while (level.length > 0) {
    const nodes = level
      .map((name) => makers.get(name))
      .filter((node) => node !== undefined && !seen.has(node));
    const next: string[] = [];
    for (const node of nodes as OnnxNode[]) {
      const classes = named(node);
      if (classes !== undefined && classes.length > 1) return classes;
      seen.add(node);
      next.push(...node.inputs);
    }
    level = next;
  }
  return undefined;
}
