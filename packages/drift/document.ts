import type { Block, Document, Evidence, Fault, Inline, Judged } from "@mlops-actions/core";
import { quoted } from "@mlops-actions/report";
import type { Details, Finding } from "./details.ts";
import { advice, probably } from "./wording/advice.ts";
import { folds } from "./wording/folds.ts";
import {
  counted,
  day,
  found,
  grouped,
  kindOf,
  moment,
  named,
  number,
  percent,
  ranked,
} from "./wording/say.ts";

const TITLE = 80;
const SHOWN = 12;

/**
 * What people see of a check, and what its issue says: must I act, what moved, why, what to do, how it was measured.
 * @param where.isIssue what is written there can be closed
 */
export function document(evidence: Evidence<Details>, { isIssue = false } = {}): Document {
  const { project, outcome } = evidence.predicate;
  const key = { model: project.model, stage: "drift" } as const;
  if (outcome.kind === "error") return { key, verdict: "error", ...ofFault(outcome.fault) };
  const { details, judged } = outcome;
  return {
    key,
    verdict: outcome.verdict,
    title: short(`${details.severity === "warn" ? "warning" : details.severity}: ${said(details)}`),
    blocks: [
      { kind: "headline", verdict: outcome.verdict, text: [said(details)] },
      ...warnings(details),
      { kind: "text", text: act(details, judged) },
      ...moved(details),
      ...quality(details, judged),
      { kind: "text", text: probably(details) },
      ...advice(details, project.model, isIssue),
      { kind: "text", text: measured(details) },
      ...folds(details),
    ],
  };
}

/** The run in a few words. */
function said(details: Details): string {
  const names = ranked([...details.columns, ...details.answers]).filter(found);
  const lost = details.quality?.lost === true ? "quality was lost" : "";
  if (names.length === 0) {
    if (lost !== "") return lost;
    return details.severity === "unclear"
      ? `${counted(details.current.rows, "row")} are too few to tell`
      : `${counted(details.columns.length + details.answers.length, "column")} as they were`;
  }
  const worst = names.filter(({ severity }) => severity === names[0]?.severity);
  const moved = `${counted(worst.length, "column")} ${worst.length === 1 ? "has" : "have"} ${worst[0]?.severity === "severe" ? "drifted severely" : "drifted"}`;
  return lost === "" ? moved : `${moved}, ${lost}`;
}

function act({ severity, columns, answers, quality, retrain }: Details, judged: readonly Judged[]): Inline[] {
  const isHarm = quality?.lost === true;
  const isMoved = answers.some(found);
  const isFault = retrain.why === "fix the data first";
  const truth = untilOf(quality, judged);
  if (severity === "severe") {
    const urgent = isHarm || isMoved || isFault;
    const what = isHarm
      ? " What the model says has become worse than it was released with."
      : isMoved
        ? " The model's answers have moved with its inputs."
        : answers.length === 0
          ? " Inputs have changed; the model's answers are not among the rows."
          : " Inputs have changed; the answers have not moved.";
    return [{ strong: urgent ? "Act today: yes." : "Act today: no, look at it this week." }, what, ...truth];
  }
  if (severity === "warn")
    return [
      { strong: "Act today: no." },
      ` ${counted([...columns, ...answers].filter(found).length, "column")} moved more than chance does, and not surely by much.`,
      ...truth,
    ];
  if (severity === "unclear")
    return [
      { strong: "Cannot tell." },
      " Nothing was found, and a change of a tenth of the rows could have gone unseen. Widen the window.",
      ...truth,
    ];
  return [{ strong: "Nothing to do." }, ...truth];
}

/** What is known by labels, and how far they reach. */
function untilOf(quality: Details["quality"], judged: readonly Judged[]): Inline[] {
  if (quality === null) return [" No labels are joined, so nobody knows whether users are hurt."];
  const { cohort, metrics, lost } = quality;
  const reach = cohort.until === null ? "" : ` until ${day(cohort.until)}`;
  const reached = ` Real labels reach${reach} (${grouped(cohort.labelled)} of ${grouped(cohort.rows)})`;
  const [first] = metrics;
  if (first === undefined)
    return [
      cohort.labelled === 0
        ? ` No labels have arrived for ${counted(cohort.rows, "answer")} that should have them.`
        : `${reached}, and no metric can be told from them and these answers.`,
    ];
  const isUnclear = judged.some(({ verdict }) => verdict === "inconclusive");
  const now = `${first.metric} ${number(first.value)} [${number(first.interval.low)}, ${number(first.interval.high)}]`;
  const then = first.released === null ? "" : ` against ${number(first.released)} when it was released`;
  const verdict = lost ? "worse than allowed" : isUnclear ? "too few to tell" : "fine then";
  return [`${reached}: ${now}${then}, ${verdict}.`];
}

function warnings({ repeats, current }: Details): Block[] {
  const blocks: Block[] = [];
  if (repeats !== null)
    blocks.push({
      kind: "warning",
      text: [
        { strong: "Rows repeat " },
        named(repeats.column),
        `: ${grouped(repeats.rows)} rows of ${grouped(repeats.values)}, alike in `,
        named(repeats.like),
        ` (intra-cluster correlation ${number(repeats.correlation)}). What is said below counts rows as if they were independent; set `,
        { code: `cluster: ${repeats.column.slice(0, 40)}` },
        ".",
      ],
    });
  if (current.ofOthers.length > 0)
    blocks.push({
      kind: "text",
      text: [
        "Left out, answered by other versions: ",
        ...current.ofOthers.flatMap(({ version, rows }, at): Inline[] => [
          at === 0 ? "" : ", ",
          { code: version === "" ? "(none)" : version },
          ` (${grouped(rows)} rows)`,
        ]),
        ".",
      ],
    });
  return blocks;
}

function moved(details: Details): Block[] {
  const { columns, answers } = details;
  const all = ranked([...columns, ...answers]);
  const drifted = all.filter(found);
  const shown = drifted.slice(0, SHOWN);
  if (shown.length === 0) return [];
  const more = drifted.slice(SHOWN);
  const rest = all.slice(drifted.length);
  const isAnswer = (finding: Finding) => answers.includes(finding);
  const blocks: Block = {
    kind: "table",
    columns: [
      { title: "column", align: "left" },
      { title: "since", align: "left" },
      { title: "how much moved", align: "right" },
      { title: "likely effect", align: "left" },
      { title: "kind", align: "left" },
    ],
    rows: [
      ...shown.map((one): Inline[][] => [
        [named(one.name)],
        [one.since === null ? "" : day(one.since)],
        [amount(one)],
        [
          isAnswer(one)
            ? "an answer of the model"
            : one.important
              ? "the model takes it"
              : "not an important column",
        ],
        [kindOf(one)],
      ]),
      ...(more.length > 0 ? [moreRow(more)] : []),
      ...(rest.length > 0 ? [restRow(rest)] : []),
    ],
  };
  return [blocks];
}

/** Those that have drifted and for which there is no room. */
function moreRow(more: readonly Finding[]): Inline[][] {
  const severe = more.filter(({ severity }) => severity === "severe").length;
  const drifted = severe === 0 ? "drifted" : `drifted, ${grouped(severe)} of them severely`;
  return [[`${grouped(more.length)} more`], [], [], [], [drifted]];
}

function restRow(rest: readonly Finding[]): Inline[][] {
  const most = Math.max(0, ...rest.map(({ distribution }) => distribution?.effect ?? 0));
  const kind = rest.some(({ severity }) => severity === "unclear") ? "unclear" : "quiet";
  return [[counted(rest.length, "other")], [], [`< ${percent(Math.max(0.005, most))}`], [], [kind]];
}

/** `31 % of the rows (at least 26 %)`. */
function amount({ distribution, cause, missing, unseen }: Finding): string {
  if (cause === "new-values")
    return `${percent(unseen?.share ?? 0)} of the rows (at least ${percent(unseen?.atLeast ?? 0)})`;
  if (cause === "missing" && missing.length > 0) {
    const worst = missing.toSorted((a, b) => Math.abs(b.change) - Math.abs(a.change))[0];
    return percent(Math.abs(worst?.change ?? 0));
  }
  if (distribution === undefined) return "all";
  const { effect, interval } = distribution;
  return `${percent(effect)} of the rows${interval.low > 0 ? ` (at least ${percent(interval.low)})` : ""}`;
}

function quality({ quality, version }: Details, judged: readonly Judged[]): Block[] {
  if (quality === null || quality.metrics.length === 0) return [];
  return [
    {
      kind: "table",
      columns: [
        { title: "quality by labels", align: "left" },
        { title: "now", align: "right" },
        { title: version === null ? "released" : `v${version.number} as released`, align: "right" },
        { title: "answers", align: "right" },
        { title: "rule", align: "left" },
      ],
      rows: quality.metrics.map(({ metric, value, interval, released, n }): Inline[][] => {
        const rule = judged.find(({ contrast }) =>
          contrast.terms.some(({ quantity }) => quantity.source === "own" && quantity.name === metric),
        );
        return [
          [metric],
          [`${number(value)} [${number(interval.low)}, ${number(interval.high)}]`],
          [released === null ? "" : number(released)],
          [grouped(n)],
          rule === undefined ? [] : [{ code: rule.condition }, `: ${WORDS[rule.verdict]}`],
        ];
      }),
    },
  ];
}

const WORDS: Record<Judged["verdict"], string> = {
  pass: "holds",
  fail: "broken",
  inconclusive: "cannot tell",
  not_applicable: "not judged",
  error: "not judged",
};

/** Window, rows, version, reference, schedule: what the numbers are about. */
function measured({ current, version, reference, cluster, schedule, history }: Details): Inline[] {
  const window =
    current.from === null || current.to === null ? "" : `Window ${day(current.from)} – ${day(current.to)}, `;
  const rows =
    cluster === null
      ? counted(current.rows, "row")
      : `one row of each of ${grouped(cluster.clusters)} in ${cluster.column.slice(0, 40)} (of ${counted(cluster.rows, "row")})`;
  const of = reference.of === null ? "" : `, its ${reference.of} rows`;
  const next = `checked every ${every(schedule.every)}, last ${moment(history[0]?.at ?? schedule.next)}, next ${moment(schedule.next)}`;
  return [
    `${window}${rows}, `,
    ...(version === null ? [] : ["version ", { code: `v${version.number}` }, ", "]),
    "reference: ",
    { code: reference.name },
    `${of} (${counted(reference.rows, "row")}) · ${next}`,
  ];
}

function every(seconds: number): string {
  if (seconds % 86_400 === 0) return seconds === 86_400 ? "day" : `${seconds / 86_400} days`;
  if (seconds % 3_600 === 0) return `${seconds / 3_600} h`;
  return seconds < 60 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}

function ofFault(fault: Fault): Pick<Document, "title" | "blocks"> {
  return {
    title: short(`could not check: ${fault.message}`),
    blocks: [
      { kind: "headline", verdict: "error", text: quoted(fault.message, 300) },
      { kind: "fault", fault },
      { kind: "text", text: ["Nothing was compared: whether there is drift is not known."] },
    ],
  };
}

function short(text: string): string {
  return text.length <= TITLE ? text : `${text.slice(0, TITLE - 1)}…`;
}
