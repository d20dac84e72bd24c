import type { Block, Document, Evidence, Fault, Inline, Subject } from "@mlops-actions/core";
import { digestsBlock, formatValue, quoted } from "@mlops-actions/report";
import type { Details } from "./details.ts";

const TITLE = 80;

/** What people see of a training: is there a model, what made it, what did it take, what must I know. */
export function document(evidence: Evidence<Details>): Document {
  const { project, outcome, run, materials } = evidence.predicate;
  const key = { model: project.model, stage: "train" } as const;
  if (outcome.kind === "error") return { key, verdict: "error", ...ofFault(outcome.fault) };
  const { details } = outcome;
  const blocks: Block[] = [
    { kind: "headline", verdict: outcome.verdict, text: [headline(details)] },
    ...warnings(details),
    { kind: "text", text: effort(details) },
    files(details),
    { kind: "text", text: madeOf(details, run.commit) },
    ...(details.links.length === 0 ? [] : [links(details)]),
    method(details, [...evidence.subject, ...materials], run.tool),
  ];
  return { key, verdict: outcome.verdict, title: short(headline(details)), blocks };
}

function headline({ manifest, train, predict }: Details): string {
  const [file] = manifest.files;
  return train === undefined
    ? `${file?.name} was asked again in ${seconds(predict?.usage.wallSeconds ?? 0)}`
    : `trained in ${seconds(train.usage.wallSeconds)}: ${file?.name} (${bytes(file?.size ?? 0)})`;
}

function warnings({ manifest, testLabelsReadable, train, predict }: Details): Block[] {
  const found: Inline[][] = [];
  const code = manifest.files.filter(({ executesCode }) => executesCode);
  if (code.length > 0)
    found.push([
      { strong: "Loading this model runs code that it brings" },
      ": ",
      ...code.flatMap(({ name }, i): Inline[] => [i === 0 ? "" : ", ", { code: name }]),
      " has pickles in it. Load it only where its training is trusted.",
    ]);
  if (testLabelsReadable && train !== undefined)
    found.push([
      { strong: "Training could read the test labels" },
      ": they lay in its workspace. It is told of the training rows only; to be sure, leave ",
      { code: "data.test" },
      " out of this job's checkout.",
    ]);
  const left = (train?.leftovers ?? 0) + (predict?.leftovers ?? 0);
  if (left > 0)
    found.push([
      { strong: `${left} ${left === 1 ? "process" : "processes"} outlived the command` },
      " and were ended.",
    ]);
  return found.map((text) => ({ kind: "warning", text: text.filter((part) => part !== "") }));
}

function effort({ train, predict, budget }: Details): Inline[] {
  const asked: Inline[] =
    predict === undefined ? [] : [{ code: predict.run }, ` took ${seconds(predict.usage.wallSeconds)}`];
  if (train === undefined) return asked;
  const { wallSeconds, cpuSeconds, peakMemoryBytes, gpus } = train.usage;
  const used = [
    ...(cpuSeconds === null || cpuSeconds < 0.1 ? [] : [`${seconds(cpuSeconds)} of CPU`]),
    ...(peakMemoryBytes === null ? [] : [`${bytes(peakMemoryBytes)} of memory at most`]),
    ...gpus.map(
      ({ name, peakMemoryBytes, meanUtilization }) =>
        `${name} at ${Math.round(meanUtilization * 100)} %, ${bytes(peakMemoryBytes)}`,
    ),
  ];
  return [
    { code: train.run },
    ` took ${seconds(wallSeconds)} of ${seconds(budget.timeSeconds)}`,
    ...(used.length === 0 ? [] : [` · ${used.join(" · ")}`]),
    ...(asked.length === 0 ? [] : [" · ", ...asked]),
  ];
}

function files({ manifest, predictions }: Details): Block {
  const rows = manifest.files.map((file) => row(file, ["model"]));
  if (predictions !== null)
    rows.push(
      row(predictions, ["answers of ", predictions.by === "command" ? { code: "predict.run" } : "training"]),
    );
  return {
    kind: "table",
    columns: [
      { title: "file", align: "left" },
      { title: "", align: "left" },
      { title: "size", align: "right" },
      { title: "sha256", align: "left" },
    ],
    rows,
  };
}

function row({ name, size, sha256 }: { name: string; size: number; sha256: string }, what: Inline[]) {
  return [[{ code: name }], what, [bytes(size)], [{ code: sha256.slice(0, 16) }]];
}

function madeOf({ data, inputs, seed, manifest }: Details, commit: string | null): Inline[] {
  return [
    { strong: "Made of" },
    " ",
    ...(commit === null
      ? []
      : ["commit ", { link: commit.slice(0, 7), target: { to: "commit", sha: commit } } as const, " · "]),
    ...(data.length === 0 ? ["no declared data"] : data.slice(0, 3).flatMap(listed)),
    ...(data.length > 3 ? [` and ${data.length - 3} more files`] : []),
    ` · seed ${seed} · inputs `,
    { code: inputs.slice(0, 16) },
    manifest.interface.by === "onnx"
      ? " · asked as data where it is judged"
      : " · answers only by its own project's code",
  ];
}

function listed({ name }: Subject, i: number): Inline[] {
  return i === 0 ? [{ code: name }] : [", ", { code: name }];
}

// The training names them itself, so they are shown and not linked.
function links({ links }: Details): Block {
  return {
    kind: "text",
    text: [
      "Recorded by its own account at: ",
      ...links.flatMap(({ title, url }, i): Inline[] => [i === 0 ? "" : ", ", `${title} `, { code: url }]),
    ].filter((part) => part !== ""),
  };
}

function method(
  { isolation, environment, train, predict, inputs }: Details,
  digests: readonly Subject[],
  tool: string,
): Block {
  return {
    kind: "fold",
    title: "Isolation, environment, digests",
    drop: 3,
    blocks: [
      {
        kind: "text",
        text: [
          isolation === "own-job"
            ? "It ran in a job of its own, which may write nothing."
            : "It ran beside whatever else this machine's user may do: nothing stood between.",
          ` It printed ${bytes((train ?? predict)?.outputBytes ?? 0)}. Variables that passed to it: `,
          ...environment.flatMap((name, i): Inline[] => [i === 0 ? "" : ", ", { code: name }]),
          environment.length === 0 ? "none." : ".",
        ].filter((part) => part !== ""),
      },
      digestsBlock("file", [...digests, { name: "(inputs)", digest: { sha256: inputs } }]),
      { kind: "text", text: [tool] },
    ],
  };
}

function ofFault(fault: Fault): Pick<Document, "title" | "blocks"> {
  return {
    title: short(`could not train: ${fault.message}`),
    blocks: [
      { kind: "headline", verdict: "error", text: quoted(fault.message, 300) },
      { kind: "fault", fault },
      ...(fault.output === undefined
        ? []
        : [
            { kind: "text", text: ["Its last lines:"] } as const,
            { kind: "output", text: fault.output } as const,
          ]),
      { kind: "text", text: ["No candidate was made; nothing is judged or registered."] },
    ],
  };
}

function seconds(value: number): string {
  if (value < 120) return formatValue(Number(value.toPrecision(2)), "second");
  const minutes = Math.round(value / 60);
  return minutes < 120 ? `${minutes} min` : `${Number((minutes / 60).toFixed(1))} h`;
}

function bytes(value: number): string {
  return formatValue(value, "byte");
}

function short(text: string): string {
  return text.length <= TITLE ? text : `${text.slice(0, TITLE - 1)}…`;
}
