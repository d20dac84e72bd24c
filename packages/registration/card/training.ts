import type { Block, Inline } from "@mlops-actions/core";
import { digestsBlock, formatValue } from "@mlops-actions/report";
import { drift } from "../wording.ts";
import type { CardFacts } from "./facts.ts";

export function training({
  manifest,
  accepted: { train, evaluate, training: said, cause },
}: CardFacts): Block[] {
  const { run, project } = train.predicate;
  const rows: [string, Inline][] = [
    ["project", { code: project.path }],
    ["commit", manifest.training.commit === null ? "none" : { code: manifest.training.commit }],
    ["digest of the code", { code: manifest.training.code }],
    ["digest of all inputs", { code: manifest.training.inputs }],
    ...(said === undefined
      ? []
      : ([
          ["command", { code: said.train.run }],
          ["took", formatValue(said.train.usage.wallSeconds, "second")],
          ["seed", String(said.seed)],
        ] satisfies [string, Inline][])),
    ["trained", { code: `${run.started} to ${run.finished}` }],
    ["trained by", run.tool],
    ["evaluated by", evaluate.predicate.run.tool],
    ["evaluated", { code: evaluate.predicate.run.finished }],
    ...(run.github === undefined ? [] : [["workflow run", workflow(run.github)] as [string, Inline]]),
  ];
  return [
    ...(cause === undefined ? [] : [{ kind: "text", text: drift(cause) } as const]),
    {
      kind: "table",
      columns: [
        { title: "", align: "left" },
        { title: "", align: "left" },
      ],
      rows: rows.map(([what, value]) => [[what], [value]]),
    },
    digestsBlock("said to be trained on", manifest.training.data),
  ];
}

function workflow({
  repositoryId,
  runId,
  attempt,
  workflowRef,
}: NonNullable<CardFacts["accepted"]["train"]["predicate"]["run"]["github"]>): Inline {
  return { code: `${workflowRef}, run ${runId}, attempt ${attempt}, repository ${repositoryId}` };
}
