import type { InputSpecs, OutputSpecs } from "@mlops-actions/runner";
import {
  inputs as dataValidateInputs,
  outputs as dataValidateOutputs,
} from "../actions/data-validate/inputs.ts";
import { inputs as deployInputs, outputs as deployOutputs } from "../actions/deploy-canary/inputs.ts";
import { inputs as driftInputs, outputs as driftOutputs } from "../actions/drift-check/inputs.ts";
import {
  inputs as evaluateGateInputs,
  outputs as evaluateGateOutputs,
} from "../actions/evaluate-gate/inputs.ts";
import { inputs as mlopsInputs, outputs as mlopsOutputs } from "../actions/mlops/inputs.ts";
import { inputs as registerInputs, outputs as registerOutputs } from "../actions/register-model/inputs.ts";
import { inputs as trainInputs, outputs as trainOutputs } from "../actions/train/inputs.ts";

/** One action as GitHub shows it. */
export interface Action {
  /** Where its `action.yml` lies, and its README. */
  folder: string;
  /** Where its source lies. */
  source: string;
  name: string;
  description: string;
  icon: string;
  /** The file in `dist/`, without its ending. */
  bundle: string;
  inputs: InputSpecs;
  outputs: OutputSpecs;
}

export const actions: readonly Action[] = [
  {
    folder: ".",
    source: "actions/mlops",
    name: "mlops-actions",
    description: "Model review where code review already happens: the stages of mlops.yml in one step",
    icon: "check-circle",
    bundle: "mlops",
    inputs: mlopsInputs,
    outputs: mlopsOutputs,
  },
  {
    folder: "actions/data-validate",
    source: "actions/data-validate",
    name: "mlops-actions: data-validate",
    description: "Checks the rows of a change by the rules of mlops.yml before anything is made of them",
    icon: "database",
    bundle: "data-validate",
    inputs: dataValidateInputs,
    outputs: dataValidateOutputs,
  },
  {
    folder: "actions/evaluate-gate",
    source: "actions/evaluate-gate",
    name: "mlops-actions: evaluate-gate",
    description: "Compares a candidate model with its baseline on the same rows and judges the difference",
    icon: "check-circle",
    bundle: "evaluate-gate",
    inputs: evaluateGateInputs,
    outputs: evaluateGateOutputs,
  },
  {
    folder: "actions/train",
    source: "actions/train",
    name: "mlops-actions: train",
    description:
      "Runs a project's training and keeps what it made as one candidate, with the evidence of how",
    icon: "cpu",
    bundle: "train",
    inputs: trainInputs,
    outputs: trainOutputs,
  },
  {
    folder: "actions/register-model",
    source: "actions/register-model",
    name: "mlops-actions: register-model",
    description:
      "Makes a version of a model that was trained and judged: a tag, and a release with its bytes",
    icon: "package",
    bundle: "register-model",
    inputs: registerInputs,
    outputs: registerOutputs,
  },
  {
    folder: "actions/deploy-canary",
    source: "actions/deploy-canary",
    name: "mlops-actions: deploy-canary",
    description:
      "Brings a version to an environment, in steps of traffic that end where it is worse than stable",
    icon: "trending-up",
    bundle: "deploy-canary",
    inputs: deployInputs,
    outputs: deployOutputs,
  },
  {
    folder: "actions/drift-check",
    source: "actions/drift-check",
    name: "mlops-actions: drift-check",
    description: "Compares what a model sees now with what it was made of, and keeps one issue about it",
    icon: "activity",
    bundle: "drift-check",
    inputs: driftInputs,
    outputs: driftOutputs,
  },
];
