import type { Inline } from "@mlops-actions/core";
import { clean } from "./clean.ts";

/**
 * A fault's sentence with what it quotes, `like this`, and its digests as code: those are for copying, and text is broken up where GitHub
 * would make links of it.
 */
export function quoted(text: string, most?: number): Inline[] {
  return clean(text, most)
    .split(/(`[^`]+`|\b[0-9a-f]{64}\b)/)
    .flatMap((part, at): Inline[] => {
      if (part === "") return [];
      return [at % 2 === 0 ? part : { code: part.replaceAll("`", "") }];
    });
}
