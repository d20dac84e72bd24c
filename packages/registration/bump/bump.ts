import type { Manifest, ModelInterface, Tensor } from "@mlops-actions/core";

export type Part = "patch" | "minor" | "major";

export interface Bump {
  part: Part;
  /** In one sentence, without its full stop. */
  why: string;
}

/** A model, and the columns of the rows it was profiled on: where it does not say what it asks for, it asks for those. */
export interface Asked {
  manifest: Manifest;
  /** `age (number)`; `undefined` where nobody knows. */
  columns?: readonly string[] | undefined;
}

/** Which part of the number a model raises that comes after another: what breaks its users is major, what they cannot tell is patch. */
export function bumpOf(after: Asked, earlier: Asked): Bump {
  const [next, before] = [after.manifest, earlier.manifest];
  const broken = [
    ...(next.task === before.task ? [] : [`the task changed from ${before.task} to ${next.task}`]),
    ...changedInputs(after, earlier),
    ...changedClasses(next.interface, before.interface),
  ];
  if (broken.length > 0) return { part: "major", why: broken.join("; ") };
  if (!same(next.interface, before.interface))
    return { part: "minor", why: `its answers are read differently: ${changedKeys(next, before)}` };
  return next.training.code === before.training.code
    ? { part: "patch", why: "the same code and interface, trained again" }
    : { part: "minor", why: "the code changed, the interface did not" };
}

function changedInputs(after: Asked, earlier: Asked): string[] {
  const [next, before] = [after.manifest.interface, earlier.manifest.interface];
  if (next.by !== before.by)
    return [
      next.by === "onnx"
        ? "it is asked as ONNX and no longer by a command"
        : "it is asked by a command and no longer as ONNX",
    ];
  const changed = [
    ...listed(next.inputs?.map(asked), before.inputs?.map(asked)),
    ...listed(next.features, before.features),
    ...(isSilent(next) && isSilent(before) && after.columns !== undefined && earlier.columns !== undefined
      ? listed(after.columns, earlier.columns)
      : []),
  ];
  if (changed.length > 0) return [`inputs changed: ${changed.join(", ")}`];
  return same(next.features, before.features) ? [] : ["inputs changed: another order of the columns"];
}

function isSilent({ inputs, features }: ModelInterface): boolean {
  return inputs === undefined && features === undefined;
}

// Its first dimension is how many rows are asked at once: no property of a column.
function asked({ name, type, shape }: Tensor): string {
  const columns = shape.slice(1).map((size) => size ?? "any");
  return `${name} (${[type, ...columns].join(" × ")})`;
}

function changedClasses(next: ModelInterface, before: ModelInterface): string[] {
  const classes = listed(next.classes, before.classes);
  if (classes.length > 0) return [`classes changed: ${classes.join(", ")}`];
  if (!same(next.classes, before.classes)) return ["classes changed: another order"];
  return next.positive === before.positive
    ? []
    : [`the positive class changed from ${before.positive ?? "none"} to ${next.positive ?? "none"}`];
}

function listed(next: readonly string[] = [], before: readonly string[] = []): string[] {
  return [
    ...next.filter((name) => !before.includes(name)).map((name) => `+ ${name}`),
    ...before.filter((name) => !next.includes(name)).map((name) => `− ${name}`),
  ];
}

function changedKeys(next: Manifest, before: Manifest): string {
  const keys = ["outputs", "threshold", "inputs"] as const;
  return keys.filter((key) => !same(next.interface[key], before.interface[key])).join(", ");
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
