import { deliveryOutputs, type InputSpecs, type OutputSpecs } from "@mlops-actions/runner";
import { project } from "../job/project-input.ts";

/** Everything that can be said to this action. How a rollout goes stands in `mlops.yml`. */
export const inputs = {
  project,
  token: {
    description:
      "Token that keeps the record. Needs `contents: write` (the environment's tag), `deployments: write`, `actions: read`; where approval is by comment `issues: read`, `pull-requests: read`.",
    as: "secret",
    default: `\${{ github.token }}`,
  },
  environment: {
    description: "Where to: a key of `deploy` in `mlops.yml`, such as `production`.",
    as: "text",
    required: true,
  },
  mode: {
    description:
      "`start` begins the rollout of a version, or goes on with it. `tick` goes on with what is under way and begins nothing. `rollback` ends what is under way, else brings the version before back; it waits for nobody.",
    as: "text",
    default: "start",
  },
  version: {
    description:
      "`start`: a number, `1.4.0`; default: the newest. `rollback`: to which; default: the one before.",
    as: "text",
  },
  watch: {
    description: "How long this job goes on ticking by itself, `45 min`. Default: one step.",
    as: "text",
  },
  again: {
    description: "`start`: begin although this version was rolled back here before.",
    as: "flag",
    default: "false",
  },
} as const satisfies InputSpecs;

/** What it puts out beside what every stage does. */
export const deployOutputs = {
  version: { description: "The version that the step was about; empty where nothing was under way" },
  state: {
    description: "`live`, `unchanged`, `waiting`, `rolling`, `harm`, `ended`, `cleared` or `none`",
  },
  share: { description: "The version's share of the requests after the step, `0.25`; empty without traffic" },
  live: { description: "What lives in the environment now" },
} as const satisfies OutputSpecs;

export const outputs = { ...deployOutputs, ...deliveryOutputs } satisfies OutputSpecs;
