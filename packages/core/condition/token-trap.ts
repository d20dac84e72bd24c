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
    pattern: /'[^']*'/y,
    code: "single-quotes",
    explain: (found) => ({
      message: `${found.length <= 40 ? found : "A text"} is in single quotes`,
      remedy:
        "Values are in double quotes, columns in backticks. Single quotes belong around the whole line.",
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
