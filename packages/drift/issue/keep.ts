import type { Document, Evidence, Fault, Issues } from "@mlops-actions/core";
import { LIMIT, type Links, markerOf, renderMarkdown } from "@mlops-actions/report";
import type { Details } from "../details.ts";
import { document } from "../document.ts";
import { moment } from "../wording/say.ts";
import { episodeFact, planOf } from "./plan.ts";

export interface Keeping {
  issues: Issues;
  links: Links;
  order: { runId: number; attempt: number };
  now: Date;
  /** Never to appear in anything that leaves. */
  redact(text: string): string;
}

/** What became of the issue, for the job's outputs. */
export interface Kept {
  url: string | null;
  said: "nothing" | "opened" | "updated" | "closed" | "acknowledged" | "superseded";
}

// The check's own failure has an issue of its own where there is none about drift.
const HEARTBEAT = "heartbeat";

/**
 * Keeps the one issue of a model up to date with what a check has found, and closes the one that says that the check does not run.
 * @throws UserError where GitHub does not take it: an alarm that nobody hears is none
 */
export async function keepIssue(evidence: Evidence<Details>, keeping: Keeping): Promise<Kept> {
  const { outcome, project } = evidence.predicate;
  if (outcome.kind === "error") throw new Error("A check that has failed has found nothing");
  const { model } = project;
  const { issues, order, now } = keeping;
  const { details } = outcome;
  await endHeartbeat(model, keeping);
  const issue = await issues.find(`${model}:drift`);
  if (issue !== undefined && isNewer(issue.facts, order)) return { url: issue.url, said: "superseded" };
  const plan = planOf(details, issue, now);
  const where = details.version?.environment;
  const title = `drift: ${model}${where == null ? "" : ` in ${where}`} — ${TITLE[details.severity]}`;
  const body = bodyOf(document(evidence, { isIssue: true }), details, keeping);
  if (plan.kind === "none") return { url: null, said: "nothing" };
  if (plan.kind === "acknowledged") return { url: issue?.url ?? null, said: "acknowledged" };
  if (plan.kind === "open") {
    const { labels, assign } = details.issue;
    const { url } = await issues.open({ key: `${model}:drift`, title, body, labels, assignees: assign });
    return { url, said: "opened" };
  }
  if (issue === undefined) throw new Error("There is no issue to update");
  for (const duplicate of issue.duplicates) {
    await issues.comment(duplicate, `The same as #${issue.number}.`);
    await issues.change(duplicate, { state: "closed" });
  }
  // Said before it is closed: who is told of the closing reads why.
  if (plan.comment !== undefined)
    await issues.comment(issue.number, `${plan.comment}\n\n<sub>${moment(now.toISOString())}</sub>`);
  await issues.change(issue.number, { title, body, ...(plan.state && { state: plan.state }) });
  return { url: issue.url, said: plan.state === "closed" ? "closed" : "updated" };
}

const TITLE: Record<Details["severity"], string> = {
  quiet: "quiet",
  unclear: "cannot tell",
  warn: "warning",
  severe: "severe",
};

function bodyOf(told: Document, details: Details, { links, order, redact }: Keeping): string {
  const began = (details.episode ?? details.ended)?.began;
  const marker = {
    run: String(order.runId),
    attempt: String(order.attempt),
    ...(began !== undefined && { began: episodeFact(began) }),
  };
  return redact(renderMarkdown(told, { limit: LIMIT.comment, links, marker }));
}

function isNewer(facts: Readonly<Record<string, string>>, { runId, attempt }: Keeping["order"]): boolean {
  const [run, tried] = [Number(facts.run ?? 0), Number(facts.attempt ?? 0)];
  return run > runId || (run === runId && tried > attempt);
}

/**
 * Says that the check itself has failed: in the open issue, else in one of its own, opened once.
 * @param since the last check that has measured something
 */
export async function sayFailure(
  { model, fault, since }: { model: string; fault: Fault; since: string | undefined },
  { issues, now, order, links, redact }: Keeping,
): Promise<Kept> {
  const last =
    since === undefined ? "no check has ever come to an end" : `the last one was on ${moment(since)}`;
  const notice: Document = {
    key: { model, stage: "drift" },
    verdict: "error",
    title: "",
    blocks: [
      {
        kind: "warning",
        text: [
          { strong: "The drift check is not running" },
          `: ${last}. `,
          { link: "Run", target: { to: "run" } },
        ],
      },
      { kind: "fault", fault },
    ],
  };
  const said = renderMarkdown(notice, { limit: LIMIT.comment, links });
  const open = await issues.find(`${model}:drift`);
  if (open?.state === "open") {
    if (isNewer(open.facts, order)) return { url: open.url, said: "superseded" };
    await issues.change(open.number, { body: redact(withNotice(open.body, said)) });
    return { url: open.url, said: "updated" };
  }
  const facts = { run: String(order.runId), attempt: String(order.attempt) };
  const marker = markerOf({ model, stage: HEARTBEAT }, facts);
  const body = redact(`${marker}\n\n${said}\n\n<sub>${moment(now.toISOString())}</sub>`);
  const own = await issues.find(`${model}:${HEARTBEAT}`);
  const title = `drift check of ${model} is not running`;
  if (own?.state === "open") {
    await issues.change(own.number, { title, body });
    return { url: own.url, said: "updated" };
  }
  const { url } = await issues.open({ key: `${model}:${HEARTBEAT}`, title, body, labels: [], assignees: [] });
  return { url, said: "opened" };
}

const NOTICE = { from: "<!-- failed -->", to: "<!-- /failed -->" };

/** The notice between the first line and what the last check has said; one that is there is replaced. */
function withNotice(body: string, notice: string): string {
  const [marker = "", ...rest] = body.split("\n");
  const kept = rest
    .join("\n")
    .replace(/<!-- failed -->[\s\S]*?<!-- \/failed -->\s*/, "")
    .trimStart();
  return `${marker}\n\n${NOTICE.from}\n${notice.trim()}\n${NOTICE.to}\n\n${kept}`;
}

async function endHeartbeat(model: string, { issues, now }: Keeping): Promise<void> {
  const own = await issues.find(`${model}:${HEARTBEAT}`);
  if (own?.state !== "open") return;
  await issues.comment(own.number, `✅ over: it runs again since ${moment(now.toISOString())}.`);
  await issues.change(own.number, { state: "closed" });
}
