const CROWD = 10;
const VALUES = 50;

/** The groups that may be named: at least ten rows, in a column of at most fifty values. */
export function named<Group extends { column: string; n: number }>(
  groups: readonly Group[],
): { shown: Group[]; hidden: number } {
  const values = (column: string) => groups.filter((group) => group.column === column).length;
  const shown = groups.filter(({ column, n }) => n >= CROWD && values(column) <= VALUES);
  return { shown, hidden: groups.length - shown.length };
}
