import type { Inline } from "@mlops-actions/core";
import type { Details } from "./details.ts";

const MOST_SEVERE = 6;

export function grouped(count: number): string {
  return new Intl.NumberFormat("en-US").format(count);
}

export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** Names of files and columns, parted by commas. */
export function listed(names: readonly string[]): Inline[] {
  return names.flatMap((name, at) => (at === 0 ? [{ code: name }] : [", ", { code: name }]));
}

/** What a check had found that has asked for a training. */
export function drift({ severe, version, run, at, why }: NonNullable<Details["cause"]>): Inline[] {
  const more = severe.length - MOST_SEVERE;
  return [
    { strong: "Asked for by drift:" },
    " ",
    ...listed(severe.slice(0, MOST_SEVERE).map((name) => name.slice(0, 40))),
    more > 0 ? ` and ${grouped(more)} more` : "",
    version === null ? "" : ` under v${version}`,
    `, checked on ${at.slice(0, 10)}${run === null ? "" : ` in run ${run}`}: ${why}.`,
  ];
}
