import { realpath, rename, rm } from "node:fs/promises";
import { dirname, extname, resolve } from "node:path";
import { listed, UserError } from "@mlops-actions/core";
import { declaredClasses, typesAsked } from "@mlops-actions/models";
import { type Installation, measuringOf } from "../installation.ts";
import { listOf, namedFiles } from "../named-files.ts";
import type { Place } from "../registry/open.ts";
import { makeFolderFor } from "../unwritable.ts";
import { foundVersion } from "./found.ts";

export interface PredictOptions extends Place {
  into: string;
  keep?: string[];
  names?: string;
  missing?: string;
}

const FORMATS: Readonly<Record<string, "parquet" | "csv">> = { ".parquet": "parquet", ".csv": "csv" };

/** `mlops-actions predict`: scores the rows of files, in their order. @returns the exit code */
export async function predictAt(
  text: string,
  files: readonly string[],
  { into, keep: kept = [], names, missing, ...place }: PredictOptions,
  installation: Installation,
): Promise<number> {
  const format = FORMATS[extname(into)];
  if (format === undefined)
    throw new UserError("usage", `--into ${into} is neither Parquet nor CSV`, {
      remedy: "name a file that ends in .parquet or .csv",
    });
  const keep = [...new Set(kept)];
  const source = {
    files: await namedFiles(files),
    label: files.join(", "),
    names: listOf(names),
    missing: listOf(missing),
  };
  await refuseOwnInput(files, into);
  const { serve } = await foundVersion(text, place);
  await using measured = measuringOf(installation);
  const { tables, models } = measured;
  const opened = await tables.open("rows", source);
  const absent = keep.filter((name) => !opened.columns.some((column) => column.name === name));
  if (absent.length > 0)
    throw new UserError("column-missing", `${files.join(", ")} has no column ${listed(absent)} to keep`, {
      remedy: `It has ${listed(
        opened.columns.map(({ name }) => name),
        20,
      )}.`,
    });
  const facts = await models.inspect(serve.source);
  if (facts.sha256 !== serve.sha256)
    throw new UserError(
      "bytes-differ",
      `${serve.source.label}: its file has other bytes than its version says`,
      {
        remedy: "Somebody changed the file: fetch the version again.",
      },
    );
  const asked = {
    model: serve.source,
    task: serve.task,
    classes: declaredClasses(serve.task, serve.interface, facts),
    features: serve.interface.features,
  };
  const types = typesAsked(asked, facts, opened.columns);
  const from =
    Object.keys(types).length === 0 ? opened : await tables.open("rows as asked", { ...source, types });
  await makeFolderFor(into, dirname(into));
  await models.predict({ ...asked, from: from.name, into: "said", keep });
  // A reader never sees half a file, whatever ends this process.
  const part = `${resolve(into)}.part`;
  await rm(part, { force: true });
  const { rows } = await tables.save(`SELECT * FROM said`, format, part);
  await rename(part, resolve(into));
  process.stdout.write(`${rows} rows scored by ${serve.source.label} into ${into}\n`);
  return 0;
}

/** @throws UserError `own-input` where the scores would take the place of the rows that they are of */
async function refuseOwnInput(files: readonly string[], into: string): Promise<void> {
  const real = (file: string) => realpath(file).catch(() => resolve(file));
  const target = await real(into);
  for (const file of files)
    if ((await real(file)) === target)
      throw new UserError("own-input", `${into} holds the rows that are to be scored`, {
        remedy: "Name another file with `--into`, and what to carry over with `--keep`.",
      });
}
