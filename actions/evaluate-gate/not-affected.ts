import { gitSnapshot } from "@mlops-actions/git";
import { githubChecks } from "@mlops-actions/github";
import { affected, projectsOf } from "@mlops-actions/project";
import { deliveryOutputs, writeOutputs } from "@mlops-actions/runner";
import { baseOf } from "../job/base.ts";
import { folderIn, type Job } from "../job/job.ts";
import { checkName } from "../job/speak.ts";

const TITLE = "not affected by this change";

/**
 * Whether a pull request leaves a model alone, told from the two commits themselves: the job that would have trained it says nothing
 * here. @returns the model's name where it does
 */
export async function untouched(job: Job, project: string): Promise<string | undefined> {
  const base = await baseOf(job);
  if (base === undefined) return undefined;
  const head = gitSnapshot({ root: job.root, commit: job.at.commit, into: await folderIn(job, "head") });
  const folder = project.replaceAll("\\", "/").replace(/^\.\/|\/$/g, "") || ".";
  const own = (await projectsOf(head)).find((one) => one.folder === folder);
  if (own === undefined) return undefined;
  return (await affected({ base, head, folder })).length === 0 ? own.model : undefined;
}

/** The check that a required one waits for; no comment, which on every pull request would be noise. @returns the exit code */
export async function sayNotAffected(job: Job, model: string, check: boolean): Promise<number> {
  const { octokit, repo, event, at, order } = job;
  const sha = event.kind === "pull-request" ? event.head.sha : at.commit;
  if (check)
    await githubChecks({ octokit, repo }).publish({
      name: checkName(job, model),
      sha,
      conclusion: "success",
      title: TITLE,
      summary: `Nothing that \`${model}\` is made of or judged by differs from the base commit, so nothing was trained or compared.`,
      key: `${model}:evaluate`,
      order,
    });
  process.stdout.write(`${model}: ${TITLE}\n`);
  writeOutputs(deliveryOutputs, {
    verdict: "not_applicable",
    title: TITLE,
    evidence: undefined,
    "evidence-digest": undefined,
    report: undefined,
  });
  return 0;
}
