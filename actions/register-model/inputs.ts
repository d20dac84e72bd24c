import { deliveryOutputs, type InputSpecs, type OutputSpecs } from "@mlops-actions/runner";
import { project } from "../job/project-input.ts";

/** Everything that can be said to this action. How versions are numbered stands in `mlops.yml`. */
export const inputs = {
  project,
  token: {
    description: "Token that writes the tag and the release. Needs `contents: write`.",
    as: "secret",
    default: `\${{ github.token }}`,
  },
  candidate: {
    description:
      "What `train` has put out, `<artifact>@sha256:<digest>`; or a folder that an earlier step has filled.",
    as: "text",
    required: true,
  },
  "evidence-digest": {
    description:
      "`needs.<job>.outputs.evidence-digest` of the job that has evaluated it: what no other job can write.",
    as: "text",
    required: true,
  },
} as const satisfies InputSpecs;

/** What it puts out beside what every stage does. */
export const versionOutputs = {
  version: { description: "The version's number, `1.4.0`; empty where nothing was registered" },
  tag: { description: "Its tag, `census-income@v1.4.0`" },
  record: { description: "The commit whose tree is the model's manifest" },
  how: { description: "`published`, `resumed` (another run had begun it) or `unchanged`" },
} as const satisfies OutputSpecs;

export const outputs = { ...versionOutputs, ...deliveryOutputs } satisfies OutputSpecs;
