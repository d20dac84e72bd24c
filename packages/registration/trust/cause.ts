import { type Evidence, evidenceOf, type Project } from "@mlops-actions/core";
import { z } from "zod";
import type { Details } from "../details.ts";

const finding = z.looseObject({ name: z.string(), severity: z.string() });
const shape = evidenceOf(
  "drift",
  z.looseObject({
    version: z.looseObject({ number: z.string() }).nullable(),
    columns: z.array(finding),
    answers: z.array(finding),
    retrain: z.looseObject({ why: z.string() }),
  }),
);

/** The drift check that has asked for this training: why there is this model, and nothing that it is judged by. */
export type Cause = NonNullable<Details["cause"]> & { evidence: Evidence };

/** @returns `undefined` where no check of this model is among them that has measured something */
export function causeIn(
  upstream: readonly Evidence[],
  { model }: Pick<Project<unknown>, "model">,
): Cause | undefined {
  for (const evidence of upstream) {
    const { data } = shape.safeParse(evidence);
    if (data?.predicate.outcome.kind !== "measured" || data.predicate.project.model !== model) continue;
    const { version, columns, answers, retrain } = data.predicate.outcome.details;
    return {
      evidence,
      at: data.predicate.run.finished,
      run: data.predicate.run.github?.runId ?? null,
      version: version?.number ?? null,
      severe: [...columns, ...answers]
        .filter(({ severity }) => severity === "severe")
        .map(({ name }) => name),
      why: retrain.why,
    };
  }
  return undefined;
}
