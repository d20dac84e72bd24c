import type { Element } from "hast";
import { h } from "hastscript";
import type { Made } from "../release/make.ts";
import type { ReleasePart } from "../release/part.ts";
import { rollup } from "./check.ts";
import { type IconName, icon } from "./icon.ts";
import { issueId } from "./issue.ts";
import type { Proposed } from "./pull-request.ts";
import { idOf } from "./pull-request.ts";
import { rolloutId } from "./rollout.ts";

type Text = (Element | string)[];

/** Everything that happened, in its order, each a line: versions, pull requests, production, drift and back. */
export function loop(part: ReleasePart, repo: string): Element {
  const [first, second, third, retrained] = part.made;
  const [better] = part.merged;
  const number = (one: Proposed) => pull(repo, one);
  const broken = part.broken.review.number;
  return h("section.box", [
    h("div.list-head", [h("strong", "What happened"), h("span.muted", "in this order")]),
    h("ol.list", [
      line("version", [...version(first), " is trained on the first push to main, and goes live"]),
      line("pull-request", [
        h("strong", "Bad rows"),
        " are refused before anything is trained of them: ",
        ...number(part.stopped),
      ]),
      line("pull-request", [
        h("strong", `${part.reviewed.length} pull requests`),
        " are trained and compared with production: ",
        ...part.reviewed.flatMap((one, at) => [
          at === 0 ? "" : ", ",
          ...number(one),
          // The verdict without its numbers.
          ` ${one.review.checks[0]?.title.replace(/:.*/, "")}`,
        ]),
      ]),
      line("version", [
        ...version(second),
        ` is the model that was reviewed in #${better}: merged, registered, not trained again`,
      ]),
      line("live", [...took(second)]),
      line("version", [
        ...version(third),
        ` is better on the test rows, and merged as #${broken}: `,
        ...number(part.broken),
      ]),
      line("failure", [...took(third)]),
      line("issue", driftOf(part)),
      line("version", [...version(retrained), " has learned from who asks now, and passes the same gate"]),
      line("live", [...took(retrained)]),
      line("live", [h("strong", `Back to ${part.back.details.version}`), " by hand, in one run"]),
    ]),
  ]);
}

function version(made: Made | undefined): Text {
  const number = made?.version ?? "nothing";
  return [h("a", { href: `#census-model@v${number}` }, h("strong", number))];
}

/** What became of a version among those who asked. */
function took(made: Made | undefined): Text {
  if (made?.rollout === undefined) return ["nothing was rolled out"];
  const { version, state, counted } = made.rollout.details;
  const link = h("a", { href: `#${rolloutId(version ?? "")}` }, h("strong", `${version}`));
  const { stable, canary } = counted ?? { stable: NONE, canary: NONE };
  if (state === "live")
    return [
      link,
      ` takes over in production step by step: ${errors(canary)}; of the version before ${errors(stable)}`,
    ];
  return [link, ` is taken back: ${errors(canary)}; of the version before ${errors(stable)}`];
}

const NONE = { requests: 0, bad: 0 };

function errors({ requests, bad }: typeof NONE): string {
  return `${bad} of ${requests.toLocaleString("en-US")} requests failed`;
}

function driftOf({ drift: { checks, issues } }: ReleasePart): Text {
  const [issue] = issues;
  const last = checks.at(-1);
  const severe = last?.details.columns.filter(({ severity }) => severity === "severe") ?? [];
  return [
    h("strong", "Drift"),
    ` is severe in ${severe.map(({ name }) => name).join(", ")}, and in the answers: `,
    issue === undefined ? "no issue" : h("a", { href: `#${issueId(issue.number)}` }, `#${issue.number}`),
    ", twice in a row",
  ];
}

function pull(repo: string, { review: { number, checks } }: Proposed): Text {
  return [h("a", { href: `#${idOf(repo, number)}` }, `#${number}`), " ", icon(rollup(checks))];
}

/** What lived in production: each assignment, the newest first. */
export function environmentHistory({ history }: ReleasePart): Element {
  const assigned = history.filter(({ what }) => what === "assigned").toReversed();
  return h("section.box", { id: "production" }, [
    h("div.list-head", [
      h("strong", "production"),
      h("span.muted", "each line is a tag, the newest says what is live"),
    ]),
    h(
      "ul.list",
      assigned.map(({ number = "", tag, run, by }, at) =>
        h("li", [
          icon("live"),
          h("div", [
            h("strong", number),
            " ",
            at === 0 ? h("span.state", "Live") : h("span.label", "Earlier"),
            h("div.muted", [h("code", tag), ` by ${by.name} in run ${run?.runId ?? "unknown"}`]),
          ]),
        ]),
      ),
    ),
  ]);
}

function line(sign: IconName, text: Text): Element {
  return h("li", [icon(sign), h("div", text)]);
}
