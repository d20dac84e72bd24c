import { type Evidence, type Files, type Project, UserError } from "@mlops-actions/core";
import type { Section } from "../section.ts";
import type { Side } from "./side.ts";
import { sideOf, trainedBy } from "./trained.ts";
import { fromFile, fromPredictions } from "./written.ts";

/** The model of this change: as `mlops.yml` names it, else what `train` has made. */
export async function candidateOf(
  project: Project<Section>,
  upstream: readonly Evidence[],
  files: Files,
): Promise<Side> {
  const { candidate } = project.section;
  if (candidate !== undefined && "predictions" in candidate)
    return fromPredictions(project, "candidate", candidate);
  if (candidate !== undefined) return fromFile(project, "candidate", project.ownPredict);
  const [trained, ...others] = upstream.filter(
    ({ predicateType }) => predicateType === "https://mlops-actions.dev/train/v1",
  );
  if (others.length > 0)
    throw new UserError("two-candidates", `${others.length + 1} candidates were handed over`, {
      remedy: "hand over one: the output `candidate` of one train job",
    });
  if (trained === undefined)
    throw new UserError("no-candidate", "no candidate: see the train job", {
      remedy:
        "its log says why it has left no model; where it has left one, hand its output `candidate` over. At a terminal run `mlops-actions train` first. Without training name predictions or a model in `evaluate.candidate`",
    });
  const made = trainedBy(trained, project);
  if (!made.isTrained)
    throw new UserError(
      "no-candidate",
      "what was handed over as the candidate is a registered model's answers",
      {
        remedy: "hand the train job's output over as `candidate`, and the baseline job's as `baseline`",
      },
    );
  return sideOf(made, files, {
    name: "candidate",
    label: "the candidate",
    threshold: project.section.threshold,
  });
}
