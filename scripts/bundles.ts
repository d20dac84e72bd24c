/**
 * What is built into `dist/`: name and source. A child process is an entry of its own, since the bundler does not follow
 * `new URL(…, import.meta.url)`.
 */
export const bundles = {
  mlops: "actions/mlops/main.ts",
  "data-validate": "actions/data-validate/main.ts",
  "evaluate-gate": "actions/evaluate-gate/main.ts",
  cli: "packages/cli/main.ts",
  supervisor: "packages/training/supervisor-main.ts",
  train: "actions/train/main.ts",
  "register-model": "actions/register-model/main.ts",
  "deploy-canary": "actions/deploy-canary/main.ts",
  "drift-check": "actions/drift-check/main.ts",
  "measuring-child": "packages/natives/child-main.ts",
  "serving-child": "packages/serving/child-main.ts",
} as const;

/** Folders that lie beside the bundle as they are: what `init` copies. */
export const beside = ["workflows-templates"] as const;
