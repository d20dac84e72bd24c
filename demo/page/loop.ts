import type { Element } from "hast";
import { h } from "hastscript";
import type { ReleasePart } from "../release/part.ts";
import type { Happened } from "../release/registry.ts";
import { rollup } from "./check.ts";
import { type IconName, icon } from "./icon.ts";
import { idOf } from "./pull-request.ts";

/** Everything that happened, in its order, each a line: push, versions, pull requests, production and back. */
export function loop(part: ReleasePart, repo: string): Element {
  const { history } = part;
  const merge = history.findIndex(({ what }, at) => what === "registered" && at > 0);
  const told = history.map((one, at) => entry(part, one, at));
  const { number: bad } = part.stopped.review;
  const refused = line("pull-request", [
    h("strong", "Bad rows"),
    " are refused before anything is trained of them: ",
    h("a", { href: `#${idOf(repo, bad)}` }, `#${bad}`),
    " ",
    icon(rollup(part.stopped.review.checks)),
  ]);
  const proposed = line("pull-request", [
    h("strong", `${part.reviewed.length} pull requests`),
    " are trained and compared with production: ",
    ...part.reviewed.flatMap(({ review: { number, checks } }, at) => [
      at === 0 ? "" : ", ",
      h("a", { href: `#${idOf(repo, number)}` }, `#${number}`),
      " ",
      icon(rollup(checks)),
      // The verdict without its numbers.
      ` ${checks[0]?.title.replace(/:.*/, "")}`,
    ]),
  ]);
  return h("section.box", [
    h("div.list-head", [h("strong", "What happened"), h("span.muted", "in this order")]),
    h("ol.list", [...told.slice(0, merge), refused, proposed, ...told.slice(merge)]),
  ]);
}

function entry({ history, merged }: ReleasePart, { what, tag, number = "" }: Happened, at: number): Element {
  const earlier = history.slice(0, at);
  if (what === "registered")
    return line("version", [
      h("a", { href: `#${tag}` }, h("strong", number)),
      earlier.length === 0
        ? " was trained and registered on the first push to main"
        : ` is the model that was reviewed in #${merged}: merged, registered, not trained again`,
    ]);
  const isBack = earlier.some((one) => one.what === what && one.number === number);
  return line("live", [
    h("strong", isBack ? `Back to ${number}` : `${number} goes live`),
    ` in production, `,
    h("code", tag),
  ]);
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

function line(sign: IconName, text: (Element | string)[]): Element {
  return h("li", [icon(sign), h("div", text)]);
}
