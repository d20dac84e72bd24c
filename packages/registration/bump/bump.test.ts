import type { Manifest, ModelInterface } from "@mlops-actions/core";
import { expect, it } from "vitest";
import { bumpOf } from "./bump.ts";

const digest = (letter: string) => letter.repeat(64);
const age = { name: "age", type: "float", shape: [null, 1] };
const sex = { name: "sex", type: "string", shape: [null, 1] };
const onnx: ModelInterface = {
  by: "onnx",
  inputs: [age, sex],
  outputs: [{ name: "p", type: "float", shape: [null, 2] }],
  positive: "yes",
  threshold: 0.5,
};
const before: Manifest = {
  _type: "https://mlops-actions.dev/manifest/v1",
  model: "m",
  task: "binary",
  files: [{ role: "model", name: "model.onnx", size: 1, sha256: digest("a") }],
  interface: onnx,
  training: { commit: "1", code: digest("c"), inputs: digest("d"), data: [] },
};
const matrix: ModelInterface = {
  by: "onnx",
  inputs: [{ name: "x", type: "float", shape: [null, 2] }],
  features: ["age", "sex"],
};
const classes: ModelInterface = { by: "command", classes: ["a", "b", "c"] };
const having = (changed: ModelInterface): Manifest => ({ ...before, interface: changed });
const retrained = { ...before.training, commit: "2", inputs: digest("e") };

it.each<[string, Manifest, Manifest, "patch" | "minor" | "major", string]>([
  [
    "other bytes",
    before,
    { ...before, training: retrained },
    "patch",
    "the same code and interface, trained again",
  ],
  [
    "other code",
    before,
    { ...before, training: { ...retrained, code: digest("f") } },
    "minor",
    "the code changed, the interface did not",
  ],
  [
    "another threshold",
    before,
    having({ ...onnx, threshold: 0.4 }),
    "minor",
    "its answers are read differently: threshold",
  ],
  [
    "an output more",
    before,
    having({ ...onnx, outputs: [...(onnx.outputs ?? []), age] }),
    "minor",
    "its answers are read differently: outputs",
  ],
  [
    "a fixed number of rows",
    before,
    having({ ...onnx, inputs: [{ ...age, shape: [1, 1] }, sex] }),
    "minor",
    "its answers are read differently: inputs",
  ],
  [
    "an input less",
    before,
    having({ ...onnx, inputs: [age] }),
    "major",
    "inputs changed: − sex (string × 1)",
  ],
  [
    "an input of another type",
    before,
    having({ ...onnx, inputs: [{ ...age, type: "int64" }, sex] }),
    "major",
    "inputs changed: + age (int64 × 1), − age (float × 1)",
  ],
  [
    "a wider matrix",
    having(matrix),
    having({ ...matrix, features: ["age", "sex", "zip"] }),
    "major",
    "inputs changed: + zip",
  ],
  [
    "columns in another order",
    having(matrix),
    having({ ...matrix, features: ["sex", "age"] }),
    "major",
    "inputs changed: another order of the columns",
  ],
  [
    "another positive class",
    before,
    having({ ...onnx, positive: "no" }),
    "major",
    "the positive class changed from yes to no",
  ],
  [
    "a class more",
    having(classes),
    having({ ...classes, classes: ["a", "b", "c", "d"] }),
    "major",
    "classes changed: + d",
  ],
  [
    "classes in another order",
    having(classes),
    having({ ...classes, classes: ["b", "a", "c"] }),
    "major",
    "classes changed: another order",
  ],
  [
    "another task",
    before,
    { ...before, task: "multiclass" },
    "major",
    "the task changed from binary to multiclass",
  ],
  [
    "no ONNX any more",
    before,
    having({ by: "command", positive: "yes" }),
    "major",
    "it is asked by a command and no longer as ONNX",
  ],
])("%s", (_, old, next, part, why) => {
  expect(bumpOf({ manifest: next }, { manifest: old })).toEqual({ part, why });
});

it("goes by the columns of the data where the model does not say what it asks for", () => {
  const silent = having({ by: "command", positive: "yes" });
  const of = (manifest: Manifest, ...columns: string[]) => ({ manifest, columns });
  expect(bumpOf(of(silent, "age (number)", "zip (category)"), of(silent, "age (number)"))).toEqual({
    part: "major",
    why: "inputs changed: + zip (category)",
  });
  expect(bumpOf(of(silent, "age (number)"), of(silent, "age (number)")).part).toBe("patch");
  expect(bumpOf(of(silent, "age (number)"), { manifest: silent }).part).toBe("patch");
  // A model that names its inputs may leave columns of the data alone.
  expect(bumpOf(of(before, "age (number)", "zip (category)"), of(before, "age (number)")).part).toBe("patch");
});
