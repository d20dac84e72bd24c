import type { Issue } from "@mlops-actions/core";
import type { Details } from "../details.ts";
import { counted, day } from "../wording/say.ts";

/** What is to be done about the one issue of a model. */
export type Plan =
  | { kind: "none" }
  /** Somebody knows of it: nothing is said until the cool-down is over, or it gets worse. */
  | { kind: "acknowledged"; until: Date }
  | { kind: "open" }
  | { kind: "update"; state?: "open" | "closed"; comment?: string };

/** An episode as it stands in the issue's first line, so that the next one has an issue of its own. */
export function episodeFact(began: string): string {
  return began.replaceAll(/[-:]/g, "").slice(0, 15);
}

/**
 * One issue an episode: opened when drift is severe, kept up to date, said in a comment only where its severity changes, closed when it is over. A person
 * who closes it has acknowledged what it said then.
 */
export function planOf(details: Details, issue: Issue | undefined, now: Date): Plan {
  const { severity, episode, ended, history } = details;
  const began = (episode ?? ended)?.began;
  const isOfThis = began !== undefined && issue?.facts.began === episodeFact(began);
  if (issue?.state === "open") {
    if (ended !== null) return { kind: "update", state: "closed", comment: over(details, ended) };
    if (episode === null && severity === "quiet")
      return {
        kind: "update",
        state: "closed",
        comment: "✅ over: this check is quiet, and those before it are not on record any more.",
      };
    const before = history[1]?.severity;
    const isChange =
      before !== undefined && before !== severity && (before === "severe" || severity === "severe");
    return {
      kind: "update",
      ...(isChange && { comment: `Now ${WORDS[severity]}, before ${WORDS[before]}.` }),
    };
  }
  if (severity !== "severe") return { kind: "none" };
  if (issue === undefined || issue.closed === null || !isOfThis) return { kind: "open" };
  return afterClosing(details, issue.closed, now);
}

/** What has been acknowledged is what the last check before the closing had found. */
function afterClosing(
  { history, issue, columns, answers }: Details,
  closed: NonNullable<Issue["closed"]>,
  now: Date,
): Plan {
  const then = Date.parse(closed.at);
  const known = history.find(({ at }) => Date.parse(at) <= then);
  const severe = [...columns, ...answers].filter((one) => one.severity === "severe").map(({ name }) => name);
  const added = severe.filter((name) => known === undefined || !known.severe.includes(name));
  const until = new Date(then + issue.coolDown * 1000);
  const why =
    known !== undefined && known.severity !== "severe"
      ? "it has become severe since it was closed"
      : added.length > 0
        ? `${counted(added.length, "column")} more ${added.length === 1 ? "has" : "have"} drifted severely since it was closed`
        : now >= until
          ? `it was closed on ${day(closed.at)}, and the drift is still there`
          : undefined;
  return why === undefined
    ? { kind: "acknowledged", until }
    : { kind: "update", state: "open", comment: `Opened again: ${why}.` };
}

const WORDS: Record<Details["severity"], string> = {
  quiet: "quiet",
  unclear: "not to be told",
  warn: "not severe any more",
  severe: "severe",
};

/** `✅ over: quiet since 27 Nov (3 checks). Open for 13 days; recovered by v1.5.0.` */
function over({ history, version }: Details, ended: NonNullable<Details["ended"]>): string {
  const days = Math.max(1, Math.round((Date.parse(ended.quietSince) - Date.parse(ended.began)) / 86_400_000));
  const first = history.find(({ at }) => at === ended.began)?.version ?? history.at(-1)?.version;
  const now = version?.number;
  const recovered = now !== undefined && first !== now ? `; recovered by \`v${now}\`` : "";
  return `✅ over: quiet since ${day(ended.quietSince)} (3 checks). Open for ${counted(days, "day")}${recovered}.`;
}
