import { constants } from "node:fs";
import { copyFile, rm } from "node:fs/promises";
import { UserError } from "@mlops-actions/core";
import type { Engine } from "../engine.ts";
import { literal } from "../sql.ts";

const OPTIONS = {
  parquet: "FORMAT parquet",
  csv: "FORMAT csv, HEADER true, DELIMITER ',', NULLSTR ''",
} as const;

/**
 * Writes the rows of one SELECT to a new file. The engine itself writes inside its private folder only: it is never told of another path.
 * @throws UserError where the file cannot be made
 */
export async function save(
  engine: Engine,
  sql: string,
  format: keyof typeof OPTIONS,
  file: string,
): Promise<{ rows: number }> {
  const slot = engine.slot();
  try {
    // A line of its own for the bracket: the query may end in a comment.
    const [saved] = await engine.run(
      `COPY (${sql.replace(/;\s*$/, "")}\n) TO ${literal(slot)} (${OPTIONS[format]}, USE_TMP_FILE false)`,
    );
    await copyFile(slot, file, constants.COPYFILE_EXCL).catch((cause: NodeJS.ErrnoException) => {
      throw new UserError("unwritable", `${file} cannot be written (${cause.code ?? cause.message}).`, {
        remedy: "Name a file that does not exist, in a folder that this user may write to.",
        at: { file },
        cause,
      });
    });
    return { rows: Number(saved?.Count) };
  } finally {
    await rm(slot, { force: true });
  }
}
