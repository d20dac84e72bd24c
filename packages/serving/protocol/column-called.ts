import type { Reading } from "@mlops-actions/core";
import { plainName } from "@mlops-actions/models";

/** Where the column of a name is: that very one, else the only one that a converter would have called so. */
export function columnCalled(name: string, read: readonly Reading[]): number | undefined {
  const exact = read.findIndex(({ column }) => column === name);
  if (exact !== -1) return exact;
  const alike = read.flatMap(({ column }, at) => (plainName(column) === plainName(name) ? [at] : []));
  return alike.length === 1 ? alike[0] : undefined;
}
