import { open, realpath } from "node:fs/promises";
import { join } from "node:path";
import { type Label, type TableSource, type Tables, UserError } from "@mlops-actions/core";
import { identifier } from "@mlops-actions/tables";
import { copyPlain } from "./outputs/copy.ts";
import { type Declared, pathOf } from "./outputs/output-path.ts";
import { absent } from "./outputs/take.ts";

/** A file of predictions as it travels. */
export interface Kept {
  name: "predictions.parquet" | "predictions.csv";
  size: number;
  sha256: string;
}

/**
 * Writes the test rows as a command may see them: everything but the label. That keeps it from leaking by accident; a command that
 * looks for the test file finds it where it lies.
 */
export async function writeQuestions(
  tables: Tables,
  test: TableSource,
  label: Label | undefined,
  file: string,
): Promise<{ rows: number }> {
  const { columns } = await tables.open("questions", test);
  const asked = columns.filter(({ name }) => name !== label?.column).map(({ name }) => identifier(name));
  if (asked.length === 0)
    throw new UserError("no-features", `${test.label} has no column but the label`, {
      remedy: "Name the test rows with their key and features under `data.test`.",
    });
  return tables.save(`SELECT ${asked.join(", ")} FROM questions`, "parquet", file);
}

/** Copies predictions that training made itself, or `predict.run`. @throws UserError where there are none */
export async function keepPredictions(declared: Declared, into: string): Promise<Kept> {
  const path = pathOf(declared);
  if ((await realpath(path).catch(() => undefined)) === undefined) throw await absent(declared, path);
  const name = (await isParquet(path)) ? "predictions.parquet" : "predictions.csv";
  return { name, ...(await copyPlain(path, join(into, name), declared, declared.written)) };
}

// By content: a command is given one name and may write either.
async function isParquet(path: string): Promise<boolean> {
  await using handle = await open(path, "r");
  const { bytesRead, buffer } = await handle.read(Buffer.alloc(4), 0, 4, 0);
  return bytesRead === 4 && buffer.toString("latin1") === "PAR1";
}
