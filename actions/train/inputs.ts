import { deliveryOutputs, type InputSpecs, type OutputSpecs } from "@mlops-actions/runner";
import { project } from "../job/project-input.ts";

/** Everything that can be said to this action. It takes no token: a job that runs a project's code should hold none. */
export const inputs = {
  project,
  "changed-only": {
    description:
      "Train in a pull request only where it touches the model. Needs the base commit: `fetch-depth: 2` for the checkout.",
    as: "flag",
    default: "true",
  },
} as const satisfies InputSpecs;

/** What it puts out beside what every stage does. */
export const candidateOutputs = {
  candidate: {
    description:
      "`<artifact>@sha256:<digest>` of what was trained, for the jobs that judge and register it; empty without one",
  },
  "manifest-digest": { description: "SHA-256 of the model's manifest" },
} as const satisfies OutputSpecs;

export const outputs = { ...candidateOutputs, ...deliveryOutputs } satisfies OutputSpecs;
