import { type Place, shown, type Tables, UserError } from "@mlops-actions/core";
import { z } from "zod";
import { literal } from "../sql.ts";

/**
 * Tries a pattern in the engine that will match it: RE2, whose time is linear in the text whatever the pattern.
 * @throws UserError `bad-pattern`
 */
export async function refusePattern(tables: Tables, pattern: string, at: Place): Promise<void> {
  try {
    await tables.query(`SELECT regexp_full_match('', ${literal(pattern)}) AS ok`, z.unknown());
  } catch (cause) {
    if (!(cause instanceof Error) || cause instanceof UserError) throw cause;
    const why = /Invalid Input Error: (.*)/.exec(cause.message)?.[1];
    if (why === undefined) throw cause;
    throw new UserError("bad-pattern", `The pattern ${shown(pattern, 80)} cannot be read: ${why}`, {
      remedy:
        "Write a regular expression of RE2; it has no look-around and no back-references. It must match the whole value.",
      at,
      cause,
    });
  }
}
