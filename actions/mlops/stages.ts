import { resolve } from "node:path";
import { type Place, UserError } from "@mlops-actions/core";
import { type Inputs, writeOutputs } from "@mlops-actions/runner";
import { askedToEnd, localLauncher } from "@mlops-actions/training";
import { type Validated, validateHere } from "../data-validate/validate.ts";
import { deployHere } from "../deploy-canary/deploy.ts";
import { checkHere } from "../drift-check/check.ts";
import { type Gate, gate } from "../evaluate-gate/gate.ts";
import { fetching } from "../job/fetching.ts";
import { type Environment, openJob } from "../job/job.ts";
import { refuseWritable } from "../job/writable.ts";
import { registerHere } from "../register-model/register.ts";
import type { Entries } from "../train/make.ts";
import { trainHere } from "../train/train.ts";
import { remake } from "./baseline.ts";
import { forkReport } from "./fork-report.ts";
import { baselineOutputs, type inputs, planOutputs } from "./inputs.ts";
import { plan } from "./plan.ts";

type Told = Inputs<typeof inputs>;

/** What may stand together in one step: nothing that runs a project's code beside what registers. */
const SEQUENCES = [
  "plan",
  "train",
  "baseline",
  "evaluate",
  "register",
  "deploy",
  "drift",
  "train, evaluate",
  "fork-report",
] as const;
type Sequence = (typeof SEQUENCES)[number];
/** What the rows may be checked before, in the same step. */
const VALIDATED = ["train", "evaluate", "train, evaluate"] as const satisfies readonly Sequence[];

/** Runs stages in one step. @returns the exit code: of the first that does not end well, else of the last */
export async function runStages(told: Told, environment: Environment, entries: Entries): Promise<number> {
  const { isValidated, rest } = sequenceOf(told.stages);
  if (!isValidated) return rest === undefined ? 0 : runSequence(rest, told, environment, entries);
  const { exit, evidence } = await validated(rest, told, environment, entries);
  // Nothing is trained or judged on rows that were refused.
  return exit !== 0 || rest === undefined
    ? exit
    : runSequence(rest, { ...told, validation: evidence ?? told.validation }, environment, entries);
}

/** Checks the rows first, all that would stop the later stages before anything is read. */
async function validated(
  rest: Sequence | undefined,
  told: Told,
  environment: Environment,
  entries: Entries,
): Promise<Validated> {
  const { project, token } = told;
  const runsCode = rest?.startsWith("train") ?? false;
  if (runsCode) await refuseBesideRights(told, environment);
  if (rest === "train, evaluate") refuseOffReview(environment);
  const fetch = (run: string, at: Place) => {
    const folder = resolve(environment.GITHUB_WORKSPACE ?? process.cwd(), project);
    const launcher = localLauncher({ entry: entries.supervisor });
    return fetching({ environment }, folder, launcher, askedToEnd(process))(run, at);
  };
  return validateHere(
    { project, token, comment: true, check: true, ...(runsCode && { fetch }) },
    environment,
    entries.child,
  );
}

type Handed = Omit<Told, "validation"> & { validation: Gate["validation"] };

async function runSequence(
  sequence: Sequence,
  told: Handed,
  environment: Environment,
  entries: Entries,
): Promise<number> {
  const { project, token, candidate, baseline, validation, evidenceDigest = "", changedOnly } = told;
  switch (sequence) {
    case "plan": {
      const { affected, candidates } = await plan(await openJob(environment, token));
      writeOutputs(planOutputs, {
        affected: JSON.stringify(affected),
        candidates: JSON.stringify(candidates),
      });
      return 0;
    }
    case "train":
      await refuseBesideRights(told, environment);
      return (await trainHere({ project, changedOnly, trusted: told.trusted }, environment, entries)).exit;
    case "baseline": {
      await refuseBesideRights(told, environment);
      const { exit, handle } = await remake(told, environment, entries);
      writeOutputs(baselineOutputs, { baseline: handle });
      return exit;
    }
    case "evaluate":
      return gate(
        { project, token, candidate, baseline, validation, comment: true, check: true },
        environment,
        entries.child,
      );
    case "register":
      return registerHere(
        { project, token, candidate: candidate ?? "", evidenceDigest },
        environment,
        entries.child,
      );
    case "fork-report":
      return forkReport(token, environment);
    case "deploy": {
      const { environment: name, mode, version, watch, again } = told;
      if (name === undefined)
        throw new UserError("input", "`stages: deploy` needs the input `environment`", {
          remedy: "name a key of `deploy` in `mlops.yml`, such as `production`",
        });
      return deployHere({ project, token, environment: name, mode, version, watch, again }, environment);
    }
    case "drift":
      return checkHere({ project, token, trusted: told.trusted }, environment, entries);
    case "train, evaluate": {
      await refuseBesideRights(told, environment);
      refuseOffReview(environment);
      const { exit, folder } = await trainHere(
        { project, changedOnly, trusted: told.trusted },
        environment,
        entries,
      );
      // What has failed to train is judged all the same: "could not judge" must be said where the verdict would have been.
      const judged = {
        project,
        token,
        candidate: folder,
        baseline,
        validation,
        comment: true,
        check: true,
      };
      const verdict = await gate(judged, environment, entries.child);
      return exit === 0 ? verdict : exit;
    }
  }
}

/** @throws UserError `input` */
function sequenceOf(stages: readonly string[]): { isValidated: boolean; rest: Sequence | undefined } {
  const asked = stages.join(", ");
  const found = SEQUENCES.find((one) => one === asked);
  if (found !== undefined) return { isValidated: false, rest: found };
  if (asked === "validate") return { isValidated: true, rest: undefined };
  const rest = VALIDATED.find((one) => `validate, ${one}` === asked);
  if (rest !== undefined) return { isValidated: true, rest };
  const both = stages.includes("train") && stages.includes("register");
  throw new UserError(
    "input",
    both ? "`train` and `register` cannot stand in one step" : `\`stages\` is ${JSON.stringify(asked)}`,
    {
      remedy: both
        ? "what runs a project's code must not hold the rights that registering needs: give each a job of its own, as `model-release.yml` does"
        : `write one of ${["validate", ...SEQUENCES, ...VALIDATED.map((one) => `validate, ${one}`)].map((one) => `\`${one}\``).join("; ")}`,
    },
  );
}

/** What is registered must have been judged by a job that ran no code of the project. @throws UserError `judged-beside-code` */
function refuseOffReview({ GITHUB_EVENT_NAME = "" }: Environment): void {
  if (GITHUB_EVENT_NAME === "pull_request") return;
  throw new UserError(
    "judged-beside-code",
    `\`train, evaluate\` in one step judges pull requests, and this is \`${GITHUB_EVENT_NAME}\``,
    {
      remedy:
        "on a branch, train and evaluate in jobs of their own, so that what is registered was judged apart",
    },
  );
}

/** @throws UserError `code-beside-rights` where a project's code would run in a job that can write */
async function refuseBesideRights(
  { trusted, token }: Pick<Told, "trusted" | "token">,
  environment: Environment,
): Promise<void> {
  if (trusted) return;
  await refuseWritable(await openJob(environment, token), {
    what: "The project's own code",
    remedy:
      "train in a job of its own with `permissions: { contents: read }` and hand `candidate` over, or say `trusted: true`",
  });
}
