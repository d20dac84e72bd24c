import { UserError } from "@mlops-actions/core";
import type { Content } from "./content.ts";

/** Refuses a file that is not, by its content, what its name or description says. */
export function expectContent(found: Content, expected: "text" | "parquet", shownAs: string): void {
  if (found.kind === expected) return;
  const at = { file: shownAs };
  if (found.kind === "empty") {
    throw new UserError("file-empty", `${shownAs} is empty: 0 bytes.`, {
      remedy: "Check what writes it; an interrupted download leaves such files.",
      at,
    });
  }
  if (found.kind === "other") {
    throw new UserError("wrong-format", `${shownAs} is ${found.what}.`, { remedy: found.remedy, at });
  }
  if (found.kind === "parquet") {
    throw new UserError("wrong-format", `${shownAs} is Parquet, but is read as text.`, {
      remedy: "Name it .parquet, or say `format: parquet`.",
      at,
    });
  }
  throw new UserError("wrong-format", `${shownAs} is text, not Parquet.`, {
    remedy: "Name it for what it is (.csv, .jsonl), or say `format: csv`.",
    at,
  });
}

const NAMED =
  "If this line holds data, name the columns: `names: […]` beside `files` in mlops.yml, `--names` at a terminal.";

/** Column names as the engine can keep them apart: it does not tell upper from lower case. */
export function checkNames(names: readonly string[], shownAs: string, line?: number): void {
  const at = { file: shownAs, line };
  const where = line === undefined ? shownAs : `${shownAs}, line ${line}`;
  const empty = names.indexOf("");
  if (empty !== -1) {
    throw new UserError("column-unnamed", `${where}: column ${empty + 1} of ${names.length} has no name.`, {
      remedy: `Give it one (pandas: \`to_csv(index=False)\`). ${NAMED}`,
      at,
    });
  }
  const seen = new Map<string, string>();
  for (const name of names) {
    const other = seen.get(name.toLowerCase());
    if (other !== undefined) {
      const same =
        other === name
          ? `two columns are called ${JSON.stringify(name)}`
          : `columns ${JSON.stringify(other)} and ${JSON.stringify(name)} differ only in case`;
      throw new UserError("column-duplicate", `${where}: ${same}.`, {
        remedy: `Rename one. ${NAMED}`,
        at,
      });
    }
    seen.set(name.toLowerCase(), name);
  }
}
