/** `typographic` for Markdown and HTML; `ascii` for logs and pipes, where only US-ASCII is sure to arrive. */
export type Style = "typographic" | "ascii";

const NO_BREAK_SPACE = "\u00a0";

/** Numbers are built in ASCII and set in one place, so that estimate, interval and limit look alike. */
export function set(ascii: string, style: Style): string {
  if (style === "ascii") return ascii;
  return ascii
    .replaceAll("-", "−")
    .replaceAll("inf", "∞")
    .replaceAll("+/−", "±")
    .replace(/\bx(?=[\d−])/g, `×${NO_BREAK_SPACE}`)
    .replace(/(?<=\d)%/g, `${NO_BREAK_SPACE}%`)
    .replace(/(?<=\d) (?=\p{L})|(?<=[\d∞],) /gu, NO_BREAK_SPACE);
}
