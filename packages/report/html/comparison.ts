import type { Block } from "@mlops-actions/core";
import type { Element, ElementContent } from "hast";
import { h } from "hastscript";
import { type Comparison, comparisonOf, ownText, type Row } from "../comparison/row.ts";
import { boundsOf } from "../number/change.ts";
import { clean } from "../text/clean.ts";
import type { Links } from "../text/links.ts";
import { plain } from "../text/words.ts";
import { inlines } from "./inline.ts";
import { sign } from "./sign.ts";
import { axisOf, track } from "./track.ts";

/** The table of conditions; on a narrow screen each row is a card. Every sampled row shows where its interval lies. */
export function comparison(block: Extract<Block, { kind: "comparison" }>, links: Links): Element[] {
  const found = comparisonOf(block);
  const compares = found.baseline !== null;
  const titles = compares
    ? ["metric", found.baseline ?? "", found.own, found.change, "rule", "verdict"]
    : ["metric", found.own, "rule", "verdict"];
  const table = h("table", { className: ["comparison"], role: "table", ariaLabel: "Conditions" }, [
    h(
      "thead",
      { role: "rowgroup" },
      h(
        "tr",
        { role: "row" },
        titles.map((title) => h("th", { scope: "col", role: "columnheader" }, clean(title, 80))),
      ),
    ),
    h(
      "tbody",
      { role: "rowgroup" },
      found.rows.map((row) => rowOf(row, found, links)),
    ),
  ]);
  return found.rows.some((row) => plot(row).length > 0) ? [table, keys(compares)] : [table];
}

function keys(compares: boolean): Element {
  return h("p", { className: ["keys"] }, [
    h("span", { className: ["key", "limit"] }, "limit of the rule"),
    h("span", { className: ["key", "fails"] }, "where it fails"),
    ...(compares ? [h("span", { className: ["key", "neutral"] }, "no change")] : []),
  ]);
}

function rowOf(row: Row, found: Comparison, links: Links): Element {
  const cell = (label: string, className: string, children: (ElementContent | string)[]): Element =>
    h("td", { role: "cell", className: [className], dataLabel: clean(label, 80) }, children);
  const name = h("th", { scope: "row", role: "rowheader" }, [
    ...inlines(row.label, links),
    ...(row.primary ? [" ", h("span", { className: ["primary"] }, "primary")] : []),
    ...(row.note === null ? [] : [h("small", inlines(row.note, links))]),
  ]);
  const verdict = cell("verdict", "verdict", [
    h("span", { className: ["word", row.verdict] }, [sign(row.verdict, 16), row.word]),
  ]);
  const own = cell(found.own, "number", [ownText(row, "—"), ...(found.baseline === null ? plot(row) : [])]);
  if (found.baseline === null)
    return h("tr", { role: "row", className: [row.verdict] }, [
      name,
      own,
      cell("rule", "rule", [row.rule]),
      verdict,
    ]);
  const absolute = row.change === null ? plot(row) : [];
  const change: (ElementContent | string)[] =
    row.change === null
      ? absolute
      : [
          h("span", { className: ["numbers"] }, [
            h("strong", row.change.value),
            row.change.interval === null ? "" : ` ${row.change.interval}`,
          ]),
          ...plot(row),
        ];
  return h("tr", { role: "row", className: [row.verdict] }, [
    name,
    cell(found.baseline, "number", [row.baseline ?? ""]),
    own,
    cell(found.change, "change", change),
    cell("rule", "rule", [row.rule]),
    verdict,
  ]);
}

function plot(row: Row): Element[] {
  const { judged, rule, label, change } = row;
  const { contrast, estimate, verdict } = judged;
  const bounds = boundsOf(contrast, estimate);
  if (bounds === null || estimate === undefined || estimate.kind === "missing") return [];
  const { low, high } = bounds;
  const interval = { value: estimate.value, low, high, verdict };
  const good = contrast.op === ">" || contrast.op === ">=" ? "above" : "below";
  const axis = axisOf([interval], { limit: contrast.limit, neutral: contrast.neutral, good });
  const numbers = change === null ? ownText(row, "") : `${change.value} ${change.interval ?? ""}`;
  return [track(interval, axis, `${clean(plain(label), 80)}: ${numbers}; rule: ${rule}`)];
}
