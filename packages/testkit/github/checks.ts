import { mayRead, mayWrite } from "./access.ts";
import { application } from "./account.ts";
import { type Body, bodyOf, invalid, optionalText, text } from "./body.ts";
import { type App, type Box, nodeId, pageUrl, repositoryPath, repositoryUrl } from "./box.ts";
import { readCommit } from "./commit.ts";
import { page } from "./page.ts";
import { listedPull } from "./pull.ts";
import { notFound, Refusal } from "./refusal.ts";
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

/** `check-runs`: written by apps alone; annotations come in portions and add up. */
export function checks(app: App, box: Box): void {
  const at = `${repositoryPath(box)}/check-runs`;
  const mayCheck = (who: Token): Token => {
    if (who.app === undefined) throw new Refusal(403, "You must authenticate via a GitHub App.");
    return who;
  };
  const find = (id: string): CheckRun => {
    const run = box.checks.get(Number(id));
    if (run === undefined) throw notFound();
    return run;
  };

  app.post(at, async (c) => {
    const who = mayCheck(mayWrite(c, "checks"));
    const body = await bodyOf(c);
    const sha = text(body, "head_sha");
    if ((await readCommit(box, sha))?.sha !== sha) throw new Refusal(422, `No commit found for SHA: ${sha}`);
    const run: CheckRun = {
      id: box.nextId(),
      suite: suiteOf(box, sha, who),
      name: text(body, "name"),
      sha,
      externalId: "",
      detailsUrl: null,
      status: "queued",
      conclusion: null,
      startedAt: box.now(),
      completedAt: null,
      title: null,
      summary: null,
      text: null,
      annotations: [],
      app: who,
    };
    change(run, body, box.now());
    box.checks.set(run.id, run);
    return c.json(shown(box, run), 201);
  });

  app.patch(`${at}/:id{[0-9]+}`, async (c) => {
    const who = mayCheck(mayWrite(c, "checks"));
    const run = find(c.req.param("id"));
    if (run.app.app?.id !== who.app?.id)
      throw new Refusal(
        403,
        "Invalid app_id - check run can only be modified by the GitHub App that created it.",
      );
    change(run, await bodyOf(c), box.now());
    return c.json(shown(box, run));
  });

  app.get(`${at}/:id{[0-9]+}`, (c) => {
    mayRead(c, box, "checks");
    return c.json(shown(box, find(c.req.param("id"))));
  });

  app.get(`${at}/:id{[0-9]+}/annotations`, (c) => {
    mayRead(c, box, "checks");
    return c.json(page(c, find(c.req.param("id")).annotations));
  });

  app.get(`${repositoryPath(box)}/commits/:ref/check-runs`, async (c) => {
    mayRead(c, box, "checks");
    const commit = await readCommit(box, c.req.param("ref"));
    if (commit === undefined) throw new Refusal(422, `No commit found for SHA: ${c.req.param("ref")}`);
    const query = (name: string) => c.req.query(name);
    const found = [...box.checks.values()].filter(
      (run) =>
        run.sha === commit.sha &&
        (query("check_name") === undefined || run.name === query("check_name")) &&
        (query("status") === undefined || run.status === query("status")) &&
        (query("app_id") === undefined || String(run.app.app?.id) === query("app_id")),
    );
    // By default only the newest run of each name and suite.
    const isLatest = (run: CheckRun) =>
      !found.some(({ name, suite, id }) => name === run.name && suite === run.suite && id > run.id);
    const wanted = query("filter") === "all" ? found : found.filter(isLatest);
    wanted.sort((a, b) => b.id - a.id);
    return c.json({ total_count: wanted.length, check_runs: page(c, wanted).map((run) => shown(box, run)) });
  });
}

// All check runs of one app on one commit share a suite.
function suiteOf(box: Box, sha: string, who: Token): number {
  const same = [...box.checks.values()].find((run) => run.sha === sha && run.app.app?.id === who.app?.id);
  return same?.suite ?? box.nextId();
}

function change(run: CheckRun, body: Body, now: string): void {
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

function shown(box: Box, run: CheckRun) {
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
