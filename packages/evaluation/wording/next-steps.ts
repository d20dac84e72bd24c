import type { Block, Inline } from "@mlops-actions/core";
import { formatDistance, labelOf, plain } from "@mlops-actions/report";
import { type Broken, counted, decisiveOf, grouped, has } from "./headline.ts";
import type { Measured } from "./measured.ts";

/** What the reader can do now. Nothing where nothing has to be done. */
export function nextSteps(measured: Measured): Block[] {
  if (measured.verdict === "fail")
    return [{ kind: "steps", title: "What to do", items: afterFail(measured) }];
  if (measured.verdict === "inconclusive")
    return [{ kind: "steps", title: "What decides it, cheapest first", items: afterDoubt(measured) }];
  return [];
}

function afterFail({ details, judged, policy }: Measured): Inline[][] {
  const items: Inline[][] = [];
  const harmed = details.slices.filter(({ finding }) => finding === "worse");
  const told = details.slices.filter(({ finding }) => finding !== "too-small");
  if (harmed.length > 1 && harmed.length === told.length)
    items.push([`it is worse everywhere: in all ${harmed.length} slices that are large enough to judge`]);
  else if (harmed.length > 0)
    items.push([
      "look where it is worse: ",
      ...harmed
        .toSorted((one, other) => harmOf(other) - harmOf(one))
        .slice(0, 3)
        .flatMap(({ column, value, n }, i): Inline[] => [
          i === 0 ? "" : ", ",
          { code: `${column} = ${value ?? "(missing)"}` },
          ` (${grouped(n)} rows)`,
        ]),
    ]);
  if (details.turned !== undefined)
    items.push([
      `look at the ${grouped(details.turned.harm)} rows that were right and are wrong now (${grouped(details.turned.help)} went the other way)`,
    ]);
  const rules = judged.filter(({ verdict }) => verdict === "fail").length;
  items.push([
    `if it is intended, change the ${rules === 1 ? "rule" : "rules"} in `,
    { code: "mlops.yml" },
    policy.from === "base"
      ? " in a pull request of its own: this one is judged by the rules of its base"
      : "",
  ]);
  return items;
}

/** How much of the whole change a slice carries: its size times how much it lost. */
function harmOf({ n, change }: Measured["details"]["slices"][number]): number {
  return change?.kind === "sampled" ? n * Math.abs(change.value) : 0;
}

function afterDoubt(measured: Measured): Inline[][] {
  const { details, policy } = measured;
  const decisive = decisiveOf(measured);
  const items: Inline[][] = [];
  if (details.rows.changedFeatures > 0)
    items.push(["merge the changed test rows in a pull request of their own, then judge this one on them"]);
  if (details.rows.leftOut > 0) items.push([`predict the ${counted(details.rows.leftOut, "row")} left out`]);
  if (decisive?.verdict === "inconclusive") {
    if (decisive.moreRows?.kind === "about")
      items.push([
        `label about ${grouped(decisive.moreRows.rows)} more rows (if the difference stays as it looks)`,
      ]);
    if (decisive.moreRows?.kind === "hardly")
      items.push(["more labels will not settle this rule: the models differ by about what it allows"]);
    const { contrast, estimate } = decisive;
    const upIsGood = contrast.op === ">" || contrast.op === ">=";
    const end =
      estimate?.kind === "sampled" ? (upIsGood ? estimate.interval.low : estimate.interval.high) : null;
    if (end !== null && decisive.reason === "interval-crosses-limit")
      items.push([
        `loosen the rule for ${plain(labelOf(contrast, decisive.condition))} to what these rows can see, ${formatDistance(contrast, outward(end, upIsGood))}, in a pull request of its own`,
      ]);
    if (
      estimate?.kind === "sampled" &&
      !estimate.promise.holds &&
      decisive.reason === "method-without-promise"
    )
      items.push(lacking(estimate.promise));
    if (
      estimate?.kind === "sampled" &&
      estimate.groups !== undefined &&
      decisive.reason === "group-too-small"
    )
      items.push([
        "collect rows of ",
        ...estimate.groups.tooSmall.flatMap(({ group, n, needs }, i): Inline[] => [
          i === 0 ? "" : ", ",
          { code: group },
          ` (${grouped(n)} of ${grouped(needs)})`,
        ]),
      ]);
  }
  if (policy.from === "new-here") items.push(["merge it: the next change is judged by these rules"]);
  else if (details.inconclusive === "block")
    items.push(["merging is blocked (", { code: "inconclusive: block" }, ")"]);
  else
    items.push([
      "merge as it is: allowed here (",
      { code: `inconclusive: ${details.inconclusive}` },
      "), never promoted automatically",
    ]);
  return items;
}

function lacking(promise: Broken): Inline[] {
  if (promise.needs < 1)
    return [
      `look at the row that carries most of the variance (${has(promise)}), or choose a metric that weighs single rows less`,
    ];
  const what = promise.reason.replace(/^too few /, "");
  return [`label more rows: ${grouped(promise.has)} ${what}; needs ${grouped(promise.needs)}`];
}

/** Two digits of a limit, rounded so that the present interval keeps it. */
function outward(end: number, upIsGood: boolean): number {
  if (end === 0) return 0;
  const step = 10 ** (Math.floor(Math.log10(Math.abs(end))) - 1);
  const rounded = (upIsGood ? Math.floor(end / step) - 0 : Math.ceil(end / step)) * step;
  return Number(rounded.toPrecision(2));
}
