import { UserError } from "@mlops-actions/core";
import { writablePermissions } from "@mlops-actions/github";
import { type Inputs, writeOutputs } from "@mlops-actions/runner";
import { gate } from "../evaluate-gate/gate.ts";
import { type Environment, openJob } from "../job/job.ts";
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
  "train, evaluate",
  "fork-report",
] as const;
type Sequence = (typeof SEQUENCES)[number];

/** Runs stages in one step. @returns the exit code: of the first that does not end well, else of the last */
export async function runStages(told: Told, environment: Environment, entries: Entries): Promise<number> {
  const { project, token, candidate, baseline, evidenceDigest = "", changedOnly } = told;
  switch (sequenceOf(told.stages)) {
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
        { project, token, candidate, baseline, comment: true, check: true },
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
    case "train, evaluate": {
      await refuseBesideRights(told, environment);
      refuseOffReview(environment);
      const { exit, folder } = await trainHere(
        { project, changedOnly, trusted: told.trusted },
        environment,
        entries,
      );
      // What has failed to train is judged all the same: "could not judge" must be said where the verdict would have been.
      const judged = { project, token, candidate: folder, baseline, comment: true, check: true };
      const verdict = await gate(judged, environment, entries.child);
      return exit === 0 ? verdict : exit;
    }
  }
}

/** @throws UserError `input` */
function sequenceOf(stages: readonly string[]): Sequence {
  const asked = stages.join(", ");
  const found = SEQUENCES.find((one) => one === asked);
  if (found !== undefined) return found;
  const both = stages.includes("train") && stages.includes("register");
  throw new UserError(
    "input",
    both ? "`train` and `register` cannot stand in one step" : `\`stages\` is ${JSON.stringify(asked)}`,
    {
      remedy: both
        ? "what runs a project's code must not hold the rights that registering needs: give each a job of its own, as `model-release.yml` does"
        : `write one of ${SEQUENCES.map((one) => `\`${one}\``).join("; ")}`,
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
async function refuseBesideRights({ trusted, token }: Told, environment: Environment): Promise<void> {
  if (trusted) return;
  const { octokit, repo } = await openJob(environment, token);
  const writable = await writablePermissions(octokit, repo);
  if (writable.length === 0) return;
  throw new UserError(
    "code-beside-rights",
    `The project's own code would run in a job whose token can write ${writable.join(", ")}`,
    {
      remedy:
        "train in a job of its own with `permissions: { contents: read }` and hand `candidate` over, or say `trusted: true`",
    },
  );
}
