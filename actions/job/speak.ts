import { type Document, type Evidence, type Inconclusive, UserError } from "@mlops-actions/core";
import {
  githubArtifacts,
  githubChecks,
  githubComments,
  githubIssues,
  markerFacts,
} from "@mlops-actions/github";
import { LIMIT, quoted, renderHtml, renderMarkdown } from "@mlops-actions/report";
import { deliver, notify, redactor } from "@mlops-actions/runner";
import { folderIn, type Job, TOOL } from "./job.ts";

/** What a stage has to say, and where it may. */
export interface Said {
  evidence: Evidence;
  document: Document;
  /** What belongs below it: what an earlier stage of this run has found. */
  below?: readonly Document[] | undefined;
  inconclusive: Inconclusive;
  comment: boolean;
  check: boolean;
  /** Evidence and page as an artifact of the run. */
  artifact: boolean;
  /** The environment that it is about. */
  place?: string;
}

/** Says it wherever this job can: comment, check, summary, artifact, outputs. @returns the exit code */
export async function speak(job: Job, said: Said): Promise<number> {
  const { event, octokit, repo, links, order, at, environment } = job;
  const { evidence, document, below = [], inconclusive } = said;
  const sha = event.kind === "pull-request" ? event.head.sha : at.commit;
  const exit = await deliver({
    evidence,
    document,
    inconclusive,
    order,
    render: (sink) => rendered([document, ...below], sink, job),
    into: await folderIn(job, "report"),
    comments:
      said.comment && event.kind === "pull-request"
        ? githubComments({ octokit, repo, pullRequest: event.number })
        : undefined,
    checks: said.check
      ? { port: githubChecks({ octokit, repo }), sha, name: checkName(job, document.key.model) }
      : undefined,
    artifacts:
      said.artifact && environment.ACTIONS_RESULTS_URL
        ? githubArtifacts({ octokit, repo, runUrl: links.run })
        : undefined,
    place: said.place,
    secrets: job.secrets,
    environment,
  });
  await tellDrift(job, document, exit);
  return exit;
}

/**
 * What became of a retrain, where the drift that asked for it is told. Of a training that failed the evaluation speaks, of rows only what stops them; where
 * the version lives the next check sees.
 */
async function tellDrift(
  { event, octokit, repo, links, secrets }: Job,
  document: Document,
  exit: number,
): Promise<void> {
  const { model, stage } = document.key;
  if (event.kind !== "retrain" || event.model !== model || event.issue === null) return;
  if (!(stage === "evaluate" || stage === "register" || (stage === "validate" && exit !== 0))) return;
  const verdict = document.verdict.replaceAll("_", " ");
  const { title } = document;
  const text: Document = {
    ...document,
    blocks: [
      {
        kind: "text",
        text: [
          { strong: `Retrain, ${stage}: ${verdict}` },
          // Titles that begin with the verdict go on from it.
          ...quoted(title.startsWith(verdict) ? title.slice(verdict.length) : `. ${title}`),
          " (",
          { link: "run", target: { to: "run" } },
          ")",
        ],
      },
    ],
  };
  const body = redactor(secrets)(renderMarkdown(text, { limit: LIMIT.comment, links }));
  try {
    await githubIssues({ octokit, repo }).comment(event.issue, body);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    notify("notice", "The drift issue was not written", `${error.message}. Give this job \`issues: write\`.`);
  }
}

/**
 * The check of a model. A commit may be proposed to several branches, and the rules of another branch than the default one are not those that a
 * required check stands for.
 */
export function checkName({ event }: Pick<Job, "event">, model: string): string {
  const name = `mlops / ${model}`;
  if (event.kind !== "pull-request" || event.defaultBranch === null) return name;
  return event.base.ref === event.defaultBranch ? name : `${name} (into ${event.base.ref})`;
}

function rendered(
  documents: readonly [Document, ...Document[]],
  sink: "comment" | "check" | "summary" | "page",
  { links, order }: Job,
): string {
  const [{ key, title }] = documents;
  if (sink === "page") return renderHtml(documents, { title: `${key.model}: ${title}`, links, footer: TOOL });
  // The marker counts towards the size of the comment.
  return renderMarkdown(documents, {
    limit: LIMIT[sink],
    links,
    ...(sink === "comment" && { marker: markerFacts(order) }),
  });
}
