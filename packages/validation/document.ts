import type { Block, Document, Evidence, Fault, Inline, Judged, Policy, Run } from "@mlops-actions/core";
import { digestsBlock, NEW_RULES, plain, quoted } from "@mlops-actions/report";
import type { Details, Otherwise } from "./details.ts";
import { changes, removals } from "./wording/changes.ts";
import { counted, grouped } from "./wording/numbers.ts";
import { brokenChecks, brokenRules, rules } from "./wording/rules.ts";

const TITLE = 80;

type Measured = Extract<Evidence<Details>["predicate"]["outcome"], { kind: "measured" }> & { policy: Policy };

/** What people see of a validation: may these rows be used, what is wrong with them, what has changed. */
export function document(evidence: Evidence<Details>): Document {
  const { project, outcome, policy, run, materials } = evidence.predicate;
  const key = { model: project.model, stage: "validate" } as const;
  if (outcome.kind === "error") return { key, verdict: "error", ...ofFault(outcome.fault, run) };
  const measured: Measured = { ...outcome, policy };
  const said = headline(measured);
  const ofColumns = new Set(outcome.details.rules.map(({ condition }) => condition));
  const checks = outcome.judged.filter(({ condition }) => !ofColumns.has(condition));
  const blocks: Block[] = [
    { kind: "headline", verdict: outcome.verdict, text: said },
    ...warnings(measured),
    ...brokenRules(outcome.details),
    ...(checks.length === 0
      ? []
      : [{ kind: "comparison", own: "these rows", baseline: null, judged: checks } as const]),
    ...brokenChecks(outcome.details),
    ...steps(measured),
    changes(outcome.details),
    ...rules(outcome.details),
    {
      kind: "fold",
      title: "Data digests",
      drop: 1,
      blocks: [digestsBlock("file", [...evidence.subject, ...materials]), { kind: "text", text: [run.tool] }],
    },
    ...(run.github === undefined
      ? []
      : [
          {
            kind: "text",
            text: [
              { link: "Full report", target: { to: "run" } },
              ", with the HTML page and the evidence as its artifact",
            ],
          } as const,
        ]),
  ];
  const title = `${WORDS[outcome.verdict]}: ${plain(said)}`;
  return { key, verdict: outcome.verdict, title: short(title), blocks };
}

const WORDS = {
  pass: "data pass",
  fail: "data fail",
  inconclusive: "data inconclusive",
  error: "could not check the data",
  not_applicable: "data not checked",
} as const;

function headline({ verdict, judged, details, policy }: Measured): Inline[] {
  const rows = details.tables.reduce((sum, table) => sum + table.rows, 0);
  const failed = judged.filter((one) => one.verdict === "fail");
  const unclear = judged.filter((one) => one.verdict === "inconclusive");
  switch (verdict) {
    case "fail": {
      const more = failed.length === 1 ? "" : `, +${failed.length - 1} more`;
      return [...whyOf(failed[0], details), more].filter((part) => part !== "");
    }
    case "pass":
      return [
        `${counted(judged.length, "rule")} ${judged.length === 1 ? "holds" : "hold"} on ${counted(rows, "row")}`,
      ];
    case "inconclusive":
      if (unclear[0] !== undefined) return [{ code: unclear[0].condition }, ` has nothing to be counted of`];
      return [
        policy.from === "new-here"
          ? "the rules are new here"
          : "these rows fit only the column rules that this change brings",
      ];
    default:
      return [{ code: "mlops.yml" }, " asks nothing of these rows"];
  }
}

function whyOf(failed: Judged | undefined, details: Details): Inline[] {
  if (failed === undefined) return [];
  const at = details.rules.find(({ condition }) => condition === failed.condition);
  if (at === undefined) return [{ code: failed.condition }, " does not hold"];
  if (at.key === "exists")
    return ["column ", { code: at.column }, ` is missing in ${nameOf(details, at.table)}`];
  return [
    { code: at.column },
    ` in ${nameOf(details, at.table)}: ${counted(at.broken, "row")} ${at.words}`,
    at.allowed === 0 ? "" : ` (${grouped(at.allowed)} allowed)`,
  ];
}

function nameOf({ tables }: Details, of: string): string {
  return tables.find((table) => table.of === of)?.name ?? of;
}

/** What a reviewer must know before the numbers. */
function warnings({ details, policy }: Measured): Block[] {
  const found: Block[] = removals(details);
  if (policy.from === "new-here") found.push(NEW_RULES);
  const { baseColumns, proposedChecks } = details;
  if (baseColumns !== undefined)
    found.push({
      kind: "warning",
      text: [
        { strong: "This change alters the rules of its columns" },
        ": ",
        ...listed(policy.changedHere.filter((path) => path.startsWith("data.columns"))),
        `. By those of the base: ${toldOf(baseColumns)}.`,
      ],
    });
  if (proposedChecks !== undefined)
    found.push({
      kind: "warning",
      text: [
        { strong: "This change alters what judges it" },
        ": ",
        ...listed(policy.changedHere.filter((path) => /^data\.(?:checks|key|label)/.test(path))),
        ". Judged by the checks of the base (",
        { code: policy.commit?.slice(0, 7) ?? "?" },
        `); by the proposed ones: ${toldOf(proposedChecks)}.`,
      ],
    });
  return found;
}

function toldOf(otherwise: Otherwise): string {
  if (otherwise.kind === "error") return `cannot be judged (${otherwise.message})`;
  const { verdict, broken } = otherwise;
  if (verdict === "not_applicable") return "nothing is asked";
  const more = broken.length > 3 ? ` and ${broken.length - 3} more` : "";
  return broken.length === 0 ? verdict : `${verdict} (${broken.slice(0, 3).join("; ")}${more})`;
}

function steps({ verdict, details, policy }: Measured): Block[] {
  if (verdict === "pass" || verdict === "not_applicable") return [];
  const items: Inline[][] = [];
  const isColumn = details.rules.some((rule) => rule.verdict === "fail");
  if (verdict === "fail")
    items.push(["Mend the rows where they are made; the numbers above count rows, and a header is none."]);
  if (isColumn)
    items.push([
      "If such rows are meant, say so in ",
      { code: "data.columns" },
      ": a wider rule, or a tolerance such as ",
      { code: "max_outside: 1%" },
      ". The change then needs somebody to read it.",
    ]);
  if (verdict === "fail") items.push(["Nothing is trained on rows that are refused."]);
  if (verdict === "inconclusive" && policy.from !== "new-here" && details.baseColumns !== undefined)
    items.push([
      "Read the rows and the rules that let them in, then merge; they count from the next change on.",
    ]);
  return items.length === 0 ? [] : [{ kind: "steps", title: "What to do", items }];
}

function ofFault(fault: Fault, { github }: Run): Pick<Document, "title" | "blocks"> {
  const at =
    fault.at === undefined
      ? ""
      : ` (${fault.at.file}${fault.at.line === undefined ? "" : `:${fault.at.line}`})`;
  return {
    title: short(`could not check the data: ${fault.message}${at}`),
    blocks: [
      { kind: "headline", verdict: "error", text: quoted(fault.message, 300) },
      { kind: "fault", fault },
      ...(github === undefined
        ? []
        : [{ kind: "text", text: ["Nothing is trained on rows that nobody could check."] } as const]),
    ],
  };
}

function listed(names: readonly string[]): Inline[] {
  const shown = names.slice(0, 6);
  const more = names.length > shown.length ? [` and ${names.length - shown.length} more`] : [];
  return [
    ...shown.flatMap((name, i): Inline[] => (i === 0 ? [{ code: name }] : [", ", { code: name }])),
    ...more,
  ];
}

function short(text: string): string {
  return text.length <= TITLE ? text : `${text.slice(0, TITLE - 1)}…`;
}
