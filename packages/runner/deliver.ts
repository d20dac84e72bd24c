import { createHash } from "node:crypto";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type Artifacts,
  type Checks,
  type Comments,
  conversationOf,
  type Document,
  type Evidence,
  type Inconclusive,
  outcomeOf,
} from "@mlops-actions/core";
import { type Annotation, annotate } from "./annotations.ts";
import { annotationsOf } from "./findings.ts";
import { type OutputSpecs, writeOutputs } from "./outputs.ts";
import { redactor } from "./redact.ts";
import { writeSummary } from "./summary.ts";

/** What every stage's action puts out. */
export const deliveryOutputs = {
  verdict: { description: "`pass`, `fail`, `inconclusive`, `error` or `not_applicable`" },
  title: { description: "The verdict in one line of at most 80 characters" },
  evidence: { description: "Path of the evidence, an in-toto statement in JSON" },
  "evidence-digest": { description: "SHA-256 of the evidence, for jobs that build on it" },
  report: { description: "Path of the report, one HTML page" },
} as const satisfies OutputSpecs;

/** A finished stage and everywhere it may speak. What is absent is not spoken to. */
export interface Delivery {
  evidence: Evidence;
  document: Document;
  /** What an inconclusive verdict does here. */
  inconclusive: Inconclusive;
  /** This run's place in time: an older run never speaks over a newer one. */
  order: { runId: number; attempt: number };
  /** The document as one sink shows it, within that sink's size. */
  render(sink: "comment" | "check" | "summary" | "page", from: { artifact: string | null }): string;
  /** A folder of this run's own; evidence and page stay there. */
  into: string;
  comments?: Comments | undefined;
  /** The check and the commit it stands beside. */
  checks?: { port: Checks; sha: string; name: string } | undefined;
  artifacts?: Pick<Artifacts, "upload"> | undefined;
  /** The environment, where a run speaks of several: each has an artifact of its own. */
  place?: string | undefined;
  /** Never to appear in anything that leaves. */
  secrets: readonly string[];
  environment: Readonly<Record<string, string | undefined>>;
}

/** The evidence as it is written, and by which digest other jobs know it. */
export function statementOf(
  evidence: Evidence,
  secrets: readonly string[],
): { text: string; digest: string } {
  const text = redactor(secrets)(`${JSON.stringify(evidence, null, 2)}\n`);
  return { text, digest: createHash("sha256").update(text).digest("hex") };
}

/**
 * Speaks: evidence and page as files and artifact, comment, check, summary, annotations, outputs. A sink that refuses (a fork's
 * token may not write) is named in a notice; the verdict and the exit code are never touched by it.
 * @returns the exit code
 */
export async function deliver(delivery: Delivery): Promise<number> {
  const { evidence, document, inconclusive, order } = delivery;
  const { model, stage } = document.key;
  const about = conversationOf(document.key);
  const key = `${about.model}:${about.stage}`;
  const redact = redactor(delivery.secrets);
  const outcome = outcomeOf(document.verdict, inconclusive);
  const silent: Annotation[] = [];
  const missed = (what: string, why: string) =>
    silent.push({
      level: "notice",
      title: `${what} was not written`,
      message: `${redact(why)}. The job's summary has the report.`,
    });

  const statement = statementOf(evidence, delivery.secrets);
  const files = {
    evidence: join(delivery.into, "evidence.json"),
    report: join(delivery.into, "report.html"),
  };
  await put(files.evidence, statement.text);
  await put(files.report, redact(delivery.render("page", { artifact: null })));

  let artifact: string | null = null;
  if (delivery.artifacts) {
    // A run keeps one artifact a name, over all of its attempts.
    const again = order.attempt > 1 ? `-${order.attempt}` : "";
    const place = delivery.place === undefined ? "" : `.${delivery.place}`;
    const name = `mlops-${stage}-${model}${place}${again}`;
    const sent = await delivery.artifacts.upload(name, Object.values(files), delivery.into);
    if (sent.kind === "uploaded") artifact = sent.url;
    else missed("The artifact", sent.why);
  }
  const rendered = (sink: "comment" | "check" | "summary") => {
    try {
      return redact(delivery.render(sink, { artifact }));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return `The report does not fit here: ${error.message}. The artifact of this run has it.`;
    }
  };

  // "Not affected" is said by the check alone; a comment on every pull request would be noise.
  if (delivery.comments && document.verdict !== "not_applicable") {
    const said = await delivery.comments.upsert({
      key,
      body: rendered("comment"),
      order,
    });
    if (said.kind === "refused") missed("The comment", said.why);
    if (said.kind === "superseded") missed("The comment", "a newer run has already reported");
  }
  if (delivery.checks) {
    const { port, sha, name } = delivery.checks;
    const said = await port.publish({
      name: redact(name),
      sha,
      conclusion: outcome.conclusion,
      title: redact(document.title),
      summary: rendered("check"),
      key,
      order,
    });
    if (said.kind === "refused") missed("The check", said.why);
    if (said.kind === "superseded") missed("The check", "a newer run has already reported");
  }
  const summarised = await writeSummary(rendered("summary"), delivery.environment);
  if (summarised.kind === "refused")
    silent.push({ level: "notice", title: "The summary was not written", message: redact(summarised.why) });

  annotate(
    [...annotationsOf(evidence, document.title, outcome), ...silent].map((one) => ({
      ...one,
      title: redact(one.title),
      message: redact(one.message),
    })),
  );
  writeOutputs(deliveryOutputs, {
    verdict: document.verdict,
    title: redact(document.title),
    evidence: files.evidence,
    "evidence-digest": statement.digest,
    report: files.report,
  });
  return outcome.exit;
}

// A reader never sees half a file, whatever ends this process.
async function put(file: string, text: string): Promise<void> {
  await mkdir(join(file, ".."), { recursive: true });
  await writeFile(`${file}.part`, text);
  await rename(`${file}.part`, file);
}
