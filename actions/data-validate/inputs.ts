import { deliveryOutputs, type InputSpecs, type OutputSpecs } from "@mlops-actions/runner";
import { inputs as ofGate } from "../evaluate-gate/inputs.ts";
import { project } from "../job/project-input.ts";

/** Everything that can be said to this action. The rules themselves stand in `mlops.yml`. */
export const inputs = {
  project,
  token: ofGate.token,
  comment: {
    description:
      "Say it in the comment on the pull request. Needs `pull-requests: write`. Where the model is evaluated as well, a pass is left to the evaluation to say.",
    as: "flag",
    default: "true",
  },
  check: {
    description:
      "Publish the check `mlops / <model>` beside the commit. Needs `checks: write`. Where the model is evaluated as well, only what stops the change.",
    as: "flag",
    default: "true",
  },
} as const satisfies InputSpecs;

export const outputs = deliveryOutputs satisfies OutputSpecs;
