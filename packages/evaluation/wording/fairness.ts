import type { Block, Inline, Policy } from "@mlops-actions/core";
import { formatValue, NEW_RULES } from "@mlops-actions/report";
import { baselineFacts, baselineName, fallback } from "./baseline.ts";
import { counted, grouped, primaryOf } from "./headline.ts";
import type { Measured } from "./measured.ts";

/** What a reviewer must know before the numbers: that this change touches the rules by which it is judged. */
export function warnings({ details, policy }: Measured): Block[] {
  const found: Block[] = [];
  const instead = fallback(details.baseline);
  const doubted = details.baseline.kind === "version" ? details.baseline.doubted : [];
  for (const { tag, why } of doubted)
    found.push({
      kind: "warning",
      text: [{ strong: "A tag that nobody vouches for" }, " was passed over: ", { code: tag }, ` (${why})`],
    });
  if (instead !== undefined) found.push({ kind: "warning", text: instead });
  if (policy.from === "new-here") found.push(NEW_RULES);
  if (policy.from === "base" && policy.changedHere.length > 0)
    found.push({ kind: "warning", text: changed(measuredUnder(details), policy) });
  if (details.testRows !== undefined) {
    const { added, removed, relabelled } = details.testRows;
    found.push({
      kind: "warning",
      text: [
        { strong: "Test set changed here" },
        `: +${grouped(added)} −${grouped(removed)} rows, ${grouped(relabelled)} labels changed. Judged on the rows of the base.`,
      ],
    });
  }
  if (details.rows.changedFeatures > 0)
    found.push({
      kind: "warning",
      text: [
        { strong: `This change gives ${counted(details.rows.changedFeatures, "test row")} other features` },
        ": the candidate answered about those, the baseline about the base's. They could hold the answers, so nothing passes here.",
      ],
    });
  if (details.rows.leftOut > 0)
    found.push({
      kind: "warning",
      text: [
        { strong: `The candidate left ${counted(details.rows.leftOut, "test row")} unanswered` },
        ". They could be the ones it gets wrong, so nothing passes until it answers them.",
      ],
    });
  if (policy.unpinned !== undefined)
    found.push({
      kind: "warning",
      text: ["Not in Git at the base, so nothing vouches for them: ", ...listed(policy.unpinned), "."],
    });
  return found;
}

/** A version has answered the test rows of its own time: what came later is not judged. */
function notStored({ rows, baseline }: Measured["details"]): string {
  if (baseline.kind !== "version" || baseline.answers !== "stored" || rows.baseline === null) return "";
  const without = rows.test - (rows.baseline - (rows.unknown.baseline ?? 0));
  return without > 0
    ? ` (${baselineName(baseline)} was registered without answers for ${grouped(without)})`
    : "";
}

function measuredUnder({ proposed }: Measured["details"]): string {
  if (proposed === undefined) return "";
  return proposed.kind === "measured"
    ? `; by the proposed ones: ${proposed.verdict}`
    : `; the proposed ones cannot be judged: ${proposed.message}`;
}

function changed(proposed: string, { commit, changedHere }: Policy): Inline[] {
  return [
    { strong: "This change alters what judges it" },
    ": ",
    ...listed(changedHere),
    ". Judged by the rules of the base (",
    { code: commit?.slice(0, 7) ?? "?" },
    `)${proposed}.`,
  ];
}

function listed(names: readonly string[]): Inline[] {
  return names.flatMap((name, i) => [i === 0 ? "" : ", ", { code: name }]).filter((part) => part !== "");
}

/** Is the comparison fair? One line. */
export function fairness(measured: Measured): Block {
  const { details, policy, run } = measured;
  const { rows, baseline, threshold } = details;
  const parts: Inline[][] = [];
  const isPaired = baseline.kind !== "trivial";
  const all = rows.common === rows.test;
  parts.push([
    all
      ? `${isPaired ? "same " : ""}${grouped(rows.common)} test rows`
      : `${grouped(rows.common)} of ${grouped(rows.test)} test rows, those that ${isPaired ? "both models have" : "the candidate has"}${rows.unlabelled > 0 ? ` and that have a label (${grouped(rows.unlabelled)} have none)` : ""}${notStored(details)}`,
  ]);
  const unknown = rows.unknown.candidate + (rows.unknown.baseline ?? 0);
  if (unknown > 0)
    parts.push([
      `${counted(unknown, "prediction")} for keys that are no test row${details.testRows === undefined ? "" : " of the base"}`,
    ]);
  for (const [model, count] of Object.entries(rows.unknownAnswers))
    if (count !== null && count > 0)
      parts.push([`${counted(count, "answer")} of the ${model} that are none of the classes count as wrong`]);
  if (policy.from === "base" && policy.changedHere.length === 0)
    parts.push(["test set, rules and labels unchanged"]);
  parts.push(baselineFacts(measured));
  if (threshold.baseline !== null && threshold.candidate !== threshold.baseline)
    parts.push([`each with its own threshold: ${threshold.baseline} → ${threshold.candidate}`]);
  if (details.detectable !== null) {
    const unit = primaryOf(measured)?.contrast.unit ?? "proportion";
    const least = Number(details.detectable.toPrecision(1));
    parts.push([`differences of ${formatValue(least, unit)} or more can be seen`]);
  }
  if (run.commit !== null)
    parts.push([
      "commit ",
      { link: run.commit.slice(0, 7), target: { to: "commit", sha: run.commit } },
      ...(policy.commit === null
        ? []
        : [
            " against ",
            { link: policy.commit.slice(0, 7), target: { to: "commit" as const, sha: policy.commit } },
          ]),
    ]);
  return {
    kind: "text",
    text: [{ strong: "Fair?" }, " ", ...parts.flatMap((part, i) => (i === 0 ? part : [" · ", ...part]))],
  };
}
