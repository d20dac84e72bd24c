import type { Block, Inline } from "@mlops-actions/core";
import type { Change, Details } from "../details.ts";
import { counted, grouped } from "./numbers.ts";

type Table = Details["tables"][number];
type Changed = Extract<Change, { kind: "changed" }>;

/** Whatever a change takes away, said before anything else: rows and columns leave no trace in what remains. */
export function removals({ tables, gone }: Details): Block[] {
  const whole = gone.map(
    (name): Block => ({
      kind: "warning",
      text: [{ strong: "This change takes away a whole table" }, ": ", { code: `data.${name}` }, "."],
    }),
  );
  const parts = tables.flatMap((table): Block[] => {
    const { change } = table;
    if (change?.kind !== "changed") return [];
    const { columns } = change;
    const found: Block[] = [];
    // Without a key a row that was edited is one that goes; only a table that shrinks has certainly lost some.
    const gone = change.by === "key" ? change.removed : Math.max(0, change.before - table.rows);
    if (gone > 0)
      found.push({
        kind: "warning",
        text: [
          { strong: `This change removes ${counted(gone, "row")} of ${table.name}` },
          ` (${percent(gone, change.before)} of the ${grouped(change.before)} at the base).`,
        ],
      });
    if (change.relabelled > 0)
      found.push({
        kind: "warning",
        text: [
          { strong: `This change gives ${counted(change.relabelled, "row")} of ${table.name} another label` },
          ".",
        ],
      });
    if (columns.removed.length > 0)
      found.push({
        kind: "warning",
        text: [
          { strong: `This change removes ${counted(columns.removed.length, "column")} of ${table.name}` },
          ": ",
          ...codes(columns.removed),
          ".",
        ],
      });
    if (columns.types.length > 0)
      found.push({
        kind: "warning",
        text: [
          {
            strong: `This change alters the type of ${counted(columns.types.length, "column")} of ${table.name}`,
          },
          ": ",
          ...columns.types.flatMap(({ column, before, now }, i): Inline[] => [
            ...(i === 0 ? [] : [", "]),
            { code: column },
            ` ${before} → ${now}`,
          ]),
          ".",
        ],
      });
    return found;
  });
  return [...whole, ...parts];
}

/** One line: the tables, and how they differ from the base. */
export function changes({ tables }: Details): Block {
  return {
    kind: "text",
    text: [
      { strong: "Data:" },
      " ",
      ...tables.flatMap((table, i): Inline[] => [
        ...(i === 0 ? [] : [" · "]),
        `${table.of} ${counted(table.rows, "row")}${against(table)}`,
      ]),
    ],
  };
}

function against({ change }: Table): string {
  switch (change?.kind) {
    case undefined:
      return "";
    case "same":
      return " (unchanged)";
    case "new":
      return " (new here)";
    case "unknown":
      return change.why === "not-in-git"
        ? " (not compared: the base has it not in Git)"
        : " (not compared: the base's cannot be read)";
    case "changed":
      return ` (${[rowsOf(change), ...columnsOf(change)].join(", ")})`;
  }
}

function rowsOf({ by, added, removed, changed, relabelled }: Changed): string {
  const rows = `+${grouped(added)} −${grouped(removed)} rows`;
  const labels = relabelled > 0 ? `, ${counted(relabelled, "label")} changed` : "";
  return by === "key" ? `${rows}, ${grouped(changed)} changed${labels}` : `${rows} by content${labels}`;
}

function columnsOf({ columns }: Changed): string[] {
  return columns.added.length === 0 ? [] : [`+${counted(columns.added.length, "column")}`];
}

function percent(part: number, whole: number): string {
  return `${Number(((part / whole) * 100).toPrecision(2))} %`;
}

function codes(texts: readonly string[]): Inline[] {
  return texts.flatMap((text, i): Inline[] => (i === 0 ? [{ code: text }] : [", ", { code: text }]));
}
