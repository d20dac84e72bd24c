import type { Inline } from "@mlops-actions/core";

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
