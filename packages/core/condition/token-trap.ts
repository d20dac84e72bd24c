import { excerpt } from "./condition-error.ts";

/** A form that other languages, keyboards or YAML suggest, and the one that is right here. */
interface Trap {
  pattern: RegExp;
  code: string;
  explain(found: string): { message: string; remedy: string };
}

const LOOKALIKES: Record<string, string> = {
  "==": "=",
  "===": "=",
  "!==": "!=",
  "=>": ">=",
  "=<": "<=",
  "<>": "!=",
  "≥": ">=",
  "≤": "<=",
  "≠": "!=",
  "±": "+/-",
  "×": "*",
  "·": "*",
  "÷": "/",
  "−": "-",
  "–": "-",
  "—": "-",
  "“": '"',
  "”": '"',
  "„": '"',
  "‘": '"',
  "’": '"',
};

/** Tried in order at every position, before any token. */
export const TOKEN_TRAPS: readonly Trap[] = [
  {
    pattern: /===?|!==|=>|=<|<>|[≥≤≠±×·÷−–—“”„‘’]/y,
    code: "lookalike",
    explain: (found) => ({
      message: `${found} is not part of a condition`,
      remedy: `Write ${LOOKALIKES[found]} instead.`,
    }),
  },
  {
    pattern: /&&?|\|\|?|;|!(?!=)/y,
    code: "logic",
    explain: (found) => ({
      message: `A condition is one comparison; ${found} cannot join or negate any`,
      remedy: "A list means all: write each comparison on its own line. There is no `or` and no `not`.",
    }),
  },
  {
    pattern: /'[^']*'?/y,
    code: "single-quotes",
    explain: (found) => ({
      message: `${excerpt(found)} is in single quotes`,
      remedy: "Write values in double quotes. Single quotes belong to YAML, around the whole line and once.",
    }),
  },
  {
    pattern: /#/y,
    code: "comment",
    explain: () => ({
      message: "A condition holds no comment",
      remedy: "Write it after the condition's closing quote, or on a line of its own.",
    }),
  },
  {
    pattern: /\.(?!\d)/y,
    code: "dot",
    explain: () => ({
      message: "A dot stands only inside a name or a number",
      remedy: "Write it without spaces, like baseline.auc or 0.85.",
    }),
  },
  {
    pattern: /\*\*|\^/y,
    code: "not-linear",
    explain: (found) => ({
      message: `${found}: powers cannot be judged`,
      remedy: "A condition compares sums of metrics, or one metric divided by another.",
    }),
  },
  {
    pattern: /@\d*/y,
    code: "at-sign",
    explain: (found) => ({
      message: `${found} is not part of a name`,
      remedy: `Write the number as an argument: ndcg(${found.slice(1) || "10"}).`,
    }),
  },
];
