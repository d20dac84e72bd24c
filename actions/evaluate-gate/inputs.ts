import { deliveryOutputs, type InputSpecs, type OutputSpecs } from "@mlops-actions/runner";
import { project } from "../job/project-input.ts";

/** Everything that can be said to this action. The rules themselves stand in `mlops.yml`. */
export const inputs = {
  project,
  token: {
    description: "Token that reads the base commit and writes the comment and the check.",
    as: "secret",
    default: `\${{ github.token }}`,
  },
  candidate: {
    description:
      "What the train job has made: its output `candidate`. Without it the candidate is the one that `mlops.yml` names.",
    as: "text",
  },
  baseline: {
    description:
      "What a job of its own has made with `stages: baseline`: its output `baseline`. Only for rules that compare with `base`, or with a version that is not ONNX.",
    as: "text",
  },
  validation: {
    description:
      "`needs.<job>.outputs.evidence-digest` of the job that has validated the rows: its findings are said in the same comment.",
    as: "text",
  },
  comment: {
    description: "Keep one comment on the pull request up to date. Needs `pull-requests: write`.",
    as: "flag",
    default: "true",
  },
  check: {
    description: "Publish the check `mlops / <model>` beside the commit. Needs `checks: write`.",
    as: "flag",
    default: "true",
  },
} as const satisfies InputSpecs;

export const outputs = deliveryOutputs satisfies OutputSpecs;
