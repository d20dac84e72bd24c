import { type InspectedModel, listed, type UserError } from "@mlops-actions/core";
import { modelFault } from "../fault.ts";
import type { Described } from "./described.ts";

/** Which class each column of a model's scores is about. */
export interface ClassOrder {
  columns: readonly string[];
  /** The column of a label that the model gives; `undefined` for one that it cannot mean. */
  indexOf(label: string): number | undefined;
}

/**
 * The order of the scores. A graph that names its classes must name the declared ones; 0, 1, 2 … are positions, not names, where the
 * classes are not called so. Binary: either order, since only the positive class is looked for.
 * @throws UserError `classes-differ`, `classes-permuted`
 */
export function classOrder({ model, task, classes }: Described, facts: InspectedModel): ClassOrder {
  const named = facts.classes;
  const positions = (named ?? classes).map((_, at) => String(at));
  const isDeclared = (name: string) => classes.some((one) => same(one, name));
  if (named === undefined || !named.some(isDeclared)) {
    const arePositions = named === undefined || named.every((name, at) => name === positions[at]);
    if (!arePositions || (named !== undefined && named.length !== classes.length))
      throw differ({ model, classes }, named ?? []);
    return { columns: classes, indexOf: (label) => found(classes, label) ?? found(positions, label) };
  }
  const isSameSet = named.length === classes.length && named.every(isDeclared);
  if (!isSameSet) throw differ({ model, classes }, named);
  if (task !== "binary" && !named.every((name, at) => same(name, classes[at] as string)))
    throw permuted({ model, classes }, `scores the classes in the order ${listed(named, 20)}`);
  return { columns: named, indexOf: (label) => found(named, label) };
}

export function permuted({ model, classes }: Pick<Described, "model" | "classes">, what: string): UserError {
  return modelFault(
    "classes-permuted",
    model,
    `${what}, but the declared order is ${listed(classes, 20)}.`,
    "Write `classes` under `data.label` in the order of the model's scores.",
  );
}

export function differ(
  { model, classes }: Pick<Described, "model" | "classes">,
  named: readonly string[],
): UserError {
  return modelFault(
    "classes-differ",
    model,
    `knows the classes ${listed(named, 20)}, but the declared ones are ${listed(classes, 20)}.`,
    "Train the model on the declared classes, or declare those that it knows under `data.label`.",
  );
}

function found(names: readonly string[], label: string): number | undefined {
  const at = names.findIndex((name) => same(name, label));
  return at === -1 ? undefined : at;
}

/** Python writes True where tables have true. */
export function same(one: string, other: string): boolean {
  return one === other || (/^(true|false)$/i.test(one) && one.toLowerCase() === other.toLowerCase());
}
