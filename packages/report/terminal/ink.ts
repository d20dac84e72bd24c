import { styleText } from "node:util";
import type { Verdict } from "@mlops-actions/core";

type Colour = Parameters<typeof styleText>[0];

const COLOUR: Record<Verdict, Colour> = {
  pass: "green",
  fail: "red",
  inconclusive: "yellow",
  error: "red",
  not_applicable: "gray",
};

// What our own sentences are set with; letters of data stay what they are.
const ASCII: Record<string, string> = {
  "−": "-",
  "–": "-",
  "—": "-",
  "×": "x",
  "→": "->",
  "≥": ">=",
  "≤": "<=",
  "±": "+/-",
  "…": "...",
  "·": "|",
  "∞": "inf",
  "\u00a0": " ",
};

/** What the terminal can show. */
export interface Ink {
  bold: (text: string) => string;
  dim: (text: string) => string;
  verdict: (text: string, verdict: Verdict) => string;
  /** Signs of ours that the terminal lacks, in ASCII. */
  signs: (text: string) => string;
}

export function inkOf({ color, unicode }: { color: boolean; unicode: boolean }): Ink {
  const paint = (colour: Colour, text: string): string =>
    color ? styleText(colour, text, { validateStream: false }) : text;
  return {
    bold: (text) => paint("bold", text),
    dim: (text) => paint("dim", text),
    verdict: (text, verdict) => paint(COLOUR[verdict], text),
    signs: (text) => (unicode ? text : text.replace(/[−–—×→≥≤±…·∞\u00a0]/gu, (sign) => ASCII[sign] ?? sign)),
  };
}
