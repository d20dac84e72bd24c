import { resolve } from "node:path";
import { UserError } from "@mlops-actions/core";
import { makeFolder } from "@mlops-actions/tables";

/** What is told of a place that somebody has named and that cannot be written. */
export function unwritable(place: string, cause: unknown): UserError {
  return new UserError(
    "unwritable",
    `${place} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`,
    { remedy: "name a file in a folder that you may write to", cause },
  );
}

/** A folder for what is named by `place`. @throws UserError `unwritable` */
export async function makeFolderFor(place: string, folder: string): Promise<void> {
  await makeFolder(resolve(folder)).catch((cause: unknown) => {
    throw unwritable(place, cause);
  });
}
