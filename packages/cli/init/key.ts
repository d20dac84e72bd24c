import { type OpenedTable, type Tables, UserError } from "@mlops-actions/core";
import { distinct } from "@mlops-actions/tables";

/** Names of columns that name rows. */
const USUAL = /^(id|key|uuid|guid|index|row_?id|instant)$|_(id|key|uuid)$/i;

/**
 * The column that names rows: the one that was named, else the first with a usual name, where no two rows have one value and none lacks it.
 * @param judged the rows that models are compared on: the test rows, where there are any
 * @throws UserError `key-unfit` for a named column that does not name rows
 */
export async function keyOf(
  tables: Tables,
  judged: OpenedTable,
  named: string | undefined,
): Promise<string | undefined> {
  const candidates = judged.columns.filter(({ name }) =>
    named === undefined ? USUAL.test(name) : name === named,
  );
  const counted = await distinct(
    tables,
    judged.name,
    candidates.map((column) => ({ columns: [column], missing: "none", where: [] })),
  );
  const at = counted.findIndex(({ rows, distinct }) => rows === judged.rows && distinct === rows);
  if (named === undefined || at !== -1) return candidates[at]?.name;
  const [found] = counted;
  throw new UserError(
    "key-unfit",
    found === undefined
      ? `There is no column ${JSON.stringify(named)}`
      : `${JSON.stringify(named)} does not name rows: ${judged.rows} rows, ${found.distinct} values`,
    { remedy: "name another column with --key, or none: a row is then known by its values" },
  );
}
