import { application } from "./account.ts";
import { type Body, invalid, optionalText, text } from "./body.ts";
import { type Box, nodeId, pageUrl, repositoryUrl } from "./box.ts";
import { listedPull } from "./pull.ts";
import type { Token } from "./token.ts";

export interface CheckRun {
  id: number;
  suite: number;
  name: string;
  sha: string;
  externalId: string;
  detailsUrl: string | null;
  status: string;
  conclusion: string | null;
  startedAt: string | null;
  completedAt: string | null;
  title: string | null;
  summary: string | null;
  text: string | null;
  annotations: Body[];
  app: Token;
}

const MAX_ANNOTATIONS = 50;
const MAX_TEXT = 65_535;
const MAX_TITLE = 255;
const STATUSES = ["queued", "in_progress", "completed", "waiting", "requested", "pending"];
const CONCLUSIONS = [
  "action_required",
  "cancelled",
  "failure",
  "neutral",
  "success",
  "skipped",
  "stale",
  "timed_out",
];

/** Takes over what a request says. Nothing is changed when any of it is refused. */
export function changeCheckRun(run: CheckRun, body: Body, now: string): void {
  const output = body.output as Body | undefined;
  const added = (output?.annotations ?? []) as Body[];
  const within = (value: string | undefined, limit: number) => {
    if (value !== undefined && value.length > limit)
      throw invalid(`Only ${limit} characters are allowed; ${value.length} were supplied.`);
    return value;
  };
  const known = (value: string | undefined, all: readonly string[], field: string) => {
    if (value !== undefined && !all.includes(value))
      throw invalid(`For 'properties/${field}', ${value} is not a member of ${JSON.stringify(all)}.`);
    return value;
  };
  if (added.length > MAX_ANNOTATIONS)
    throw invalid(`No more than ${MAX_ANNOTATIONS} items are allowed; ${added.length} were supplied.`);
  for (const annotation of added)
    for (const field of ["path", "start_line", "end_line", "annotation_level", "message"])
      if (annotation[field] === undefined) throw invalid(`"${field}" wasn't supplied.`);
  const title = output && within(output.title === undefined ? undefined : text(output, "title"), MAX_TITLE);
  const summary =
    output && within(output.summary === undefined ? undefined : text(output, "summary"), MAX_TEXT);
  const details = output && within(optionalText(output, "text"), MAX_TEXT);
  if (output !== undefined && run.summary === null && summary === undefined)
    throw invalid('"summary" wasn\'t supplied.');
  const conclusion = known(optionalText(body, "conclusion"), CONCLUSIONS, "conclusion");
  const status = known(optionalText(body, "status"), STATUSES, "status");
  if (status === "completed" && conclusion === undefined && run.conclusion === null)
    throw invalid('"conclusion" wasn\'t supplied.');

  run.name = optionalText(body, "name") ?? run.name;
  run.externalId = optionalText(body, "external_id") ?? run.externalId;
  run.detailsUrl = optionalText(body, "details_url") ?? run.detailsUrl;
  run.startedAt = optionalText(body, "started_at") ?? run.startedAt;
  run.status = conclusion === undefined ? (status ?? run.status) : "completed";
  run.conclusion = conclusion ?? (run.status === "completed" ? run.conclusion : null);
  run.completedAt =
    run.status === "completed" ? (optionalText(body, "completed_at") ?? run.completedAt ?? now) : null;
  run.title = title ?? run.title;
  run.summary = summary ?? run.summary;
  run.text = details ?? run.text;
  for (const annotation of added)
    run.annotations.push({
      title: null,
      raw_details: null,
      start_column: null,
      end_column: null,
      blob_href: "",
      ...annotation,
    });
}

export function shownCheckRun(box: Box, run: CheckRun) {
  const url = `${repositoryUrl(box)}/check-runs/${run.id}`;
  const html = pageUrl(box, `runs/${run.id}`);
  const pulls = [...box.pulls.values()].filter(({ head, state }) => head.sha === run.sha && state === "open");
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId("CheckRun", run.id),
    head_sha: run.sha,
    external_id: run.externalId,
    url,
    html_url: html,
    details_url: run.detailsUrl ?? html,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: {
      title: run.title,
      summary: run.summary,
      text: run.text,
      annotations_count: run.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: run.suite },
    app: application(box, run.app),
    pull_requests: pulls.map((pull) => {
      const { id, url, number, head, base } = listedPull(box, pull);
      const side = ({ ref, sha, repo }: typeof head) => ({
        ref,
        sha,
        repo: { id: repo.id, url: repo.url, name: repo.name },
      });
      return { id, url, number, head: side(head), base: side(base) };
    }),
  };
}
