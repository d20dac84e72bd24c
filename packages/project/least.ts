/** By section, as little as it may say: shown where it is missing. */
export const LEAST: Readonly<Record<string, string>> = {
  train: "train: { run: python train.py, outputs: { model: out/model.onnx } }",
  evaluate: "evaluate: { candidate: { predictions: new.csv }, baseline: { predictions: old.csv } }",
  register: "register: {}",
  deploy: "deploy: { production: {} }",
  drift: "drift: { current: logs/*.jsonl }",
};
