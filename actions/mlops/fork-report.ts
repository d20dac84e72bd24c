import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Evidence, evidenceOf, UserError } from "@mlops-actions/core";
import { type Details, details, evaluate } from "@mlops-actions/evaluation";
import { workingTree } from "@mlops-actions/git";
import { type Event, githubArtifacts, githubComments, markerFacts, proposalsOf } from "@mlops-actions/github";
import { projectsOf } from "@mlops-actions/project";
import { LIMIT, type MarkdownOptions, renderMarkdown } from "@mlops-actions/report";
import { defuse, notify } from "@mlops-actions/runner";
import { type Environment, folderIn, type Job, openJob } from "../job/job.ts";
import { claimed } from "./claimed.ts";

type Ended = Extract<Event, { kind: "workflow-run" }>;

const evaluation = evidenceOf("evaluate", details);
// Ours has some 50 kB, with its page beside it.
const MAX_ARCHIVE_BYTES = 20_000_000;
const MAX_EVIDENCE_BYTES = 2_000_000;

/**
 * Says on a fork's pull request what the run of its own has measured, which may not speak for itself. Everything in it is a stranger's claim and
 * said to be one; nothing of the fork is checked out or run, and no check is written.
 * @returns the exit code
 */
export async function forkReport(token: string, environment: Environment): Promise<number> {
  const job = await openJob(environment, token);
  const { event, octokit, repo } = job;
  if (event.kind !== "workflow-run")
    throw new UserError("input", "`fork-report` speaks of a run that has ended, on `workflow_run`", {
      remedy: "use it as `fork-reports.yml` does",
    });
  const say = (line: string) => void process.stdout.write(`${defuse(line).replaceAll("\n", " ")}\n`);
  const { sha, branch, repository } = event.head;
  if (event.event !== "pull_request" || repository?.id === event.repositoryId) {
    say("that run was no fork's: it has spoken for itself");
    return 0;
  }
  const open = repository && branch ? await proposalsOf(job, { sha, branch, repository }) : [];
  const [pullRequest] = open;
  if (pullRequest === undefined || open.length > 1) {
    say(`${sha.slice(0, 7)} is the head of ${open.length} open pull requests: nothing is said`);
    return 0;
  }
  const order = { runId: event.runId, attempt: event.attempt };
  const comments = githubComments({ octokit, repo, pullRequest });
  const links = { ...job.links, run: new URL(String(event.runId), job.links.run).href };
  for (const { model } of await projectsOf(workingTree(job.root))) {
    const claim = await claimOf(job, event, model);
    const shown =
      "why" in claim
        ? claim
        : bodyOf(claim.evidence, { limit: LIMIT.comment, links, marker: markerFacts(order) });
    if ("why" in shown) {
      say(`${model}: ${shown.why}`);
      continue;
    }
    const said = await comments.upsert({ key: `${model}:evaluate`, body: shown.body, order });
    if (said.kind === "refused") notify("warning", "The comment was not written", defuse(said.why));
    say(`${model}: ${said.kind}`);
  }
  return 0;
}

/** What that run has put out about a model of ours. */
async function claimOf(
  job: Job,
  ended: Ended,
  model: string,
): Promise<{ evidence: Evidence<Details> } | { why: string }> {
  const { octokit, repo, links } = job;
  const artifacts = githubArtifacts({ octokit, repo, runUrl: links.run });
  const name = `mlops-evaluate-${model}${ended.attempt > 1 ? `-${ended.attempt}` : ""}`;
  // The name is anybody's to take; which run has uploaded it is GitHub's own record.
  const artifact = (await artifacts.find(name)).find(({ run }) => run.id === ended.runId);
  if (artifact === undefined) return { why: "that run says nothing of it" };
  if (artifact.size > MAX_ARCHIVE_BYTES) return { why: `its artifact has ${artifact.size} bytes` };
  const into = join(await folderIn(job, "claims"), String(artifact.id));
  const files = await artifacts.download(artifact, into).catch((error: unknown) => {
    // What is wrong with the artifact is the fork's business, what is wrong with GitHub is ours.
    if (error instanceof UserError && !error.code.startsWith("github-")) return error.message;
    throw error;
  });
  if (typeof files === "string") return { why: files };
  const file = files.get("evidence.json");
  if (file === undefined || (await stat(file)).size > MAX_EVIDENCE_BYTES)
    return { why: "its artifact holds no evidence of a readable size" };
  const evidence = readClaim(await readFile(file, "utf8"));
  if (evidence === undefined) return { why: "its evidence is not readable as one of an evaluation" };
  const { project, run } = evidence.predicate;
  return project.model === model && run.commit === ended.head.sha
    ? { evidence }
    : { why: "its evidence is about something else" };
}

/** As a comment that says whose it is. A stranger's numbers may not fit together, or fill more than there is room for. */
function bodyOf(evidence: Evidence<Details>, options: MarkdownOptions): { body: string } | { why: string } {
  try {
    return { body: renderMarkdown(claimed(evaluate.document(evidence)), options) };
  } catch (error) {
    return { why: `its evidence cannot be shown: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function readClaim(text: string): Evidence<Details> | undefined {
  try {
    const read = evaluation.safeParse(JSON.parse(text));
    return read.success ? read.data : undefined;
  } catch {
    return undefined;
  }
}
