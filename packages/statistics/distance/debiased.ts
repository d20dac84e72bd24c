/**
 * A distance without what chance adds to it: √max(0, distance² − null²), where `null` is its mean when nothing has changed. Distances are never
 * negative, so small samples are far apart by themselves; the squares of signal and noise add.
 */
export function debiased(distance: number, nullMean: number): number {
  return Math.sqrt(Math.max(0, distance ** 2 - nullMean ** 2));
}
