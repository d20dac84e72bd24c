import { type Place, UserError } from "../user-error.ts";
import type { At } from "./ast.ts";

/** A condition that cannot be read or means nothing: what is wrong, where inside its text, and the nearest right form. */
export class ConditionError extends UserError {
  readonly offset: At;

  constructor(code: string, message: string, context: { remedy: string; offset: At }) {
    super(`condition-${code}`, message, { remedy: context.remedy });
    this.name = "ConditionError";
    this.offset = context.offset;
  }

  /** The same fault where the condition stands in a file. */
  placed(at: Place): UserError {
    return new UserError(this.code, this.message, { remedy: this.remedy, at, cause: this });
  }
}

/** A piece of the user's text, short enough for one line of a message. */
export function excerpt(text: string): string {
  const line = text.replaceAll(/\s+/g, " ");
  return line.length <= 40 ? line : `${line.slice(0, 39)}…`;
}

/** What to do about a text that ends too early. */
export const CUT_BY_YAML =
  "If more follows in the file, YAML has cut it off (at ' #', or at a comma of a list in [ ]): put the whole line in single quotes.";
