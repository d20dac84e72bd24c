import type { InputSpecs, OutputSpecs } from "@mlops-actions/runner";
import { deployOutputs, inputs as ofDeploy } from "../deploy-canary/inputs.ts";
import { driftOutputs } from "../drift-check/inputs.ts";
import { inputs as ofGate } from "../evaluate-gate/inputs.ts";
import { inputs as ofRegister, outputs as ofVersion } from "../register-model/inputs.ts";
import { candidateOutputs, inputs as ofTrain } from "../train/inputs.ts";

/** Everything that can be said to the action of the repository's root. */
export const inputs = {
  stages: {
    description:
      "What to do, in order, separated by commas: `plan` (which projects a change affects, and what was trained before its merge), `validate`, `train`, `baseline` (trains the base commit or asks the registered model again, where the rules compare with what only its own code can run), `evaluate`, `register`, `deploy`, `drift` (a cron's check, which keeps one issue), `fork-report` (what a fork's own run has measured, said as a claim).",
    as: "list",
    default: "evaluate",
  },
  project: ofGate.project,
  token: ofGate.token,
  candidate: ofGate.candidate,
  baseline: ofGate.baseline,
  validation: ofGate.validation,
  "evidence-digest": { description: ofRegister["evidence-digest"].description, as: "text" },
  "changed-only": ofTrain["changed-only"],
  environment: { description: `\`deploy\`: ${ofDeploy.environment.description}`, as: "text" },
  mode: { ...ofDeploy.mode, description: `\`deploy\`: ${ofDeploy.mode.description}` },
  version: { ...ofDeploy.version, description: `\`deploy\`: ${ofDeploy.version.description}` },
  watch: { ...ofDeploy.watch, description: `\`deploy\`: ${ofDeploy.watch.description}` },
  again: { ...ofDeploy.again, description: `\`deploy\`: ${ofDeploy.again.description}` },
  trusted: {
    description:
      "Let the project's own code run in a job whose token can write. The evidence records it. Better: a job of its own.",
    as: "flag",
    default: "false",
  },
} as const satisfies InputSpecs;

export const planOutputs = {
  affected: { description: "`plan`: folders of the affected projects, a JSON list for a matrix" },
  candidates: { description: "`plan`: after a merge, reviewed candidates by project, a JSON object" },
} as const satisfies OutputSpecs;

export const baselineOutputs = {
  baseline: {
    description:
      "`baseline`: `<artifact>@sha256:<digest>` of what was made, for the job that judges; empty where the rules need none",
  },
} as const satisfies OutputSpecs;

export const outputs = {
  ...planOutputs,
  ...baselineOutputs,
  ...candidateOutputs,
  ...deployOutputs,
  ...driftOutputs,
  ...ofVersion,
} satisfies OutputSpecs;
