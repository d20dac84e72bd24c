import type { Inline, Judged } from "@mlops-actions/core";
import { formatDistance } from "../number/change.ts";
import type { Style } from "../number/style.ts";
import { formatValue } from "../number/value.ts";

/** What the cells of a row cannot say: why it could not be told, and what would. `null` where nothing is missing. */
export function noteOf(judged: Judged, style: Style): Inline[] | null {
  const { reason, detail, moreRows, contrast } = judged;
  const why = detail === undefined ? "" : `: ${detail}`;
  switch (reason) {
    case "holds":
    case "violated":
      return detail === undefined ? null : [detail];
    case "interval-crosses-limit":
      if (moreRows === undefined) return [`the interval lies on both sides of the limit${why}`];
      if (moreRows.kind === "hardly") return ["more labels will not settle this"];
      return [
        `about ${formatValue(moreRows.rows, "count", { style })} more rows would decide it, if the difference stays as it looks`,
      ];
    case "interval-too-wide":
      return contrast.tolerance === undefined
        ? [`the interval is wider than the rule accepts${why}`]
        : [
            `the interval is wider than ${style === "ascii" ? "+/-" : "±"} ${formatDistance(contrast, contrast.tolerance, style)}${why}`,
          ];
    case "method-without-promise":
      return [`too few rows for this method to be right${why}`];
    case "group-too-small":
      return [`groups too small to judge${why}`];
    case "missing":
      return [`not measured${why}`];
    case "no-uncertainty":
      return [`reported without an interval, so nothing says how sure it is${why}`];
    case "no-baseline":
      return [`there is no earlier version to compare with${why}`];
  }
}
