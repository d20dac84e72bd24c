import type { Block } from "@mlops-actions/core";
import type { Element } from "hast";
import { h } from "hastscript";
import { decimalsOf, significant } from "../number/decimals.ts";
import { fixed } from "../number/fixed.ts";
import { set } from "../number/style.ts";
import { bracket } from "../number/value.ts";
import { clean } from "../text/clean.ts";
import { SAID } from "../text/words.ts";
import { axisOf, track } from "./track.ts";

const exactly = (value: number): string => set(fixed(value, significant(value, 12)), "typographic");

/** A forest plot: one interval a row on a common axis, with its numbers beside it for those who do not see the lines. */
export function forest(block: Extract<Block, { kind: "forest" }>): Element {
  const { limit, neutral, rows } = block;
  const axis = axisOf(rows, { limit, neutral });
  const against = [limit, neutral].filter((number) => number !== null);
  const decimals = Math.min(6, Math.max(0, ...rows.map((row) => decimalsOf({ ...row, against }))));
  const signed = neutral === 0;
  const number = (value: number): string => set(fixed(value, decimals, signed), "typographic");
  const legend = [
    limit === null ? null : h("span", { className: ["key", "limit"] }, `limit ${exactly(limit)}`),
    neutral === null ? null : h("span", { className: ["key", "neutral"] }, `no change ${exactly(neutral)}`),
  ].filter((entry) => entry !== null);
  return h("figure", { className: ["forest"] }, [
    h("figcaption", [h("h2", clean(block.title, 200)), ...legend]),
    h("table", { role: "table" }, [
      h(
        "thead",
        { className: ["unseen"] },
        h(
          "tr",
          ["what", "interval", "value", "verdict"].map((title) => h("th", { scope: "col" }, title)),
        ),
      ),
      h(
        "tbody",
        rows.map((row) => {
          const label = clean(row.label, 80);
          const range =
            row.low === null && row.high === null
              ? ""
              : set(bracket(row.low, row.high, decimals, signed), "typographic");
          const text = `${number(row.value)} ${range}`.trim();
          return h("tr", [
            h("th", { scope: "row" }, label),
            h("td", { className: ["plot"] }, track(row, axis, `${label}: ${text}`)),
            h("td", { className: ["number"] }, text),
            h(
              "td",
              { className: ["word", row.verdict ?? "plain"] },
              row.verdict === null ? "" : SAID[row.verdict],
            ),
          ]);
        }),
      ),
    ]),
  ]);
}
