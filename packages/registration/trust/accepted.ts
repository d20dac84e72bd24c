import {
  combine,
  type Evidence,
  judge,
  type Manifest,
  type Project,
  type StageName,
  type Subject,
  UserError,
  type Verdict,
  worse,
} from "@mlops-actions/core";
import { type Cause, causeIn } from "./cause.ts";
import { type Evaluation, evaluation, type Training, training } from "./told.ts";

export const MANIFEST = "manifest.json";

/** What is known of a model that may be registered: who made it, and who judged it. */
export interface Accepted {
  train: Evidence;
  evaluate: Evidence;
  evaluation: Evaluation;
  /** What the training says of itself; `undefined` where this version cannot read it. */
  training: Training | undefined;
  judged: Extract<Evidence["predicate"]["outcome"], { kind: "measured" }>["judged"];
  verdict: "pass" | "inconclusive";
  /** The manifest that one made and the other judged. */
  manifest: Subject;
  /** Where drift has asked for the training. */
  cause: Cause | undefined;
}

/**
 * One statement of a training and one of an evaluation that are about the same model of this project, judged by rules that it did not
 * choose. Who wrote them is not to be seen in them: whoever passes them in has made sure of that.
 *
 * @throws UserError saying what does not fit and what to do
 */
export function accepted(
  upstream: readonly Evidence[],
  project: Pick<Project<unknown>, "model" | "path">,
  isFirst: boolean,
): Accepted {
  const train = only(upstream, "train");
  const evaluate = only(upstream, "evaluate");
  for (const statement of [train, evaluate]) ofThisProject(statement, project);
  sameTool(train, evaluate);
  const manifest = sameManifest(train, evaluate);
  const { outcome: made } = train.predicate;
  if (made.kind === "error" || made.verdict === "fail")
    throw new UserError("training-failed", `the training of ${project.model} ended in \`${made.verdict}\``, {
      remedy: "a version is made of a training that succeeded: see its report, then run it again",
    });
  const { outcome, policy } = evaluate.predicate;
  if (outcome.kind === "error")
    throw new UserError("not-judged", `the evaluation could not judge it: ${outcome.fault.message}`, {
      remedy:
        "what could not be judged is never registered: repair what the evaluation names and run it again",
    });
  const { verdict } = outcome;
  if (verdict !== "pass" && verdict !== "inconclusive")
    throw new UserError("not-passed", `the evaluation of this model ended in \`${verdict}\``, {
      remedy: "only what has passed is registered: see the evaluation's report for the conditions",
    });
  requireSound(verdict, outcome.judged);
  if (policy.from === "new-here" && !isFirst)
    throw new UserError(
      "own-judge",
      `the change that made this model brought the rules by which it was judged, and ${project.model} has versions already`,
      {
        remedy:
          "merge the rules first, then evaluate the model again: only a first version may bring its own",
      },
    );
  const read = evaluation.safeParse(outcome.details);
  if (!read.success)
    throw new UserError(
      "unreadable-evidence",
      "the evidence of the evaluation does not say what was measured",
      {
        remedy: "run the evaluation again with the version of mlops-actions that registers",
        cause: read.error,
      },
    );
  if (verdict === "inconclusive" && !isFirst && read.data.promote !== "allow")
    throw new UserError("not-decided", "the evaluation of this model is inconclusive", {
      remedy:
        "decide it with more test rows, or write `evaluate: { inconclusive: { promote: allow } }` in a change of its own and evaluate again",
    });
  return {
    train,
    evaluate,
    evaluation: read.data,
    training: training.safeParse(made.details).data,
    judged: outcome.judged,
    verdict,
    manifest,
    cause: causeIn(upstream, project),
  };
}

/** Judging is pure, so it can be done again from the estimates: a verdict better than they allow is no verdict. */
function requireSound(said: Verdict, judged: Accepted["judged"]): void {
  const again = combine(
    judged.map(({ contrast, estimate, verdict }) => {
      if (estimate !== undefined) return judge(contrast, estimate).verdict;
      return verdict === "not_applicable" ? verdict : "error";
    }),
  );
  if (again !== "not_applicable" && worse(said, again) === said) return;
  throw new UserError(
    "unsound-verdict",
    `the evidence says \`${said}\`, its own estimates say ${again === "not_applicable" ? "nothing" : `\`${again}\``}`,
    { remedy: "evaluate the model again, and find out who wrote this evidence" },
  );
}

function only(upstream: readonly Evidence[], stage: StageName): Evidence {
  const type = `https://mlops-actions.dev/${stage}/v1`;
  const [found, ...more] = upstream.filter(({ predicateType }) => predicateType === type);
  if (found !== undefined && more.length === 0) return found;
  throw new UserError(
    "evidence-count",
    `a version needs the evidence of exactly one \`${stage}\`, there ${found ? `are ${more.length + 1}` : "is none"}`,
    { remedy: `pass the evidence of the \`${stage}\` that this model comes from` },
  );
}

function ofThisProject(
  { predicateType, predicate }: Evidence,
  { model, path }: Pick<Project<unknown>, "model" | "path">,
): void {
  const of = predicate.project;
  if (of.model === model && of.path === path) return;
  throw new UserError(
    "other-project",
    `the evidence of \`${stageOf(predicateType)}\` is of ${of.model} in \`${of.path}\`, this project is ${model} in \`${path}\``,
    { remedy: "pass the evidence of this project's own jobs" },
  );
}

/** Statements of one major version of the tool mean the same by the same words; before 1.0 a minor version counts as one. */
function sameTool(train: Evidence, evaluate: Evidence): void {
  const [one, other] = [train.predicate.run.tool, evaluate.predicate.run.tool];
  const generation = (tool: string) =>
    /^(.*?)\s+v?(0\.\d+|[1-9]\d*)(\.|$)/.exec(tool)?.slice(1, 3).join(" ") ?? tool;
  if (generation(one) === generation(other)) return;
  throw new UserError("other-tool", `it was trained by ${one} and evaluated by ${other}`, {
    remedy: "run both jobs with one version of mlops-actions",
  });
}

function sameManifest(train: Evidence, evaluate: Evidence): Subject {
  const [made, judged] = [manifestOf(train), manifestOf(evaluate)];
  if (made.digest.sha256 === judged.digest.sha256) return made;
  throw new UserError(
    "other-model",
    `the training made ${made.digest.sha256}, the evaluation judged ${judged.digest.sha256}`,
    { remedy: "evaluate the very model that is registered: pass both jobs the same candidate" },
  );
}

function manifestOf({ predicateType, subject }: Evidence): Subject {
  const [found, ...more] = subject.filter(({ name }) => name === MANIFEST);
  if (found !== undefined && more.length === 0) return found;
  throw new UserError(
    "no-manifest",
    `the evidence of \`${stageOf(predicateType)}\` does not say which model it is about: it names ${more.length + (found ? 1 : 0)} files \`${MANIFEST}\``,
    {
      remedy: "predictions alone are no model: train one with the stage `train`, and evaluate that candidate",
    },
  );
}

function stageOf(predicateType: Evidence["predicateType"]): string {
  return predicateType.split("/").at(-2) ?? predicateType;
}

/** Holds the manifest against what was said about its files. @throws UserError naming both digests where they differ */
export function requireFiles({ train, evaluate }: Accepted, manifest: Pick<Manifest, "files">): void {
  for (const { name, sha256 } of manifest.files) {
    const made = train.subject.find((one) => one.name === name);
    if (made === undefined)
      throw new UserError(
        "file-unsaid",
        `the evidence of the training does not name \`${name}\`, the manifest does`,
        {
          remedy: "train the model again: its manifest and its evidence are of one run",
        },
      );
    for (const { digest } of [made, ...evaluate.subject.filter((one) => one.name === name)])
      if (digest.sha256 !== sha256)
        throw new UserError(
          "other-bytes",
          `\`${name}\` is ${sha256} in the manifest and ${digest.sha256} in the evidence`,
          { remedy: "register the candidate that was evaluated, unchanged" },
        );
  }
}
