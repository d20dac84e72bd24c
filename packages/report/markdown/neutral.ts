import { clean, cleanCode } from "../text/clean.ts";

// Invisible and of no width. GitHub decodes entities before it looks for mentions, so escaping `@` does not help; a
// break inside the token does (dependabot/dependabot-core#3157).
const BREAK = "\u200b";

/**
 * Text that GitHub leaves as text: no mention, no reference to an issue or commit, no address, no shortcode, no
 * formula. Markdown's own characters are escaped later, by the writer of the tree.
 */
export function neutral(text: string, most?: number): string {
  return clean(text, most)
    .replace(/@/g, `@${BREAK}`)
    .replace(/#(?=\d)/g, `#${BREAK}`)
    .replace(/\b(GH)-(?=\d)/gi, `$1-${BREAK}`)
    .replace(/:(?=\/\/)/g, `:${BREAK}`)
    .replace(/\b(www)(?=\.)/gi, `$1${BREAK}`)
    .replace(/:(?=[\w+-]+:)/g, `:${BREAK}`)
    .replace(/\b(?=\d*[a-f])[\da-f]{7,}\b/gi, (hash) => hash.replace(/.{4}(?=.)/g, `$&${BREAK}`))
    .replaceAll("$", "＄");
}

/** Text of a code span. GitHub links nothing in it; mail programs that show the source do. */
export function neutralCode(text: string): string {
  return cleanCode(text).replace(/(?<![\p{L}\p{N}_])@/gu, `@${BREAK}`);
}

/** A pipe behind a backslash ends a cell in some readers and not in others, and what follows would leave its code span. */
export function inCell(text: string): string {
  return text.replaceAll("|", "¦");
}
