import type { Tables } from "@mlops-actions/core";
import { brokenValues, columnsOf, keysOf, sampleBroken } from "@mlops-actions/tables";
import type { Details, Sample } from "./details.ts";
import type { Measured } from "./measure.ts";
import { columnOf, type Opened } from "./opened.ts";
import type { Ruleset } from "./ruleset.ts";

/** Rows named for each rule that does not hold. */
const MOST = 5;

/** Some of the rows that break each rule, without anything of what stands in them but what `data.show` lists. */
export async function samplesOf(
  tables: Tables,
  { key, section: { show } }: Ruleset,
  opened: readonly Opened[],
  measured: readonly Measured[],
): Promise<Details["samples"]> {
  const found: Details["samples"] = [];
  for (const of of opened) {
    const broken = measured.flatMap(({ judged, breaking, ...one }) =>
      one.of === of && judged.verdict === "fail" && breaking !== undefined ? [{ judged, breaking }] : [],
    );
    const request = { table: of.table.name, columns: of.table.columns, most: MOST };
    const rows = await sampleBroken(
      tables,
      request,
      broken.map(({ breaking }) => breaking),
    );
    const mayShowKeys =
      key.length > 0 && key.every((name) => show.includes(name) && columnOf(of, name) !== undefined);
    const keys = mayShowKeys ? await keysOf(tables, request, key, rows.flat()) : undefined;
    for (const [i, { judged, breaking }] of broken.entries()) {
      const positions = rows[i] ?? [];
      if (positions.length === 0) continue;
      const columns = columnsOf(breaking).map(({ name }) => name);
      const isMissing = "rule" in breaking && breaking.rule.demand.kind === "missing";
      const mayShow = !isMissing && columns.every((name) => show.includes(name));
      const sample: Sample = {
        rows: positions,
        ...(keys && { keys: positions.map((position) => keys.get(position) ?? "") }),
        ...(mayShow && { values: await brokenValues(tables, request, breaking) }),
      };
      found.push({ condition: judged.condition, table: of.of, sample });
    }
  }
  return found;
}
