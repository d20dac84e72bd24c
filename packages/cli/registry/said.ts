import type { Block, Inline, Version } from "@mlops-actions/core";
import {
  type Doubted,
  type HistoryEntry,
  type liveAt,
  type ModelNames,
  type ModelShown,
  printRun,
  type ResolvedVersion,
  sized,
  type Verification,
} from "@mlops-actions/registry";
import { toMinute } from "./time.ts";

type Cells = readonly (readonly Inline[])[];

/** What the registry's answers look like at a terminal. */

export function saidList(models: readonly ModelNames[]): Block[] {
  if (models.length === 0) return [text("No model is registered here yet.")];
  return [
    table(
      ["model", "newest number", "versions", "withdrawn", "environments"],
      models.map(({ model, versions, withdrawn, environments }) => [
        [model],
        [versions[0] ?? "-"],
        [String(versions.length)],
        [withdrawn.length === 0 ? "-" : String(withdrawn.length)],
        [environments.join(", ") || "-"],
      ]),
    ),
  ];
}

export function saidShow(models: readonly ModelShown[]): Block[] {
  if (models.length === 0) return [text("No model is registered here yet.")];
  return models.flatMap(({ model, newest, versions, withdrawn, environments, doubted }) => [
    text(`${model}: ${counted(versions, "version")}${withdrawn > 0 ? `, ${withdrawn} withdrawn` : ""}`),
    table(
      ["where", "version", "since (UTC)", ""],
      [
        ["newest", newest?.number ?? "none published", newest === undefined ? "" : toMinute(newest.date), ""],
        ...environments.map(({ environment, number, since, counter, withdrawn }) => [
          environment,
          number ?? "no version",
          toMinute(since),
          withdrawn ? "withdrawn!" : `#${counter}`,
        ]),
      ].map((row) => row.map((cell) => [cell])),
    ),
    ...warnings(doubted),
  ]);
}

export function saidHistory(model: string, entries: readonly HistoryEntry[]): Block[] {
  if (entries.length === 0) return [text(`${model} is not registered here.`)];
  return [
    table(
      ["when (UTC)", "what", "version", "where", "run", "by"],
      entries.map(({ date, what, number, environment, counter, run, by, doubted }) => [
        [toMinute(date)],
        [doubted === undefined ? what : `${what}?`],
        [number ?? "no version"],
        [environment === undefined ? "" : `${environment} #${counter}`],
        [run === undefined ? "" : printRun(run)],
        [by.name],
      ]),
    ),
    ...warnings(
      entries.flatMap(({ tag, doubted }) => (doubted === undefined ? [] : [{ tag, why: doubted }])),
    ),
  ];
}

export function saidAt(model: string, time: Date, live: ReturnType<typeof liveAt>): Block[] {
  const when = `${toMinute(time.toISOString())} UTC`;
  if (live.length === 0) return [text(`Nothing of ${model} was live at ${when}.`)];
  return [
    text(`${model} at ${when}`),
    table(
      ["where", "version", "since (UTC)", "tag"],
      live.map(({ environment, number, since, tag }) => [
        [environment],
        [number ?? "no version"],
        [toMinute(since)],
        [tag],
      ]),
    ),
  ];
}

export function saidDownload(
  { version, doubted }: ResolvedVersion,
  into: string,
  names: readonly string[],
): Block[] {
  const files = version.assets.filter(({ name }) => names.includes(name));
  return [
    text(`${version.tag} is in ${into}, every digest checked`),
    table(
      ["file", "size", "sha256"],
      files.map(({ name, size, sha256 }) => [[name], [sized(size)], [sha256.slice(0, 16)]]),
    ),
    ...warnings(doubted),
  ];
}

export function saidVerify({ tag, answer, why, problems, withdrawn, digests, files }: Verification): Block[] {
  return [
    {
      kind: "headline",
      verdict: answer === "broken" ? "fail" : "pass",
      text: [`${tag} is ${answer}: ${why}`],
    },
    ...(withdrawn ? [warning(`${tag} is withdrawn`)] : []),
    ...problems.map(({ where, what }) => warning(`${where}: ${what}`)),
    ...(answer === "consistent"
      ? [
          text(
            `${counted(files, "file")}. Whoever can write tags and releases can make them agree. To know who did, compare a digest that came another way, for example from the run's summary:`,
          ),
          {
            kind: "command" as const,
            text: `mlops-actions registry verify ${tag} --expect ${digests.manifest ?? digests.record}`,
          },
        ]
      : []),
  ];
}

export function saidAssigned(
  version: Version,
  environment: string,
  counter: number,
  before: Version | undefined,
): Block[] {
  const instead = before === undefined ? "" : ` instead of ${before.number}`;
  return [text(`${version.model} ${version.number} is assigned to ${environment}${instead} (#${counter}).`)];
}

export function saidPush(tag: string): Block[] {
  return [
    text("The tag is in this clone only. To tell the others:"),
    { kind: "command", text: `git push origin 'refs/tags/${tag}'` },
  ];
}

function warnings(doubted: readonly Doubted[]): Block[] {
  return doubted.map(({ tag, why }) => warning(`${tag} does not count: ${why}`));
}

function warning(said: string): Block {
  return { kind: "warning", text: [said] };
}

function text(said: string): Block {
  return { kind: "text", text: [said] };
}

function table(titles: readonly string[], rows: readonly Cells[]): Block {
  return { kind: "table", columns: titles.map((title) => ({ title, align: "left" })), rows };
}

function counted(n: number, one: string): string {
  return `${n} ${n === 1 ? one : `${one}s`}`;
}
