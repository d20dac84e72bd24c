import { realpath } from "node:fs/promises";
import { relative, resolve, sep } from "node:path";
import { type RunContext, UserError } from "@mlops-actions/core";
import { head, topLevel } from "@mlops-actions/git";
import { TOOL } from "./tool.ts";

/** Where a command of the terminal works. */
export interface Place {
  /** The repository's root, or the folder itself outside any. */
  root: string;
  folder: string;
  /** The folder from the root. */
  path: string;
  context: RunContext;
}

/** @throws UserError `no-folder` */
export async function placeOf(project: string): Promise<Place> {
  const folder = await existing(project);
  const repository = await topLevel(folder);
  const root = repository ?? folder;
  const at = repository === undefined ? undefined : await head(root).catch(() => undefined);
  return {
    root,
    folder,
    path: relative(root, folder).split(sep).join("/") || ".",
    context: { commit: at?.commit ?? null, clean: at?.clean ?? false, tool: TOOL },
  };
}

async function existing(folder: string): Promise<string> {
  try {
    return await realpath(resolve(folder));
  } catch (cause) {
    throw new UserError("no-folder", `there is no folder ${folder}`, {
      remedy: "name the folder of mlops.yml in --project",
      cause,
    });
  }
}
