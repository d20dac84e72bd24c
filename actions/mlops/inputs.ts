import type { InputSpecs } from "@mlops-actions/runner";
import { inputs as ofGate, outputs } from "../evaluate-gate/inputs.ts";

/** Everything that can be said to the action of the repository's root. */
export const inputs = {
  stages: {
    description: "Stages to run, in order, separated by commas. Today there is `evaluate`.",
    as: "list",
    default: "evaluate",
  },
  project: ofGate.project,
  token: ofGate.token,
} as const satisfies InputSpecs;

export { outputs };
