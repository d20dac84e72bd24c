import type { Document, Inline, StageName, Verdict } from "@mlops-actions/core";

/** The words of the headline of an evaluation; `saidOf` knows the others'. */
export const SAID: Record<Verdict, string> = {
  pass: "pass",
  fail: "fail",
  inconclusive: "cannot tell",
  error: "could not judge",
  not_applicable: "not judged",
};

/** What a headline says: a stage that judges nothing cannot have failed to judge. */
export function saidOf(verdict: Verdict, stage: StageName): string {
  if (verdict !== "error") return SAID[verdict];
  if (stage === "train") return "could not train";
  return stage === "register" ? "not registered" : SAID.error;
}

/** Shape and colour of a verdict where pictures are allowed; always beside its word. */
export const SIGN: Record<Verdict, string> = {
  pass: "✅",
  fail: "❌",
  inconclusive: "🟡",
  error: "⛔",
  not_applicable: "⚪",
};

/** What a headline is about. The evaluation is what a reviewer expects and needs no name. */
export function aboutOf({ model, stage }: Document["key"]): string {
  const named: Record<StageName, string> = {
    evaluate: model,
    validate: `${model} data`,
    train: `${model} training`,
    register: `${model} release`,
    deploy: `${model} rollout`,
    drift: `${model} drift`,
  };
  return named[stage];
}

/** The text of inlines without any markup, for sinks and attributes that have none. */
export function plain(inlines: readonly Inline[]): string {
  return inlines
    .map((inline) => {
      if (typeof inline === "string") return inline;
      if ("code" in inline) return inline.code;
      return "strong" in inline ? inline.strong : inline.link;
    })
    .join("");
}
