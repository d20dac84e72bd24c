import type { Block, Inline } from "@mlops-actions/core";
import type { Details, Finding } from "../details.ts";
import { counted, grouped, moment, named, number, percent, ranked } from "./say.ts";

const CHECKS = 14;

/** What a reader opens: the checks before this one, every column, what was left out, how it was measured. */
export function folds(details: Details): Block[] {
  const all = [...details.columns, ...details.answers];
  return [
    fold(`History: ${counted(details.history.length, "check")}`, 2, history(details)),
    fold(`All ${counted(all.length, "column")}, and what other tools would say`, 1, everything(all)),
    ...(details.skipped.length === 0
      ? []
      : [fold(`${counted(details.skipped.length, "column")} not compared`, 1, skipped(details))]),
    fold("How it was measured", 1, method(details)),
  ];
}

function fold(title: string, drop: 1 | 2 | 3, block: Block): Block {
  return { kind: "fold", title, drop, blocks: [block] };
}

function history({ history }: Details): Block {
  return {
    kind: "table",
    columns: ["check", "found", "severe", "rows", "version"].map((title, at) => ({
      title,
      align: at === 3 ? "right" : "left",
    })),
    rows: history
      .slice(0, CHECKS)
      .map((entry): Inline[][] => [
        [moment(entry.at)],
        [entry.retrained ? `${entry.severity}, retrain started` : entry.severity],
        entry.severe.length === 0 ? [] : names(entry.severe),
        [grouped(entry.rows)],
        [entry.version === null ? "" : `v${entry.version}`],
      ]),
  };
}

function names(all: readonly string[]): Inline[] {
  return all.slice(0, 3).flatMap((name, at): Inline[] => (at === 0 ? [named(name)] : [", ", named(name)]));
}

function everything(all: readonly Finding[]): Block {
  return {
    kind: "table",
    columns: ["column", "found", "moved", "interval", "q", "missing", "PSI", "JS", "W1", "rows"].map(
      (title, at) => ({
        title,
        align: at < 2 ? "left" : "right",
      }),
    ),
    rows: ranked(all).map((one): Inline[][] => {
      const { distribution: d, missing } = one;
      const absent = missing.find(({ kind }) => kind === "missing");
      return [
        [named(one.name)],
        [one.severity],
        [d === undefined ? "" : percent(d.effect)],
        [d === undefined ? "" : `${percent(d.interval.low)} – ${percent(d.interval.high)}`],
        [d === undefined ? "" : d.q < 0.001 ? "< 0.001" : d.q.toFixed(3)],
        [absent === undefined ? "" : percent(absent.current.successes / absent.current.n)],
        [d === undefined ? "" : number(d.reported.psi)],
        [d === undefined ? "" : number(d.reported.jensenShannon)],
        [d?.reported.wasserstein == null ? "" : number(d.reported.wasserstein)],
        [d === undefined ? "" : `${grouped(d.n.current)} / ${grouped(d.n.reference)}`],
      ];
    }),
  };
}

function skipped({ skipped }: Details): Block {
  return {
    kind: "table",
    columns: [
      { title: "column", align: "left" },
      { title: "why", align: "left" },
    ],
    rows: skipped.map(({ name, why }): Inline[][] => [[named(name)], [why]]),
  };
}

function method({ cluster, current, seed }: Details): Block {
  const items: Inline[][] = [
    [
      "how much moved: Kolmogorov–Smirnov's distance for ordered values, total variation for categories, without what chance adds; PSI, JS (bits) and W1 are told for comparison and decide nothing",
    ],
    [
      "drift: q < 0.01 (Benjamini and Hochberg over all tests) and at least 5 % of the rows; severe: at least 5 % for certain (distribution-free, 95 %)",
    ],
    [`${counted(current.read, "row")} read, ${grouped(current.outside)} outside of the window`],
    ...(cluster === null || cluster.without === 0
      ? []
      : [[`${counted(cluster.without, "row")} without `, named(cluster.column), " left out"] as Inline[]]),
    ["what is drawn is seeded by the bytes that were compared: ", { code: seed }],
  ];
  return { kind: "steps", title: "", items };
}
