import type { Block, Document, Evidence, Inline } from "@mlops-actions/core";
import { filesBlock, formatValue, quoted } from "@mlops-actions/report";
import type { Details } from "./details.ts";
import { drift, grouped, listed } from "./wording.ts";

const TITLE = 80;

/** What people see of a registration: which version it is now, why that number, what changed, and how to get it. */
export function document(evidence: Evidence<Details>): Document {
  const { project, outcome } = evidence.predicate;
  const { model } = project;
  const key = { model, stage: "register" } as const;
  if (outcome.kind === "error") {
    const { fault } = outcome;
    return {
      key,
      verdict: "error",
      title: short(`not registered: ${fault.message}`),
      blocks: [
        { kind: "headline", verdict: "error", text: quoted(fault.message, 300) },
        { kind: "fault", fault },
        { kind: "text", text: ["Nothing was registered; the versions before it are as they were."] },
      ],
    };
  }
  const { details } = outcome;
  const said = details.how === "unchanged" ? "already registered as" : "registered as";
  return {
    key,
    verdict: outcome.verdict,
    title: short(
      details.how === "unchanged"
        ? `${model}: already registered as v${details.version}`
        : `${model} v${details.version} registered`,
    ),
    blocks: [
      { kind: "headline", verdict: outcome.verdict, text: [`${said} v${details.version}`] },
      ...warnings(details),
      { kind: "text", text: why(details) },
      ...cause(details),
      ...comparison(details),
      { kind: "text", text: data(details) },
      ...use(model, details),
      files(details),
    ],
  };
}

function warnings({ evaluated, executesCode, bump }: Details): Block[] {
  const found: Block[] = [];
  if (evaluated.verdict === "inconclusive")
    found.push({
      kind: "warning",
      text: [
        { strong: "Its evaluation was inconclusive" },
        ": the test rows do not tell whether every rule holds. The card says so.",
      ],
    });
  if (executesCode.length > 0)
    found.push({
      kind: "warning",
      text: [{ strong: "Loading it runs code" }, " that it brings: ", ...listed(executesCode), "."],
    });
  if (bump !== null && PARTS.indexOf(bump.part) < PARTS.indexOf(bump.advised))
    found.push({
      kind: "warning",
      text: [{ strong: `\`bump: ${bump.asked}\` hides a ${bump.advised} change` }, `: ${bump.why}.`],
    });
  return found;
}

function cause({ cause }: Details): Block[] {
  return cause === null ? [] : [{ kind: "text", text: drift(cause) }];
}

const PARTS = ["patch", "minor", "major"];

function why({ how, after, bump, record, version }: Details): Inline[] {
  const of: Inline[] = [" Its record is ", { code: record.slice(0, 12) }, "."];
  if (how === "unchanged")
    return [`This very model is v${version}: nothing was published, nothing changed.`, ...of];
  const begun = how === "resumed" ? "Another run had begun to publish it and was finished here. " : "";
  if (after === null || bump === null) return [`${begun}The first version of this model.`, ...of];
  const asked = bump.asked === "auto" ? "" : `, as \`register.bump\` asks`;
  return [`${begun}${capital(bump.part)} after v${after}${asked}: ${bump.why}.`, ...of];
}

function comparison({ how, version, evaluated: { judged, baseline } }: Details): Block[] {
  if (how === "unchanged" || judged.length === 0) return [];
  return [
    {
      kind: "comparison",
      own: `v${version}`,
      baseline: baseline ?? (judged.some(({ role }) => role === "check") ? "constant" : null),
      judged,
    },
  ];
}

function data({ reference: { of, rows, before }, predictions, evaluated }: Details): Inline[] {
  const change =
    before === null || before === rows
      ? ""
      : ` (${before < rows ? "+" : "−"}${grouped(Math.abs(rows - before))})`;
  const which = of === "train" ? "training" : "test";
  return [
    { strong: "Data:" },
    ` judged on ${grouped(evaluated.rows)} test rows · profile of ${grouped(rows)} ${which} rows${change}`,
    of === "test" ? ", since the training rows are not on this machine" : "",
    predictions === null ? " · no predictions published" : ` · ${grouped(predictions)} predictions`,
  ];
}

function use(model: string, { tag }: Details): Block[] {
  return [
    { kind: "text", text: [{ strong: "Use it" }] },
    { kind: "command", text: `npx mlops-actions registry download '${tag}' into '${model}'` },
    {
      kind: "fold",
      title: "With what is installed anywhere",
      drop: 2,
      blocks: [
        {
          kind: "command",
          text: `gh release download '${tag}' --dir ${model}\ngit ls-remote --tags origin '${tag}'`,
        },
      ],
    },
  ];
}

function files({ assets }: Details): Block {
  return {
    kind: "fold",
    title: `${assets.length} files, ${formatValue(
      assets.reduce((sum, { size }) => sum + size, 0),
      "byte",
    )}`,
    drop: 1,
    blocks: [filesBlock(assets)],
  };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function short(text: string): string {
  return text.length <= TITLE ? text : `${text.slice(0, TITLE - 1)}…`;
}
