import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "@mlops-actions/core";
import { z } from "zod";
import { copyPlain } from "./copy.ts";
import { type Declared, pathOf } from "./output-path.ts";
import { absent } from "./take.ts";

const MAX_BYTES = 1024 * 1024;

const threshold = z.union([
  z.number(),
  z.strictObject({ threshold: z.number() }).transform((value) => value.threshold),
]);
const classes = z
  .array(z.string().min(1).max(200))
  .min(2)
  .max(10_000)
  .refine((names) => new Set(names).size === names.length);

/** The score from which on the model decides for the positive class. @throws UserError */
export function readThreshold(declared: Declared, scratch: string): Promise<number> {
  return readValue(declared, scratch, threshold, 'a number, or `{ "threshold": 0.37 }`');
}

/** All classes, in the order of the scores. @throws UserError */
export function readClasses(declared: Declared, scratch: string): Promise<string[]> {
  return readValue(declared, scratch, classes, 'a list of different texts: `["a", "b"]`');
}

async function readValue<T>(
  declared: Declared,
  scratch: string,
  schema: z.ZodType<T>,
  wanted: string,
): Promise<T> {
  const { role, written, at } = declared;
  const wrong = (what: string) =>
    new UserError("output-unreadable", `\`${written}\` ${what}`, { remedy: `Write ${wanted}.`, at });
  const path = pathOf(declared);
  const copy = join(scratch, `${role}.json`);
  const { size } = await copyPlain(path, copy, declared, written).catch(async (error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw await absent(declared, path);
  });
  if (size > MAX_BYTES) throw wrong(`has ${size} bytes`);
  let value: unknown;
  try {
    value = JSON.parse(await readFile(copy, "utf8"));
  } catch {
    throw wrong("is not JSON");
  }
  const read = schema.safeParse(value);
  if (!read.success) throw wrong("does not hold what it should");
  return read.data;
}
