import type { TableSource } from "@mlops-actions/core";
import type { Engine } from "../engine.ts";
import type { Staged } from "./stage.ts";

/** One file of a table, as it is called in messages. */
export interface InputFile {
  path: string;
  shownAs: string;
}

/** Reads files of one format into the table `name`; gives their digests in order. */
export type Reader = (
  engine: Engine,
  name: string,
  files: readonly InputFile[],
  source: TableSource,
) => Promise<Staged[]>;
