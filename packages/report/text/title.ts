import type { Document } from "@mlops-actions/core";
import { clean } from "./clean.ts";

/** GitHub refuses titles of check runs above 255 characters; above 80 its lists cut them where it hurts. */
export const TITLE = { readable: 80, refused: 255 } as const;

/** The title of a check: plain text, one line, at most `most` characters. */
export function checkTitle({ title }: Pick<Document, "title">, most: number = TITLE.readable): string {
  return clean(title, Math.min(most, TITLE.refused)).trim();
}
