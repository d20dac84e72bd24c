import { lstat, readFile } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "@mlops-actions/core";
import { z } from "zod";

const NAME = "links.json";
const MAX_BYTES = 64 * 1024;

const links = z
  .record(z.string().min(1).max(80), z.string().max(500).refine(isPlainHttps))
  .refine((found) => Object.keys(found).length <= 20);

function isPlainHttps(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.protocol === "https:" && url.username === "" && url.password === "";
}

export interface Link {
  title: string;
  url: string;
}

/** What tells one state of a file from another; `undefined` where there is no file. */
export async function linksBefore(out: string): Promise<string | undefined> {
  const found = await lstat(join(out, NAME)).catch(() => undefined);
  return found && `${found.ino}:${found.mtimeMs}:${found.size}`;
}

/**
 * Where else this training is recorded, as it says in `links.json` of `MLOPS_OUT`: an experiment tracker's run.
 * @param before the state before training: a file that it has not written is not its own
 * @throws UserError `links-unreadable`
 */
export async function readLinks(out: string, before: string | undefined): Promise<Link[]> {
  const now = await linksBefore(out);
  if (now === undefined || now === before) return [];
  const file = join(out, NAME);
  const wrong = (what: string) =>
    new UserError("links-unreadable", `\`${NAME}\` ${what}`, {
      remedy:
        'Write at most 20 addresses by name: `{ "MLflow run": "https://…" }`, https only, without a password.',
    });
  const entry = await lstat(file);
  if (!entry.isFile() || entry.size > MAX_BYTES) throw wrong("is no small plain file");
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, "utf8"));
  } catch {
    throw wrong("is not JSON");
  }
  const read = links.safeParse(value);
  if (!read.success) throw wrong("does not hold addresses by name");
  return Object.entries(read.data).map(([title, url]) => ({ title, url }));
}
