import { deliveryOutputs, type InputSpecs, type OutputSpecs } from "@mlops-actions/runner";
import { project } from "../job/project-input.ts";

/** Everything that can be said to this action. What is compared, and when it is drift, stands in `mlops.yml`. */
export const inputs = {
  project,
  token: {
    description:
      "Token that reads versions and earlier checks and writes the issue. Needs `issues: write`, and `contents: write` where it may start a retrain.",
    as: "secret",
    default: `\${{ github.token }}`,
  },
  trusted: {
    description:
      "Let the commands under `fetch` run in a job whose token can write. They are those of the default branch.",
    as: "flag",
    default: "false",
  },
} as const satisfies InputSpecs;

/** What it puts out beside what every stage does. */
export const driftOutputs = {
  severity: {
    description: "`drift`: `quiet`, `unclear`, `warn` or `severe`; empty where nothing could be compared",
  },
  issue: { description: "`drift`: the address of the issue, where there is one" },
  retrain: { description: "`drift`: `true` where a retrain was started" },
} as const satisfies OutputSpecs;

export const outputs = { ...driftOutputs, ...deliveryOutputs } satisfies OutputSpecs;
