import { deliveryOutputs, type InputSpecs, type OutputSpecs } from "@mlops-actions/runner";

/** Everything that can be said to the action of the repository's root. */
export const inputs = {
  stages: {
    description: "Stages to run, in order, separated by commas. Today there is `evaluate`.",
    as: "list",
    default: "evaluate",
  },
  project: {
    description: "Folder with the `mlops.yml`, from the repository's root.",
    as: "path",
    default: ".",
  },
  token: {
    description: "Token that reads the base commit and writes the comment and the check.",
    as: "secret",
    default: `\${{ github.token }}`,
  },
} as const satisfies InputSpecs;

export const outputs = deliveryOutputs satisfies OutputSpecs;
